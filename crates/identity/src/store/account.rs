use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{AccountId, OrgId};

/// What a sign-in needs to know of an account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) login: String,
    pub(crate) password_hash: Option<String>,
    pub(crate) blocked: bool,
    pub(crate) last_login_at: Option<DateTime<Utc>>,
    pub(crate) failures_since: i32,
}

struct Row {
    account_id: i64,
    login: String,
    password_hash: Option<String>,
    state: String,
    last_login_at: Option<DateTime<Utc>>,
    failures_since: i32,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: row.account_id.into(),
            login: row.login,
            password_hash: row.password_hash,
            blocked: row.state != "active",
            last_login_at: row.last_login_at,
            failures_since: row.failures_since,
        }
    }
}

pub(crate) async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>, db::Error> {
    let row = sqlx::query_as!(
        Row,
        "select account_id, login, password_hash, state, last_login_at, failures_since
         from identity.account where login = $1",
        login,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

pub(crate) async fn by_id(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, db::Error> {
    let row = sqlx::query_as!(
        Row,
        "select account_id, login, password_hash, state, last_login_at, failures_since
         from identity.account where account_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

pub(crate) async fn count_failure(tx: &mut Tx, id: AccountId) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.account set failures_since = failures_since + 1 where account_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn signed_in(tx: &mut Tx, id: AccountId) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.account set last_login_at = $2, failures_since = 0 where account_id = $1",
        id.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_password(tx: &mut Tx, id: AccountId, hash: &str) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.account
         set password_hash = $2, password_set_at = $3, must_change = false
         where account_id = $1",
        id.get(),
        hash,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A role in an organisation that can be entered now.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) org: OrgId,
    pub(crate) org_code: String,
    pub(crate) org_name: String,
    pub(crate) zone: String,
    pub(crate) name: String,
    pub(crate) role: String,
}

/// Where the account has roles in force, by the name of the organisation;
/// nothing means that nobody can sign in with it.
pub(crate) async fn places(tx: &mut Tx, id: AccountId) -> Result<Vec<Place>, db::Error> {
    Ok(sqlx::query_as!(
        Place,
        r#"select m.org_id as "org!", m.org_code as "org_code!", m.org_name as "org_name!", m.zone as "zone!",
                  m.name as "name!", g.role
           from identity.member_of m
           join identity.role_grant g on g.org_id = m.org_id and g.account_id = m.account_id
           where m.account_id = $1 and g.ended_at is null
           order by m.org_name, m.org_id, g.grant_id"#,
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?)
}

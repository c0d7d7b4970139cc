use chrono::{DateTime, Utc};
use db::{ConstraintExt, Tx};
use kernel::{AccountId, Grant, PersonId, Role};

use crate::{Error, grant};

/// A grant as the page of rights shows it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) grant_id: i64,
    pub(crate) account_id: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) blocked: bool,
    pub(crate) role: String,
    pub(crate) scope_kind: String,
    pub(crate) scope_id: Option<i64>,
    pub(crate) granted_at: DateTime<Utc>,
}

/// Grants in force: all, or those of one account.
pub(crate) async fn in_force(tx: &mut Tx, account: Option<i64>) -> Result<Vec<Row>, db::Error> {
    Ok(sqlx::query_as!(
        Row,
        r#"select g.grant_id, g.account_id, m.login, m.name, m.blocked_at is not null as "blocked!",
                  g.role, g.scope_kind, g.scope_id, g.granted_at
           from identity.role_grant g
           join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
           where g.ended_at is null and m.ended_at is null and ($1::bigint is null or g.account_id = $1)
           order by m.name, g.account_id, g.grant_id"#,
        account,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The people who hold one of these roles for the whole organisation.
pub(crate) async fn holders(
    tx: &mut Tx,
    roles: &[Role],
) -> Result<Vec<(Role, PersonId)>, db::Error> {
    let codes: Vec<String> = roles.iter().map(|it| it.code().to_owned()).collect();
    let rows = sqlx::query!(
        "select distinct g.role, m.person_id
         from identity.role_grant g
         join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
         where g.ended_at is null and m.ended_at is null and g.scope_kind = 'org' and g.role = any($1)",
        &codes,
    )
    .fetch_all(tx.conn())
    .await?;
    let holder = |role: &str, person: i64| Some((Role::from_code(role)?, person.into()));
    let held = rows.iter().filter_map(|it| holder(&it.role, it.person_id));
    Ok(held.collect())
}

/// Adds grants; those in force already stay as they are. How many were new.
pub(crate) async fn add(
    tx: &mut Tx,
    org: i64,
    grants: &[(AccountId, Grant)],
) -> Result<u64, Error> {
    let accounts: Vec<i64> = grants.iter().map(|it| it.0.get()).collect();
    let roles: Vec<String> = grants
        .iter()
        .map(|it| it.1.role.code().to_owned())
        .collect();
    let kinds: Vec<String> = grants
        .iter()
        .map(|it| grant::scope_columns(it.1.scope).0.to_owned())
        .collect();
    let ids: Vec<Option<i64>> = grants
        .iter()
        .map(|it| grant::scope_columns(it.1.scope).1)
        .collect();
    let done = sqlx::query!(
        "insert into identity.role_grant (org_id, account_id, role, scope_kind, scope_id, granted_at)
         select $1, n.account_id, n.role, n.scope_kind, n.scope_id, $6
         from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[])
              n (account_id, role, scope_kind, scope_id)
         on conflict do nothing",
        org,
        &accounts,
        &roles,
        &kinds,
        &ids as &[Option<i64>],
        tx.now(),
    )
    .execute(tx.conn())
    .await
    .on_constraint("role_grant_membership", || Error::NoSuchMember)?;
    Ok(done.rows_affected())
}

pub(crate) async fn end(tx: &mut Tx, grant: i64) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.role_grant set ended_at = $2 where grant_id = $1 and ended_at is null",
        grant,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Accounts that administer the whole organisation and can sign in, locked:
/// two administrators who remove each other wait for each other.
pub(crate) async fn lock_admins(tx: &mut Tx) -> Result<Vec<i64>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select g.account_id from identity.role_grant g
         join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
         where g.role = 'admin' and g.scope_kind = 'org' and g.ended_at is null
           and m.ended_at is null and m.blocked_at is null
         order by g.grant_id
         for update of g, m",
    )
    .fetch_all(tx.conn())
    .await?)
}

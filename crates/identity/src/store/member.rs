use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{AccountId, PersonId};

use crate::api::{MemberLogin, Opened};

/// A member as the list of accounts shows one.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) account_id: i64,
    pub(crate) person_id: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) blocked_at: Option<DateTime<Utc>>,
    pub(crate) block_reason: String,
    pub(crate) factor: bool,
    pub(crate) has_password: bool,
    pub(crate) last_login_at: Option<DateTime<Utc>>,
    pub(crate) elsewhere: bool,
    pub(crate) roles: Vec<String>,
    pub(crate) slip_issued_at: Option<DateTime<Utc>>,
    pub(crate) slip_expires_at: Option<DateTime<Utc>>,
    pub(crate) slip_used_at: Option<DateTime<Utc>>,
}

/// Members with roles, password and slip; all of them, or those people.
///
/// Roles and slips are joined as wholes: looked up for each member, a school
/// that had just issued its first slips read them all as often as it has
/// members, because the statistics still said that there are none.
pub(crate) async fn list(tx: &mut Tx, people: Option<&[i64]>) -> Result<Vec<Row>, db::Error> {
    Ok(sqlx::query_as!(
        Row,
        r#"select m.account_id, m.person_id, m.login, m.name, m.blocked_at, m.block_reason,
                  m.account_id in (select f from identity.factors() f) as "factor!",
                  s.has_password as "has_password!", s.last_login_at, s.elsewhere as "elsewhere!",
                  coalesce(g.roles, '{}') as "roles!", l.issued_at as "slip_issued_at?",
                  l.expires_at as "slip_expires_at?", l.used_at as slip_used_at
           from identity.membership m
           join identity.standing() s on s.account_id = m.account_id
           left join (
               select g.account_id, array_agg(distinct g.role order by g.role) as roles
               from identity.role_grant g
               where g.org_id = kernel.org() and g.ended_at is null
               group by g.account_id) g on g.account_id = m.account_id
           left join (
               select distinct on (l.account_id) l.account_id, l.issued_at, l.expires_at, l.used_at
               from identity.slip l
               where l.org_id = kernel.org() and l.voided_at is null
               order by l.account_id, l.issued_at desc) l on l.account_id = m.account_id
           where m.ended_at is null and ($1::bigint[] is null or m.person_id = any ($1))
           order by m.name, m.account_id"#,
        people,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A member without what a list shows besides.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) account_id: i64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) blocked: bool,
    pub(crate) elsewhere: bool,
}

/// These members, locked until the transaction ends.
pub(crate) async fn locked(tx: &mut Tx, accounts: &[i64]) -> Result<Vec<Member>, db::Error> {
    Ok(sqlx::query_as!(
        Member,
        r#"select m.account_id, m.login, m.name, m.blocked_at is not null as "blocked!",
                  s.elsewhere as "elsewhere!"
           from identity.membership m
           join identity.standing() s on s.account_id = m.account_id
           where m.account_id = any ($1) and m.ended_at is null
           order by m.name, m.account_id
           for update of m"#,
        accounts,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Name and login of a member.
pub(crate) async fn named(
    tx: &mut Tx,
    account: i64,
) -> Result<Option<(String, String)>, db::Error> {
    let row = sqlx::query!(
        "select name, login from identity.membership where account_id = $1 and ended_at is null",
        account,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.name, it.login)))
}

/// The names of these people, as far as they have accounts here.
pub(crate) async fn names(
    tx: &mut Tx,
    people: &[i64],
) -> Result<HashMap<PersonId, String>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, name from identity.membership where person_id = any ($1)",
        people,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), it.name))
        .collect())
}

/// Memberships of these people, ended ones too.
pub(crate) async fn of_people(tx: &mut Tx, people: &[i64]) -> Result<Vec<MemberLogin>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, account_id, login from identity.membership where person_id = any ($1)",
        people,
    )
    .fetch_all(tx.conn())
    .await?;
    let login = |person: i64, account: i64, login| MemberLogin {
        person: person.into(),
        account: account.into(),
        login,
    };
    Ok(rows
        .into_iter()
        .map(|it| login(it.person_id, it.account_id, it.login))
        .collect())
}

/// Opens an account per wished login, in the order given.
pub(crate) async fn open_accounts(
    tx: &mut Tx,
    wishes: &[String],
) -> Result<Vec<(AccountId, String)>, db::Error> {
    let rows = sqlx::query!(
        r#"select account_id as "account_id!", login as "login!"
           from identity.open_accounts($1) order by ord"#,
        wishes,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.account_id.into(), it.login))
        .collect())
}

/// Writes memberships; who was a member before is one again. The name is
/// that of today.
pub(crate) async fn join(
    tx: &mut Tx,
    org: i64,
    members: &[MemberLogin],
    names: &[String],
) -> Result<(), db::Error> {
    let accounts: Vec<i64> = members.iter().map(|it| it.account.get()).collect();
    let people: Vec<i64> = members.iter().map(|it| it.person.get()).collect();
    let logins: Vec<String> = members.iter().map(|it| it.login.clone()).collect();
    sqlx::query!(
        "insert into identity.membership as m (org_id, account_id, person_id, login, name, created_at)
         select $1, n.account_id, n.person_id, n.login, n.name, $6
         from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[])
              n (account_id, person_id, login, name)
         on conflict (org_id, account_id) do update set ended_at = null, name = excluded.name
         where m.ended_at is not null or m.name <> excluded.name",
        org,
        &accounts,
        &people,
        &logins,
        names,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends the memberships of these people and all their roles here.
pub(crate) async fn leave(tx: &mut Tx, people: &[PersonId]) -> Result<(), db::Error> {
    let people: Vec<i64> = people.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "update identity.role_grant g set ended_at = $2
         from identity.membership m
         where m.account_id = g.account_id and m.person_id = any ($1) and g.ended_at is null",
        &people,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update identity.membership set ended_at = $2
         where person_id = any ($1) and ended_at is null",
        &people,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn block(
    tx: &mut Tx,
    account: i64,
    blocked: bool,
    reason: &str,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.membership set blocked_at = case when $2 then $3::timestamptz end, block_reason = $4
         where account_id = $1 and (blocked_at is not null) <> $2",
        account,
        blocked,
        tx.now(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the passwords of these members void and ends their sessions.
pub(crate) async fn forget_passwords(tx: &mut Tx, accounts: &[i64]) -> Result<(), db::Error> {
    sqlx::query!("select identity.forget_passwords($1)", accounts)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// The account of a login, for a membership in one more organisation.
pub(crate) async fn account_of(tx: &mut Tx, login: &str) -> Result<Option<AccountId>, db::Error> {
    let id = sqlx::query_scalar!("select identity.account_of($1)", login)
        .fetch_one(tx.conn())
        .await?;
    Ok(id.map(Into::into))
}

/// The card of an account that may sign in and is a member that nobody blocked.
pub(crate) async fn active(tx: &mut Tx, account: AccountId) -> Result<Option<PersonId>, db::Error> {
    let person = sqlx::query_scalar!(
        "select m.person_id from identity.membership m
         join identity.standing() s on s.account_id = m.account_id
         where m.org_id = kernel.org() and m.account_id = $1 and m.ended_at is null
           and m.blocked_at is null and s.state = 'active'",
        account.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(person.map(Into::into))
}

/// Every member's account, and whether its owner can enter or has a slip to.
pub(crate) async fn handed_over(tx: &mut Tx) -> Result<HashMap<PersonId, Opened>, db::Error> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"select m.person_id, m.account_id,
                  (s.has_password or exists (
                      select from identity.slip l
                      where l.org_id = m.org_id and l.account_id = m.account_id and l.voided_at is null
                        and (l.used_at is not null or l.expires_at > $1))) as "handed!"
           from identity.membership m
           join identity.standing() s on s.account_id = m.account_id
           where m.ended_at is null"#,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    let opened = |account: i64, handed| Opened {
        account: account.into(),
        handed,
    };
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), opened(it.account_id, it.handed)))
        .collect())
}

/// Every member, and when the account was last used, if ever.
pub(crate) async fn last_used(
    tx: &mut Tx,
) -> Result<HashMap<PersonId, Option<DateTime<Utc>>>, db::Error> {
    let rows = sqlx::query!(
        "select m.person_id, max(u.last_used_at) as last_used_at
         from identity.membership m
         join identity.last_used() u on u.account_id = m.account_id
         where m.org_id = kernel.org() and m.ended_at is null
         group by m.person_id",
    )
    .fetch_all(tx.conn())
    .await?;
    let used = rows.into_iter();
    Ok(used
        .map(|it| (it.person_id.into(), it.last_used_at))
        .collect())
}

/// The card of a member.
pub(crate) async fn person(tx: &mut Tx, account: AccountId) -> Result<Option<PersonId>, db::Error> {
    let person = sqlx::query_scalar!(
        "select person_id from identity.membership where org_id = kernel.org() and account_id = $1",
        account.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(person.map(Into::into))
}

/// The names of these accounts, as far as they are members here.
pub(crate) async fn account_names(
    tx: &mut Tx,
    accounts: &[i64],
) -> Result<HashMap<i64, String>, db::Error> {
    let rows = sqlx::query!(
        "select account_id, name from identity.membership where account_id = any ($1)",
        accounts,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.account_id, it.name))
        .collect())
}

/// The names of the members who are these people, by person.
pub(crate) async fn person_names(
    tx: &mut Tx,
    people: &[i64],
) -> Result<HashMap<i64, String>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, name from identity.membership
         where org_id = kernel.org() and person_id = any ($1)",
        people,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|it| (it.person_id, it.name)).collect())
}

/// How many members are blocked, and how many sessions of members are open.
pub(crate) async fn standing_of_all(tx: &mut Tx) -> Result<(i64, i64), db::Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from identity.membership
                   where ended_at is null and blocked_at is not null) as "blocked!",
                  identity.open_sessions($1) as "open!""#,
        tx.now(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.blocked, row.open))
}

/// Destroys these accounts; how many there were that belong to nobody elsewhere.
pub(crate) async fn forget_accounts(
    tx: &mut Tx,
    accounts: &[AccountId],
) -> Result<usize, db::Error> {
    let numbers: Vec<i64> = accounts.iter().map(|it| it.get()).collect();
    let gone = sqlx::query_scalar!(
        r#"select identity.forget_account(account) as "gone!" from unnest($1::bigint[]) account"#,
        &numbers,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(gone.into_iter().filter(|it| *it).count())
}

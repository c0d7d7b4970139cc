use chrono::{DateTime, Utc};
use db::{Alone, Db, Tx};
use kernel::AccountId;
use sqlx::types::Json;

use crate::{
    service::Known,
    session::{NewSession, Open},
};

pub(crate) async fn insert(tx: &mut Tx, it: &NewSession) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.session
            (token_hash, account_id, created_at, seen_at, idle_until, expires_at, address, agent, by_code, must_enrol)
         values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9)",
        it.token_hash,
        it.account.get(),
        it.at,
        it.idle_until,
        it.expires_at,
        it.address,
        it.agent,
        it.by_code,
        it.must_enrol,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who stands behind the session, in one statement.
pub(crate) async fn whois(
    db: &Db,
    token_hash: &[u8],
    at: DateTime<Utc>,
) -> Result<Option<Known>, db::Error> {
    // There are no more dead connections than the pool holds.
    let mut tries = db.gauges().max;
    loop {
        let mut alone = db.alone().await?;
        let found = sqlx::query_scalar!(
            r#"select identity.known_by($1, $2) as "known: Json<Known>""#,
            token_hash,
            at
        )
        .fetch_one(alone.conn())
        .await;
        match found {
            Err(lost) if tries > 0 && Alone::is_lost(&lost) => tries -= 1,
            other => return Ok(other?.map(|it| it.0)),
        }
    }
}

/// Keeps the session of somebody who is at work.
pub(crate) async fn slide(
    tx: &mut Tx,
    token_hash: &[u8],
    idle_until: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.session set seen_at = $2, idle_until = least($3, expires_at)
         where token_hash = $1",
        token_hash,
        tx.now(),
        idle_until,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn end(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<AccountId>, db::Error> {
    let account = sqlx::query_scalar!(
        "delete from identity.session where token_hash = $1 returning account_id",
        token_hash,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(account.map(Into::into))
}

/// Ends every session of the account but the one with that digest.
pub(crate) async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    but: Option<&[u8]>,
) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "delete from identity.session where account_id = $1 and token_hash is distinct from $2",
        account.get(),
        but,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Ends one session of the account by its number; false where there is none.
pub(crate) async fn end_one(tx: &mut Tx, account: AccountId, id: i64) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "delete from identity.session where account_id = $1 and session_id = $2",
        account.get(),
        id,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The sessions of the account that are open now, the latest first.
pub(crate) async fn open(
    tx: &mut Tx,
    account: AccountId,
    current: &[u8],
) -> Result<Vec<Open>, db::Error> {
    Ok(sqlx::query_as!(
        Open,
        r#"select session_id as id, created_at, seen_at, address, agent, token_hash = $2 as "current!"
           from identity.session
           where account_id = $1 and idle_until > $3 and expires_at > $3
           order by seen_at desc, session_id desc"#,
        account.get(),
        current,
        tx.now(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Whether the session was opened with the code of a slip.
pub(crate) async fn is_by_code(tx: &mut Tx, token_hash: &[u8]) -> Result<bool, db::Error> {
    let by_code = sqlx::query_scalar!(
        "select by_code from identity.session where token_hash = $1",
        token_hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(by_code.unwrap_or(false))
}

pub(crate) async fn prune(tx: &mut Tx) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "delete from identity.session where expires_at <= $1 or idle_until <= $1",
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// The second factor was set up in this session: everything opens again.
pub(crate) async fn enrolled(tx: &mut Tx, token_hash: &[u8]) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.session set must_enrol = false, proved_at = $2 where token_hash = $1",
        token_hash,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// When password or code were last given in the session, which does not look
/// with the eyes of another.
pub(crate) async fn proved_at(
    tx: &mut Tx,
    account: AccountId,
    token_hash: &[u8],
) -> Result<Option<DateTime<Utc>>, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(proved_at, created_at) as "at!" from identity.session
           where token_hash = $1 and account_id = $2"#,
        token_hash,
        account.get(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Password or code were given again: the session goes on under a new token.
pub(crate) async fn proved(
    tx: &mut Tx,
    token_hash: &[u8],
    new_hash: &[u8],
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "update identity.session set token_hash = $2, proved_at = $3 where token_hash = $1",
        token_hash,
        new_hash,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The open sessions of a member of the organisation of the transaction.
pub(crate) async fn of_member(tx: &mut Tx, account: AccountId) -> Result<Vec<Open>, db::Error> {
    Ok(sqlx::query_as!(
        Open,
        r#"select session_id as "id!", created_at as "created_at!", seen_at as "seen_at!",
                  address as "address!", agent as "agent!", false as "current!"
           from identity.sessions_of($1, $2)"#,
        account.get(),
        tx.now(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Ends one session of a member of the organisation of the transaction, or all.
pub(crate) async fn end_of_member(
    tx: &mut Tx,
    account: AccountId,
    one: Option<i64>,
) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select identity.end_sessions_of($1, $2) as "ended!""#,
        account.get(),
        one,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Lets the session look with the eyes of a member; false where there is none.
pub(crate) async fn look_as(
    tx: &mut Tx,
    token_hash: &[u8],
    viewer: AccountId,
    target: AccountId,
    until: DateTime<Utc>,
) -> Result<bool, db::Error> {
    let done = sqlx::query_scalar!(
        "select identity.look_as($1, $2, $3, $4)",
        token_hash,
        viewer.get(),
        target.get(),
        until,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(done.unwrap_or(false))
}

/// With whose eyes a session looks.
#[derive(Clone, Debug)]
pub(crate) struct Looking {
    pub(crate) viewer: AccountId,
    pub(crate) target: AccountId,
    pub(crate) org: i64,
}

/// Lets the session look with its own eyes again; whose those were.
pub(crate) async fn look_no_more(
    tx: &mut Tx,
    token_hash: &[u8],
) -> Result<Option<Looking>, db::Error> {
    let row = sqlx::query!(
        r#"with before as (
               select token_hash, account_id, as_account, as_org from identity.session
               where token_hash = $1 and as_account is not null for update)
           update identity.session s set as_account = null, as_org = null, as_until = null
           from before b where s.token_hash = b.token_hash
           returning b.account_id, b.as_account as "as_account!", b.as_org as "as_org!""#,
        token_hash,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Looking {
        viewer: it.account_id.into(),
        target: it.as_account.into(),
        org: it.as_org,
    }))
}

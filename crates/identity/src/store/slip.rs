use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{AccountId, Actor};

use crate::{Handed, SlipId, slip::Issued};

/// A slip and whom it opens the system for.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) account: AccountId,
    pub(crate) org_id: i64,
    pub(crate) org_name: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) issued: Issued,
}

/// Writes one slip per account in the organisation of the transaction; those
/// issued before and not used become void.
pub(crate) async fn issue(
    tx: &mut Tx,
    org: i64,
    accounts: &[i64],
    digests: &[Vec<u8>],
    issued_by: Option<i64>,
    expires_at: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.slip set voided_at = $2
         where account_id = any ($1) and used_at is null and voided_at is null",
        accounts,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into identity.slip (org_id, account_id, code_hash, issued_by, issued_at, expires_at)
         select $1, n.account_id, n.code_hash, $4, $5, $6
         from unnest($2::bigint[], $3::bytea[]) n (account_id, code_hash)",
        org,
        accounts,
        digests,
        issued_by,
        tx.now(),
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The slip with that code, locked until the transaction ends, if its owner
/// may still enter the organisation that issued it.
pub(crate) async fn find(tx: &mut Tx, digest: &[u8]) -> Result<Option<Found>, db::Error> {
    let row = sqlx::query!(
        r#"select s.account_id, s.org_id, s.expires_at, s.used_at, s.voided_at,
                  m.name as "name!", m.login as "login!", m.org_name as "org_name!"
           from identity.slip s
           join identity.member_of m on m.org_id = s.org_id and m.account_id = s.account_id
           where s.code_hash = $1
           for update of s"#,
        digest,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Found {
        account: it.account_id.into(),
        org_id: it.org_id,
        org_name: it.org_name,
        name: it.name,
        login: it.login,
        issued: Issued {
            expires_at: it.expires_at,
            used_at: it.used_at,
            voided_at: it.voided_at,
        },
    }))
}

/// The password was chosen: no slip of the account opens anything any more.
pub(crate) async fn use_up(tx: &mut Tx, account: AccountId) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.slip set used_at = $2
         where account_id = $1 and used_at is null and voided_at is null",
        account.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names of the administrators whom to ask for a new slip.
pub(crate) async fn administrators(tx: &mut Tx, org: i64) -> Result<Vec<String>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select distinct m.name from identity.role_grant g
         join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
         where g.org_id = $1 and g.role = 'admin' and g.scope_kind = 'org' and g.ended_at is null
           and m.ended_at is null and m.blocked_at is null
         order by m.name limit 5",
        org,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The slips in force of these accounts, or of all, with who handed them over.
pub(crate) async fn log(tx: &mut Tx, accounts: Option<&[i64]>) -> Result<Vec<Handed>, db::Error> {
    Ok(sqlx::query_as!(
        Handed,
        r#"select s.slip_id as slip, s.account_id as account, m.name, m.login, s.issued_at,
                  coalesce(i.name, '') as "issued_by!", s.handed_at, coalesce(h.name, '') as "handed_by!",
                  s.handed_to, s.used_at, s.expires_at
           from identity.slip s
           join identity.membership m on m.org_id = s.org_id and m.account_id = s.account_id
           left join identity.membership i on i.org_id = s.org_id and i.account_id = s.issued_by
           left join identity.membership h on h.org_id = s.org_id and h.account_id = s.handed_by
           where s.voided_at is null and m.ended_at is null
             and ($1::bigint[] is null or s.account_id = any ($1))"#,
        accounts,
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(crate) async fn hand_over(
    tx: &mut Tx,
    slips: &[SlipId],
    by: AccountId,
    to: &str,
) -> Result<u64, db::Error> {
    let slips: Vec<i64> = slips.iter().map(|it| it.get()).collect();
    let done = sqlx::query!(
        "update identity.slip set handed_at = $2, handed_by = $3, handed_to = $4
         where slip_id = any ($1) and handed_at is null",
        &slips,
        tx.now(),
        by.get(),
        to,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Keeps sealed slips until they are printed.
pub(crate) async fn keep_sheet(
    tx: &mut Tx,
    actor: &Actor,
    sealed: &[u8],
    issued: usize,
    expires_at: DateTime<Utc>,
) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        "insert into identity.slip_sheet (org_id, issued_by, sealed, issued, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) returning sheet_id",
        actor.org.get(),
        actor.account.get(),
        sealed,
        i32::try_from(issued).unwrap_or(i32::MAX),
        tx.now(),
        expires_at,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn sheet(
    tx: &mut Tx,
    id: i64,
    by: AccountId,
) -> Result<Option<Vec<u8>>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select sealed from identity.slip_sheet
         where sheet_id = $1 and issued_by = $2 and expires_at > $3",
        id,
        by.get(),
        tx.now(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

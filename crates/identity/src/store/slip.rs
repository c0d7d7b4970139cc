use chrono::{DateTime, Utc};
use db::Tx;
use kernel::AccountId;

use crate::slip::Issued;

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

use chrono::{DateTime, Utc};

use super::{Log, chain::Seal, rows::NOBODY};
use crate::{Error, Tx};

/// The number that no row of the log has passed yet.
pub(super) async fn drawn(tx: &mut Tx, log: Log) -> Result<i64, Error> {
    let drawn = match log {
        Log::Audit => {
            sqlx::query_scalar!(
                r#"select case when is_called then last_value else 0 end as "drawn!"
                   from kernel.audit_audit_id_seq"#
            )
            .fetch_one(tx.conn())
            .await?
        }
        Log::History => {
            sqlx::query_scalar!(
                r#"select case when is_called then last_value else 0 end as "drawn!"
                   from kernel.history_history_id_seq"#
            )
            .fetch_one(tx.conn())
            .await?
        }
    };
    Ok(drawn)
}

/// The transactions of this database that are under way, but for the own and
/// those of the server itself.
pub(super) async fn under_way(tx: &mut Tx) -> Result<Vec<String>, Error> {
    Ok(sqlx::query_scalar!(
        r#"select l.virtualtransaction as "it!" from pg_locks l
           join pg_stat_activity a on a.pid = l.pid
           where l.locktype = 'virtualxid' and l.granted and a.pid <> pg_backend_pid()
             and a.datname = current_database() and a.usesysid is not null"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Up to where every row of the log is sealed.
pub(super) async fn sealed_up_to(tx: &mut Tx, log: Log) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(max(up_to), 0) as "up_to!" from kernel.seal_round where log = $1"#,
        log.code(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The organisations that have rows of the log between these numbers.
pub(super) async fn with_rows(
    tx: &mut Tx,
    log: Log,
    after: i64,
    up_to: i64,
) -> Result<Vec<i64>, Error> {
    let orgs = match log {
        Log::Audit => {
            sqlx::query_scalar!(
                r#"select distinct coalesce(org_id, $3) as "org!" from kernel.audit
                   where audit_id > $1 and audit_id <= $2 order by 1"#,
                after,
                up_to,
                NOBODY,
            )
            .fetch_all(tx.conn())
            .await?
        }
        Log::History => {
            sqlx::query_scalar!(
                "select distinct org_id from kernel.history
                 where history_id > $1 and history_id <= $2 order by 1",
                after,
                up_to,
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    Ok(orgs)
}

/// The organisations that have seals of the log.
pub(super) async fn with_seals(tx: &mut Tx, log: Log) -> Result<Vec<i64>, Error> {
    Ok(sqlx::query_scalar!(
        "select distinct org_id from kernel.seal where log = $1 order by 1",
        log.code(),
    )
    .fetch_all(tx.conn())
    .await?)
}

struct Row {
    n: i64,
    last_id: i64,
    rows: i32,
    digest: Vec<u8>,
    prev: Vec<u8>,
    mac: Vec<u8>,
    sealed_at: DateTime<Utc>,
}

impl TryFrom<Row> for (Seal, DateTime<Utc>) {
    type Error = Error;

    fn try_from(it: Row) -> Result<Self, Error> {
        let bytes = |bytes: Vec<u8>, column| {
            <[u8; 32]>::try_from(bytes).map_err(|_| Error::corrupt("kernel.seal", column))
        };
        let seal = Seal {
            n: it.n,
            last_id: it.last_id,
            rows: it.rows,
            digest: bytes(it.digest, "digest")?,
            prev: bytes(it.prev, "prev")?,
            mac: bytes(it.mac, "mac")?,
        };
        Ok((seal, it.sealed_at))
    }
}

/// The last seal of a chain.
pub(super) async fn last(tx: &mut Tx, (org, log): (i64, Log)) -> Result<Option<Seal>, Error> {
    let row = sqlx::query_as!(
        Row,
        "select n, last_id, rows, digest, prev, mac, sealed_at from kernel.seal
         where org_id = $1 and log = $2 order by n desc limit 1",
        org,
        log.code(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let seal = row.map(<(Seal, DateTime<Utc>)>::try_from).transpose()?;
    Ok(seal.map(|it| it.0))
}

/// At most `most` seals of a chain after that one, with when they were made.
pub(super) async fn after(
    tx: &mut Tx,
    (org, log): (i64, Log),
    n: i64,
    most: i64,
) -> Result<Vec<(Seal, DateTime<Utc>)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select n, last_id, rows, digest, prev, mac, sealed_at from kernel.seal
         where org_id = $1 and log = $2 and n > $3 order by n limit $4",
        org,
        log.code(),
        n,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The code of one seal.
pub(super) async fn mac_of(
    tx: &mut Tx,
    (org, log): (i64, Log),
    n: i64,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar!(
        "select mac from kernel.seal where org_id = $1 and log = $2 and n = $3",
        org,
        log.code(),
        n,
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(super) async fn insert(tx: &mut Tx, (org, log): (i64, Log), seal: &Seal) -> Result<(), Error> {
    sqlx::query!(
        "insert into kernel.seal (org_id, log, n, last_id, rows, digest, prev, mac, sealed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        org,
        log.code(),
        seal.n,
        seal.last_id,
        seal.rows,
        seal.digest.as_slice(),
        seal.prev.as_slice(),
        seal.mac.as_slice(),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn end_round(tx: &mut Tx, log: Log, up_to: i64) -> Result<(), Error> {
    sqlx::query!(
        "insert into kernel.seal_round (log, up_to, sealed_at) values ($1, $2, $3)
         on conflict do nothing",
        log.code(),
        up_to,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

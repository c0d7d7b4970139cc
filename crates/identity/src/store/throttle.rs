use chrono::{DateTime, Utc};
use db::Tx;
use kernel::AccountId;

use crate::throttle::Bucket;

/// The counters under these keys, locked until the transaction ends. Keys
/// that are not there yet are made with no failures, so that two first
/// attempts wait for each other.
pub(crate) async fn locked(
    tx: &mut Tx,
    keys: &[String],
) -> Result<Vec<(String, Bucket)>, db::Error> {
    let rows = sqlx::query!(
        "insert into identity.throttle as t (bucket, failures, last_at)
         select key, 0, $2 from unnest($1::text[]) key
         on conflict (bucket) do update set failures = t.failures
         returning bucket, failures, last_at",
        keys,
        tx.now(),
    )
    .fetch_all(tx.conn())
    .await?;
    let bucket = |failures: i32, last_at| Bucket {
        failures: failures.unsigned_abs(),
        last_at,
    };
    Ok(rows
        .into_iter()
        .map(|it| (it.bucket, bucket(it.failures, it.last_at)))
        .collect())
}

pub(crate) async fn save(tx: &mut Tx, buckets: &[(String, Bucket)]) -> Result<(), db::Error> {
    let keys: Vec<String> = buckets.iter().map(|it| it.0.clone()).collect();
    let failures: Vec<i32> = buckets
        .iter()
        .map(|it| i32::try_from(it.1.failures).unwrap_or(i32::MAX))
        .collect();
    let moments: Vec<DateTime<Utc>> = buckets.iter().map(|it| it.1.last_at).collect();
    sqlx::query!(
        "update identity.throttle t set failures = n.failures, last_at = n.last_at
         from unnest($1::text[], $2::integer[], $3::timestamptz[]) n (bucket, failures, last_at)
         where t.bucket = n.bucket",
        &keys,
        &failures,
        &moments,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes back what was reserved for an attempt that then succeeded: the
/// counter `clean` begins anew, `less` loses one.
pub(crate) async fn give_back(
    tx: &mut Tx,
    clean: &str,
    less: Option<&str>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.throttle
         set failures = case when bucket = $1 then 0 else greatest(failures - 1, 0) end
         where bucket = $1 or bucket = $2",
        clean,
        less,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the account was opened on this device before.
pub(crate) async fn knows_device(
    tx: &mut Tx,
    account: AccountId,
    device: &[u8],
) -> Result<bool, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from identity.device where device_hash = $1 and account_id = $2) as "known!""#,
        device,
        account.get(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whether any account was ever opened on this device.
pub(crate) async fn is_device(tx: &mut Tx, device: &[u8]) -> Result<bool, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from identity.device where device_hash = $1) as "known!""#,
        device,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn remember_device(
    tx: &mut Tx,
    account: AccountId,
    device: &[u8],
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.device (device_hash, account_id, created_at) values ($1, $2, $3)
         on conflict (device_hash, account_id) do update set created_at = excluded.created_at",
        device,
        account.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many other accounts failed from the address since then.
pub(crate) async fn failed_from(
    tx: &mut Tx,
    address: &str,
    but: &[u8],
    since: DateTime<Utc>,
) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from identity.failed_from
           where address = $1 and login_hash <> $2 and last_at > $3"#,
        address,
        but,
        since,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn note_failed_from(
    tx: &mut Tx,
    address: &str,
    login: &[u8],
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.failed_from (address, login_hash, last_at) values ($1, $2, $3)
         on conflict (address, login_hash) do update set last_at = excluded.last_at",
        address,
        login,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets counters and devices that no longer matter.
pub(crate) async fn prune(
    tx: &mut Tx,
    counters: DateTime<Utc>,
    devices: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!("delete from identity.throttle where last_at < $1", counters)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "delete from identity.failed_from where last_at < $1",
        counters
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from identity.device where created_at < $1", devices)
        .execute(tx.conn())
        .await?;
    Ok(())
}

//! Settings of the organisation.

use std::collections::BTreeMap;

use db::Tx;
use kernel::OrgId;
use serde_json::Value;

pub(crate) async fn setting(tx: &mut Tx, key: &str) -> Result<Option<Value>, db::Error> {
    Ok(
        sqlx::query_scalar!("select value from org.setting where key = $1", key)
            .fetch_optional(tx.conn())
            .await?,
    )
}

pub(crate) async fn settings(tx: &mut Tx) -> Result<BTreeMap<String, Value>, db::Error> {
    let rows = sqlx::query!("select key, value from org.setting")
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|it| (it.key, it.value)).collect())
}

/// The sum of the versions of all settings: what a form of them has seen.
pub(crate) async fn settings_version(tx: &mut Tx) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(version), 0)::bigint as "sum!" from org.setting"#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Lets one form of settings be saved at a time: there may be no row yet to lock.
pub(crate) async fn lock_settings(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!("select org_id from org.organisation where org_id = kernel.org() for update")
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// Writes settings; those that stay the same leave no trace.
pub(crate) async fn save_settings(
    tx: &mut Tx,
    org: OrgId,
    values: &BTreeMap<&'static str, Value>,
) -> Result<(), db::Error> {
    let keys: Vec<String> = values.keys().map(|&it| it.to_owned()).collect();
    let values: Vec<Value> = values.values().cloned().collect();
    sqlx::query!(
        "insert into org.setting as s (org_id, key, value, updated_at)
         select $1, n.key, n.value, $4 from unnest($2::text[], $3::jsonb[]) n (key, value)
         on conflict (org_id, key) do update
            set value = excluded.value, version = s.version + 1, updated_at = excluded.updated_at
         where s.value <> excluded.value",
        org.get(),
        &keys,
        &values,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

//! Whole lists in a constant number of statements, forth and back.

use std::collections::HashMap;

use db::{Error as DbError, Tx};
use kernel::{GroupId, PersonId};
use rust_decimal::Decimal;

use super::numbers;
use crate::{LoadId, PlanId};

/// Puts pupils into subgroups.
pub(crate) async fn add_members(
    tx: &mut Tx,
    members: &[(GroupId, PersonId)],
) -> Result<(), DbError> {
    let groups: Vec<i64> = members.iter().map(|it| it.0.get()).collect();
    let pupils: Vec<i64> = members.iter().map(|it| it.1.get()).collect();
    sqlx::query!(
        "insert into curriculum.group_member (org_id, group_id, pupil_id)
         select kernel.org(), n.* from unnest($1::bigint[], $2::bigint[]) as n
         on conflict on constraint group_member_pkey do nothing",
        &groups,
        &pupils,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Sets the hours of these rows of load.
pub(crate) async fn set_hours(tx: &mut Tx, hours: &[(LoadId, Decimal)]) -> Result<(), DbError> {
    let loads: Vec<i64> = hours.iter().map(|it| it.0.get()).collect();
    let hours: Vec<Decimal> = hours.iter().map(|it| it.1).collect();
    sqlx::query!(
        "update curriculum.load l set hours_a_week = n.hours, version = l.version + 1
         from unnest($1::bigint[], $2::numeric[]) as n (load_id, hours)
         where l.load_id = n.load_id",
        &loads,
        &hours,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The versions of these rows of load, locked until the end of the transaction.
pub(crate) async fn load_versions(
    tx: &mut Tx,
    loads: &[LoadId],
) -> Result<HashMap<LoadId, i32>, DbError> {
    let rows = sqlx::query!(
        "select load_id, version from curriculum.load where load_id = any($1) for update",
        &numbers(loads),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.load_id.into(), it.version))
        .collect())
}

/// The versions of these plans, locked until the end of the transaction.
pub(crate) async fn plan_versions(
    tx: &mut Tx,
    plans: &[PlanId],
) -> Result<HashMap<PlanId, i32>, DbError> {
    let rows = sqlx::query!(
        "select plan_id, version from curriculum.plan where plan_id = any($1) for update",
        &numbers(plans),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.plan_id.into(), it.version))
        .collect())
}

/// Makes each row of load follow that plan again.
pub(crate) async fn restore_uses(tx: &mut Tx, uses: &[(LoadId, PlanId)]) -> Result<(), DbError> {
    let loads: Vec<i64> = uses.iter().map(|it| it.0.get()).collect();
    let plans: Vec<i64> = uses.iter().map(|it| it.1.get()).collect();
    sqlx::query!(
        "insert into curriculum.plan_use (org_id, plan_id, load_id)
         select kernel.org(), n.plan_id, n.load_id
         from unnest($1::bigint[], $2::bigint[]) as n (load_id, plan_id)
         on conflict on constraint plan_use_pkey do update set plan_id = excluded.plan_id",
        &loads,
        &plans,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes these rows of load off the plans they follow.
pub(crate) async fn drop_uses(tx: &mut Tx, loads: &[LoadId]) -> Result<(), DbError> {
    sqlx::query!(
        "delete from curriculum.plan_use where load_id = any($1)",
        &numbers(loads)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

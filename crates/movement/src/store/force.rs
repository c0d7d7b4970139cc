//! Orders on their way into force and out of it.

use std::collections::HashMap;

use db::Tx;
use kernel::PersonId;

use super::orders::numbers;
use crate::{
    Error,
    order::{OrderId, OrderKind},
};

/// Lets only one at a time issue or cancel orders of the organisation: the
/// numbers have no gaps and nobody decides on a register that is changing.
pub(crate) async fn lock_book(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('movement.order', kernel.org()))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The highest number of each kind in these calendar years. The book must be locked.
pub(crate) async fn last_numbers(
    tx: &mut Tx,
    years: &[i16],
) -> Result<HashMap<(OrderKind, i16), i32>, db::Error> {
    let rows = sqlx::query!(
        r#"select kind, year, max(substring(number from '^[0-9]+')::integer) as "last!"
           from movement.order where year = any($1) and number is not null group by kind, year"#,
        years,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let kind = OrderKind::from_code(&it.kind);
            let kind = kind.ok_or(db::Error::corrupt("movement.order", "kind"))?;
            Ok(((kind, it.year), it.last))
        })
        .collect()
}

/// An order that gets its number.
pub(crate) struct Numbered {
    pub(crate) order: OrderId,
    pub(crate) seen: i32,
    pub(crate) number: String,
}

/// Puts the drafts in force with these numbers. Issuing times never repeat,
/// so they tell the order.
pub(crate) async fn issue(tx: &mut Tx, by: PersonId, orders: &[Numbered]) -> Result<(), Error> {
    let ids: Vec<i64> = orders.iter().map(|it| it.order.get()).collect();
    let seen: Vec<i32> = orders.iter().map(|it| it.seen).collect();
    let given: Vec<String> = orders.iter().map(|it| it.number.clone()).collect();
    let done = sqlx::query!(
        "update movement.order o
         set state = 'issued', number = i.number, issued_by = $4, version = o.version + 1,
             issued_at = greatest(kernel.now(),
                 (select max(issued_at) + interval '1 microsecond' from movement.order))
                 + (i.place - 1) * interval '1 microsecond'
         from unnest($1::bigint[], $2::integer[], $3::text[])
              with ordinality i (order_id, seen, number, place)
         where o.order_id = i.order_id and o.version = i.seen and o.state in ('draft', 'submitted')",
        &ids,
        &seen,
        &given,
        by.get(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    all(done.rows_affected(), orders.len())
}

/// Puts issued orders out of force; their numbers stay taken (§3.2.6).
pub(crate) async fn cancel(
    tx: &mut Tx,
    by: PersonId,
    orders: &[OrderId],
    reason: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.order
         set state = 'cancelled', cancelled_by = $2, cancelled_at = kernel.now(), cancel_reason = $3,
             version = version + 1
         where order_id = any($1) and state = 'issued'",
        &numbers(orders),
        by.get(),
        reason,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    all(done.rows_affected(), orders.len())
}

fn all(done: u64, wanted: usize) -> Result<(), Error> {
    if done == wanted as u64 {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile)
    }
}

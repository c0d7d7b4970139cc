//! The head's signature: whether the school wants it, and orders that wait for it.

use db::Tx;
use kernel::PersonId;

use crate::{Error, OrderId, OrderState};

/// Whether orders of the school wait for the head's signature.
pub(crate) async fn director_signs(tx: &mut Tx) -> Result<bool, db::Error> {
    let signs = sqlx::query_scalar!("select director_signs from movement.setting")
        .fetch_optional(tx.conn())
        .await?;
    Ok(signs.unwrap_or(false))
}

/// Says whether orders wait for the head's signature from now on.
pub(crate) async fn let_director_sign(tx: &mut Tx, signs: bool) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into movement.setting as s (org_id, director_signs) values (kernel.org(), $1)
         on conflict (org_id) do update
            set director_signs = excluded.director_signs, version = s.version + 1
          where s.director_signs <> excluded.director_signs",
        signs,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Brings an order that is as the writer saw it to the signature, or back
/// from there to the desk.
pub(crate) async fn pass_on(
    tx: &mut Tx,
    by: PersonId,
    order: (OrderId, i32),
    from: OrderState,
    to: OrderState,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.order
         set state = $4::text, version = version + 1,
             submitted_by = case when $4::text = 'submitted' then $5::bigint end,
             submitted_at = case when $4::text = 'submitted' then kernel.now() end
         where order_id = $1 and version = $2 and state = $3",
        order.0.get(),
        order.1,
        from.code(),
        to.code(),
        by.get(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::ChangedMeanwhile)
    } else {
        Ok(())
    }
}

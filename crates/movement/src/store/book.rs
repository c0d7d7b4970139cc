use db::Tx;
use sqlx::types::Json;

use super::orders::OrderRow;
use crate::order::{Order, OrderId, OrderKind, OrderLine, OrderState};

/// An order with all that it says, and how the school signs.
pub(crate) struct Whole {
    pub(crate) order: Order,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) director_signs: bool,
    /// Whether the head signed it, or has it to sign.
    pub(crate) submitted: bool,
}

/// The order, or nothing.
pub(crate) async fn whole(tx: &mut Tx, id: OrderId) -> Result<Option<Whole>, db::Error> {
    let row = sqlx::query!(
        r#"select order_id, kind, state, number, ordered_on, effective_on, basis, prepared_by, issued_by,
                  issued_at, cancelled_by, cancelled_at, cancel_reason, version,
                  (select coalesce(json_agg(to_jsonb(p) order by p.pupil_id), '[]') from movement.order_pupil p
                    where p.org_id = o.org_id and p.order_id = o.order_id) as "lines!: Json<Vec<OrderLine>>",
                  coalesce((select director_signs from movement.setting), false) as "director_signs!",
                  submitted_at is not null as "submitted!"
           from movement.order o where order_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(it) = row else { return Ok(None) };
    let order = OrderRow {
        order_id: it.order_id,
        kind: it.kind,
        state: it.state,
        number: it.number,
        ordered_on: it.ordered_on,
        effective_on: it.effective_on,
        basis: it.basis,
        prepared_by: it.prepared_by,
        issued_by: it.issued_by,
        issued_at: it.issued_at,
        cancelled_by: it.cancelled_by,
        cancelled_at: it.cancelled_at,
        cancel_reason: it.cancel_reason,
        version: it.version,
    };
    Ok(Some(Whole {
        order: order.try_into()?,
        lines: it.lines.0,
        director_signs: it.director_signs,
        submitted: it.submitted,
    }))
}

/// An order in the book, with how many pupils it names.
pub(crate) struct Entry {
    pub(crate) order: Order,
    pub(crate) pupils: i64,
}

/// The whole book of the organisation, newest first; some kind, state or year only.
pub(crate) async fn book(
    tx: &mut Tx,
    kind: Option<OrderKind>,
    state: Option<OrderState>,
    year: Option<i16>,
) -> Result<Vec<Entry>, db::Error> {
    let rows = sqlx::query!(
        r#"select o.order_id, o.kind, o.state, o.number, o.ordered_on, o.effective_on, o.basis,
                  o.prepared_by, o.issued_by, o.issued_at, o.cancelled_by, o.cancelled_at,
                  o.cancel_reason, o.version, coalesce(p.count, 0) as "pupils!"
           from movement.order o
           left join (select order_id, count(*) from movement.order_pupil group by order_id) p using (order_id)
           where ($1::text is null or o.kind = $1)
             and ($2::text is null or o.state = $2)
             and ($3::smallint is null or o.year = $3)
           order by o.ordered_on desc, o.order_id desc"#,
        kind.map(OrderKind::code),
        state.map(OrderState::code),
        year,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let order = OrderRow {
                order_id: it.order_id,
                kind: it.kind,
                state: it.state,
                number: it.number,
                ordered_on: it.ordered_on,
                effective_on: it.effective_on,
                basis: it.basis,
                prepared_by: it.prepared_by,
                issued_by: it.issued_by,
                issued_at: it.issued_at,
                cancelled_by: it.cancelled_by,
                cancelled_at: it.cancelled_at,
                cancel_reason: it.cancel_reason,
                version: it.version,
            };
            Ok(Entry {
                order: order.try_into()?,
                pupils: it.pupils,
            })
        })
        .collect()
}

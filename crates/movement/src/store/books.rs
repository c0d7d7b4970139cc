//! What the books read of stays and orders.

use chrono::NaiveDate;
use db::{Error, Tx};

use crate::{
    books::{Origin, Paper, Passage, Spot},
    order::{LeavingReason, OrderKind},
};

pub(super) fn kind_of(code: &str) -> Result<OrderKind, Error> {
    OrderKind::from_code(code).ok_or(Error::corrupt("movement.order", "kind"))
}

/// Every stay that touches the range of days (both included) with the orders
/// at its ends, in the order of pupils and days.
pub(crate) async fn passages(
    tx: &mut Tx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Passage>, Error> {
    let rows = sqlx::query!(
        r#"select m.pupil_id as "pupil_id!", m.class_id as "class_id?", m.grade as "grade?",
                  lower(m.during) as "since!", upper(m.during) as until,
                  b.order_id as came_by, b.kind as came_kind, b.number as came_number,
                  b.ordered_on as came_ordered_on, bp.came_kind as "came_from_kind?", bp.scope as "scope?",
                  concat_ws(', ', nullif(bp.came_from, ''), nullif(bp.place, '')) as "came_from!",
                  e.order_id as "gone_by?", e.kind as "gone_kind?", e.number as "gone_number?",
                  e.ordered_on as "gone_ordered_on?",
                  concat_ws(', ', nullif(ep.went_to, ''), nullif(ep.place, '')) as "went_to!",
                  coalesce(ep.reason, '') as "reason!"
           from (select org_id, pupil_id, class_id, null::smallint as grade, during, began_by, ended_by
                   from movement.class_member
                 union all
                 select org_id, pupil_id, null, grade, during, began_by, ended_by from movement.unplaced) m
           join movement.order b on b.org_id = m.org_id and b.order_id = m.began_by
           left join movement.order_pupil bp on bp.org_id = m.org_id and bp.order_id = m.began_by
                and bp.pupil_id = m.pupil_id
           left join movement.order e on e.org_id = m.org_id and e.order_id = m.ended_by
           left join movement.order_pupil ep on ep.org_id = m.org_id and ep.order_id = m.ended_by
                and ep.pupil_id = m.pupil_id
           where m.during && daterange($1, $2, '[]')
           order by m.pupil_id, lower(m.during)"#,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let came = Paper {
                order: it.came_by.into(),
                kind: kind_of(&it.came_kind)?,
                number: it.came_number,
                ordered_on: it.came_ordered_on,
                place: it.came_from,
                reason: None,
            };
            let gone = match (it.gone_by, it.gone_kind, it.gone_ordered_on) {
                (Some(order), Some(kind), Some(ordered_on)) => Some(Paper {
                    order: order.into(),
                    kind: kind_of(&kind)?,
                    number: it.gone_number,
                    ordered_on,
                    place: it.went_to,
                    reason: LeavingReason::from_code(&it.reason),
                }),
                _ => None,
            };
            Ok(Passage {
                pupil: it.pupil_id.into(),
                spot: match (it.class_id, it.grade) {
                    (Some(class), _) => Spot::Class(class.into()),
                    (None, Some(grade)) => Spot::Parallel(grade),
                    (None, None) => return Err(Error::corrupt("movement.unplaced", "grade")),
                },
                since: it.since,
                until: it.until,
                origin: Origin::of(it.came_from_kind.as_deref(), it.scope.as_deref()),
                came,
                gone,
            })
        })
        .collect()
}

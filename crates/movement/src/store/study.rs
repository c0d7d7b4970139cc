//! The stays of one pupil with the orders that began and ended them.

use std::collections::HashMap;

use db::Tx;
use kernel::PersonId;
use people::Way;

use super::stays::numbers;
use crate::{
    order::{LeavingReason, OrderKind},
    study::{StayOrder, Stayed},
};

const CORRUPT: db::Error = db::Error::Corrupt {
    table: "movement.order",
    column: "kind",
};

/// The ways of these pupils, or of everybody's. A pupil is here since the first
/// day of the stay that an enrolment began last.
pub(crate) async fn ways(
    tx: &mut Tx,
    pupils: Option<&[PersonId]>,
) -> Result<HashMap<PersonId, Way>, db::Error> {
    let pupils = pupils.map(numbers);
    let rows = sqlx::query!(
        r#"select distinct on (m.pupil_id) m.pupil_id,
                  coalesce(max(lower(m.during)) filter (where b.kind = 'enrolment') over of_pupil,
                           min(lower(m.during)) over of_pupil) as "enrolled_on!",
                  coalesce(e.kind, b.kind) as "kind!", coalesce(e.number, b.number, '') as "number!",
                  coalesce(e.ordered_on, b.ordered_on) as "ordered_on!"
             from movement.class_member m
             join movement.order b on b.org_id = m.org_id and b.order_id = m.began_by
             left join movement.order e on e.org_id = m.org_id and e.order_id = m.ended_by
            where $1::bigint[] is null or m.pupil_id = any($1)
           window of_pupil as (partition by m.pupil_id)
            order by m.pupil_id, lower(m.during) desc"#,
        pupils.as_deref() as Option<&[i64]>,
    )
    .fetch_all(tx.conn())
    .await?;
    let way = rows.into_iter().map(|it| {
        let way = Way {
            enrolled_on: it.enrolled_on,
            kind: it.kind,
            number: it.number,
            ordered_on: it.ordered_on,
        };
        (it.pupil_id.into(), way)
    });
    Ok(way.collect())
}

/// The stays of a pupil in the order of time.
pub(crate) async fn stayed(tx: &mut Tx, pupil: PersonId) -> Result<Vec<Stayed>, db::Error> {
    let rows = sqlx::query!(
        r#"select m.class_id, lower(m.during) as "since!", upper(m.during) - 1 as until,
                  b.order_id as began_id, b.kind as began_kind, coalesce(b.number, '') as "began_number!",
                  b.ordered_on as began_on, coalesce(bp.came_from, '') as "came_from!",
                  e.order_id as "ended_id?", e.kind as "ended_kind?", e.number as "ended_number?",
                  e.ordered_on as "ended_on?", coalesce(ep.went_to, '') as "went_to!",
                  coalesce(ep.reason, '') as "reason!"
             from movement.class_member m
             join movement.order b on b.org_id = m.org_id and b.order_id = m.began_by
             left join movement.order_pupil bp
               on bp.org_id = b.org_id and bp.order_id = b.order_id and bp.pupil_id = m.pupil_id
             left join movement.order e on e.org_id = m.org_id and e.order_id = m.ended_by
             left join movement.order_pupil ep
               on ep.org_id = e.org_id and ep.order_id = e.order_id and ep.pupil_id = m.pupil_id
            where m.pupil_id = $1
            order by lower(m.during)"#,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let kind = |code: &str| OrderKind::from_code(code).ok_or(CORRUPT);
            let ended = match (it.ended_id, it.ended_kind, it.ended_on) {
                (Some(id), Some(code), Some(on)) => Some(StayOrder {
                    id: id.into(),
                    kind: kind(&code)?,
                    number: it.ended_number.unwrap_or_default(),
                    ordered_on: on,
                }),
                _ => None,
            };
            Ok(Stayed {
                class: it.class_id.into(),
                since: it.since,
                until: it.until,
                began: StayOrder {
                    id: it.began_id.into(),
                    kind: kind(&it.began_kind)?,
                    number: it.began_number,
                    ordered_on: it.began_on,
                },
                came_from: it.came_from,
                ended,
                went_to: it.went_to,
                reason: LeavingReason::from_code(&it.reason),
            })
        })
        .collect()
}

//! The orders by which pupils came and left.

use std::collections::HashMap;

use db::Tx;
use kernel::PersonId;

use super::{books::kind_of, stays::numbers};
use crate::{OrderKind, SchoolPaper, SchoolPapers};

/// The last enrolment of these pupils and the leaving or graduation after it.
pub(crate) async fn school_papers(
    tx: &mut Tx,
    pupils: &[PersonId],
) -> Result<HashMap<PersonId, SchoolPapers>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.pupil_id, o.kind, coalesce(o.number, '') as "number!", o.ordered_on, o.effective_on,
                  concat_ws(', ', nullif(case when o.kind = 'enrolment' then p.came_from else p.went_to end, ''),
                            nullif(p.place, '')) as "place!"
           from movement.order_pupil p
           join movement.order o on o.org_id = p.org_id and o.order_id = p.order_id
           where p.pupil_id = any($1) and o.state = 'issued'
             and o.kind in ('enrolment', 'leaving', 'graduation')
           order by o.issued_at, o.order_id"#,
        &numbers(pupils),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut papers: HashMap<PersonId, SchoolPapers> = HashMap::new();
    for it in rows {
        let paper = SchoolPaper {
            kind: kind_of(&it.kind)?,
            number: it.number,
            ordered_on: it.ordered_on,
            effective_on: it.effective_on,
            place: it.place,
        };
        let own = papers.entry(it.pupil_id.into()).or_default();
        if paper.kind == OrderKind::Enrolment {
            *own = SchoolPapers {
                came: Some(paper),
                left: None,
            };
        } else {
            own.left = Some(paper);
        }
    }
    Ok(papers)
}

//! Orders pupil by pupil, as reports ask for them.

use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::{ClassId, PersonId};

/// Which orders are asked for; a day of none leaves that side open.
pub(crate) struct MovedAsked {
    pub(crate) kinds: Vec<String>,
    pub(crate) states: Vec<String>,
    pub(crate) ordered: (Option<NaiveDate>, Option<NaiveDate>),
    pub(crate) effective: (Option<NaiveDate>, Option<NaiveDate>),
    pub(crate) most: i64,
}

/// One pupil of an order.
pub(crate) struct Moved {
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) number: Option<String>,
    pub(crate) ordered_on: NaiveDate,
    pub(crate) effective_on: NaiveDate,
    pub(crate) basis: String,
    pub(crate) pupil: PersonId,
    pub(crate) to_class: Option<ClassId>,
    pub(crate) came_kind: Option<String>,
    pub(crate) came_from: String,
    pub(crate) reason: String,
    pub(crate) went_to: String,
    pub(crate) scope: Option<String>,
}

/// The pupils of these orders, the newest order first.
pub(crate) async fn moved(tx: &mut Tx, asked: &MovedAsked) -> Result<Vec<Moved>, Error> {
    let rows = sqlx::query!(
        "select o.kind, o.state, o.number, o.ordered_on, o.effective_on, o.basis, p.pupil_id, p.to_class_id,
                p.came_kind, p.came_from, p.reason, p.went_to, p.scope
           from movement.order o join movement.order_pupil p using (org_id, order_id)
          where o.org_id = kernel.org() and o.kind = any($1) and o.state = any($2)
            and ($3::date is null or o.ordered_on >= $3) and ($4::date is null or o.ordered_on <= $4)
            and ($5::date is null or o.effective_on >= $5) and ($6::date is null or o.effective_on <= $6)
          order by o.ordered_on desc, o.order_id desc, p.pupil_id
          limit $7",
        &asked.kinds,
        &asked.states,
        asked.ordered.0,
        asked.ordered.1,
        asked.effective.0,
        asked.effective.1,
        asked.most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Moved {
            kind: it.kind,
            state: it.state,
            number: it.number,
            ordered_on: it.ordered_on,
            effective_on: it.effective_on,
            basis: it.basis,
            pupil: it.pupil_id.into(),
            to_class: it.to_class_id.map(Into::into),
            came_kind: it.came_kind,
            came_from: it.came_from,
            reason: it.reason,
            went_to: it.went_to,
            scope: it.scope,
        })
        .collect())
}

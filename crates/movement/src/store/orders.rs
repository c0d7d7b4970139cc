use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::PersonId;
use serde::Serialize;
use sqlx::types::Json;

use crate::{
    Error,
    order::{Order, OrderDraft, OrderId, OrderKind, OrderLine, OrderState},
};

pub(super) fn numbers(ids: &[OrderId]) -> Vec<i64> {
    ids.iter().map(|it| it.get()).collect()
}

pub(super) struct OrderRow {
    pub(super) order_id: i64,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) number: Option<String>,
    pub(super) ordered_on: NaiveDate,
    pub(super) effective_on: NaiveDate,
    pub(super) basis: String,
    pub(super) prepared_by: Option<i64>,
    pub(super) issued_by: Option<i64>,
    pub(super) issued_at: Option<DateTime<Utc>>,
    pub(super) cancelled_by: Option<i64>,
    pub(super) cancelled_at: Option<DateTime<Utc>>,
    pub(super) cancel_reason: Option<String>,
    pub(super) version: i32,
}

impl TryFrom<OrderRow> for Order {
    type Error = db::Error;

    fn try_from(row: OrderRow) -> Result<Self, db::Error> {
        Ok(Self {
            id: row.order_id.into(),
            kind: OrderKind::from_code(&row.kind)
                .ok_or(db::Error::corrupt("movement.order", "kind"))?,
            state: OrderState::from_code(&row.state)
                .ok_or(db::Error::corrupt("movement.order", "state"))?,
            number: row.number,
            ordered_on: row.ordered_on,
            effective_on: row.effective_on,
            basis: row.basis,
            prepared_by: row.prepared_by.map(Into::into),
            issued_by: row.issued_by.map(Into::into),
            issued_at: row.issued_at,
            cancelled_by: row.cancelled_by.map(Into::into),
            cancelled_at: row.cancelled_at,
            cancel_reason: row.cancel_reason,
            version: row.version,
        })
    }
}

/// Enters drafts with their pupils; their ids in the same order.
pub(crate) async fn enter_orders(
    tx: &mut Tx,
    by: PersonId,
    drafts: &[OrderDraft],
) -> Result<Vec<OrderId>, Error> {
    let kinds: Vec<String> = drafts.iter().map(|it| it.kind.code().to_owned()).collect();
    let years: Vec<i16> = drafts.iter().map(OrderDraft::year).collect();
    let ordered: Vec<NaiveDate> = drafts.iter().map(|it| it.ordered_on).collect();
    let effective: Vec<NaiveDate> = drafts.iter().map(|it| it.effective_on).collect();
    let basis: Vec<String> = drafts.iter().map(|it| it.basis.clone()).collect();
    let mut ids = sqlx::query_scalar!(
        "insert into movement.order (org_id, kind, year, ordered_on, effective_on, basis, prepared_by)
         select kernel.org(), d.kind, d.year, d.ordered_on, d.effective_on, d.basis, $6
         from unnest($1::text[], $2::smallint[], $3::date[], $4::date[], $5::text[])
              with ordinality d (kind, year, ordered_on, effective_on, basis, place)
         order by d.place
         returning order_id",
        &kinds,
        &years,
        &ordered,
        &effective,
        &basis,
        by.get(),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(db::Error::from)?;
    // Ids grow in the order in which the rows were put in.
    ids.sort_unstable();
    let ids: Vec<OrderId> = ids.into_iter().map(Into::into).collect();
    let lines = ids.iter().zip(drafts);
    let lines = lines.flat_map(|(id, draft)| draft.lines.iter().map(|it| (*id, it)));
    enter_lines(tx, &lines.collect::<Vec<_>>()).await?;
    Ok(ids)
}

/// Puts other pupils, dates and basis into a draft that is as the writer saw it.
pub(crate) async fn change_order(
    tx: &mut Tx,
    id: OrderId,
    seen: i32,
    draft: &OrderDraft,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.order
         set year = $3, ordered_on = $4, effective_on = $5, basis = $6, version = version + 1
         where order_id = $1 and version = $2 and state = 'draft'",
        id.get(),
        seen,
        draft.year(),
        draft.ordered_on,
        draft.effective_on,
        draft.basis,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        return Err(Error::ChangedMeanwhile);
    }
    drop_lines(tx, &[id]).await?;
    let lines: Vec<(OrderId, &OrderLine)> = draft.lines.iter().map(|it| (id, it)).collect();
    enter_lines(tx, &lines).await
}

/// Throws drafts away; how many there were.
pub(crate) async fn drop_orders(tx: &mut Tx, ids: &[OrderId]) -> Result<u64, db::Error> {
    drop_lines(tx, ids).await?;
    let done = sqlx::query!(
        "delete from movement.order where order_id = any($1) and state in ('draft', 'submitted')",
        &numbers(ids),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A line as the insert takes it.
#[derive(Serialize)]
struct LineRow<'a> {
    order_id: i64,
    #[serde(flatten)]
    line: &'a OrderLine,
}

async fn enter_lines(tx: &mut Tx, lines: &[(OrderId, &OrderLine)]) -> Result<(), Error> {
    let rows = lines.iter().map(|(id, line)| LineRow {
        order_id: id.get(),
        line,
    });
    sqlx::query!(
        "insert into movement.order_pupil
             (org_id, order_id, pupil_id, to_class_id, to_grade, came_from, went_to, reason, came_kind,
              place, scope, study_form, file_number, application, conditional, ground, document,
              document_number, document_on, exams, to_school)
         select kernel.org(), l.order_id, l.pupil_id, l.to_class_id, l.to_grade, l.came_from, l.went_to,
                coalesce(l.reason, ''), l.came_kind, l.place, l.scope, l.study_form, l.file_number,
                l.application, l.conditional, l.ground, l.document, l.document_number, l.document_on, l.exams,
                l.to_school
         from jsonb_to_recordset($1::jsonb) l (order_id bigint, pupil_id bigint, to_class_id bigint,
              to_grade smallint, came_from text, went_to text, reason text, came_kind text, place text,
              scope text, study_form text, file_number text, application text, conditional boolean,
              ground text, document text, document_number text, document_on date, exams text,
              to_school bigint)",
        Json(rows.collect::<Vec<_>>()) as _,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)
    .map_err(|it| match it.constraint() {
        Some("order_pupil_class") => Error::NoSuchClass,
        Some("order_pupil_pupil") => Error::NoSuchPupil,
        _ => it.into(),
    })?;
    Ok(())
}

/// Takes the pupils out of drafts or of an order that an undone import cancelled.
pub(crate) async fn drop_lines(tx: &mut Tx, ids: &[OrderId]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from movement.order_pupil where order_id = any($1)",
        &numbers(ids),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// These orders, as listed; those that are not there are left out.
pub(crate) async fn orders(tx: &mut Tx, ids: &[OrderId]) -> Result<Vec<Order>, db::Error> {
    let rows = sqlx::query_as!(
        OrderRow,
        "select order_id, kind, state, number, ordered_on, effective_on, basis, prepared_by, issued_by,
                issued_at, cancelled_by, cancelled_at, cancel_reason, version
         from movement.order where order_id = any($1) order by array_position($1, order_id)",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// What the orders say of each pupil.
pub(crate) async fn lines(
    tx: &mut Tx,
    ids: &[OrderId],
) -> Result<HashMap<OrderId, Vec<OrderLine>>, db::Error> {
    let rows = sqlx::query!(
        r#"select order_id, to_jsonb(p) as "line!: Json<OrderLine>"
           from movement.order_pupil p where order_id = any($1) order by order_id, pupil_id"#,
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines: HashMap<OrderId, Vec<OrderLine>> = HashMap::new();
    for it in rows {
        lines.entry(it.order_id.into()).or_default().push(it.line.0);
    }
    Ok(lines)
}

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{ClassId, PersonId};

use crate::{
    Error,
    order::{LeavingReason, Order, OrderDraft, OrderId, OrderKind, OrderLine, OrderState},
};

struct OrderRow {
    order_id: i64,
    kind: String,
    state: String,
    number: Option<String>,
    ordered_on: NaiveDate,
    effective_on: NaiveDate,
    basis: String,
    prepared_by: Option<i64>,
    issued_by: Option<i64>,
    issued_at: Option<DateTime<Utc>>,
    cancelled_by: Option<i64>,
    cancelled_at: Option<DateTime<Utc>>,
    cancel_reason: Option<String>,
    version: i32,
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

/// Lets only one at a time issue or cancel orders of the organisation: the
/// numbers have no gaps and nobody decides on a register that is changing.
pub(crate) async fn lock_book(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('movement.order', kernel.org()))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Enters a draft with its pupils; its id.
pub(crate) async fn enter_order(
    tx: &mut Tx,
    by: PersonId,
    draft: &OrderDraft,
) -> Result<OrderId, Error> {
    let id = sqlx::query_scalar!(
        "insert into movement.order (org_id, kind, year, ordered_on, effective_on, basis, prepared_by)
         values (kernel.org(), $1, $2, $3, $4, $5, $6) returning order_id",
        draft.kind.code(),
        draft.year(),
        draft.ordered_on,
        draft.effective_on,
        draft.basis,
        by.get(),
    )
    .fetch_one(tx.conn())
    .await
    .map_err(db::Error::from)?;
    enter_lines(tx, id.into(), &draft.lines).await?;
    Ok(id.into())
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
    drop_lines(tx, id).await?;
    enter_lines(tx, id, &draft.lines).await
}

/// Throws a draft away.
pub(crate) async fn drop_order(tx: &mut Tx, id: OrderId, seen: i32) -> Result<(), Error> {
    drop_lines(tx, id).await?;
    let done = sqlx::query!(
        "delete from movement.order where order_id = $1 and version = $2 and state = 'draft'",
        id.get(),
        seen,
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

async fn enter_lines(tx: &mut Tx, id: OrderId, lines: &[OrderLine]) -> Result<(), Error> {
    let pupils: Vec<i64> = lines.iter().map(|it| it.pupil.get()).collect();
    let classes: Vec<Option<i64>> = lines
        .iter()
        .map(|it| it.to_class.map(ClassId::get))
        .collect();
    let came_from: Vec<String> = lines.iter().map(|it| it.came_from.clone()).collect();
    let went_to: Vec<String> = lines.iter().map(|it| it.went_to.clone()).collect();
    let reasons: Vec<String> = lines
        .iter()
        .map(|it| it.reason.map_or("", LeavingReason::code).to_owned())
        .collect();
    sqlx::query!(
        "insert into movement.order_pupil
             (org_id, order_id, pupil_id, to_class_id, came_from, went_to, reason)
         select kernel.org(), $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[])",
        id.get(),
        &pupils,
        &classes as &[Option<i64>],
        &came_from,
        &went_to,
        &reasons,
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

/// Takes the pupils out of a draft or of an order that an undone import cancelled.
pub(crate) async fn drop_lines(tx: &mut Tx, id: OrderId) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from movement.order_pupil where order_id = $1",
        id.get()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The order, or nothing.
pub(crate) async fn order(tx: &mut Tx, id: OrderId) -> Result<Option<Order>, db::Error> {
    sqlx::query_as!(
        OrderRow,
        "select order_id, kind, state, number, ordered_on, effective_on, basis, prepared_by, issued_by,
                issued_at, cancelled_by, cancelled_at, cancel_reason, version
         from movement.order where order_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
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

/// The calendar years that have orders, newest first.
pub(crate) async fn years(tx: &mut Tx) -> Result<Vec<i16>, db::Error> {
    Ok(
        sqlx::query_scalar!("select distinct year from movement.order order by year desc")
            .fetch_all(tx.conn())
            .await?,
    )
}

/// What the order says of each pupil.
pub(crate) async fn lines(tx: &mut Tx, id: OrderId) -> Result<Vec<OrderLine>, db::Error> {
    let rows = sqlx::query!(
        "select pupil_id, to_class_id, came_from, went_to, reason
         from movement.order_pupil where order_id = $1 order by pupil_id",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| OrderLine {
            pupil: it.pupil_id.into(),
            to_class: it.to_class_id.map(Into::into),
            came_from: it.came_from,
            went_to: it.went_to,
            reason: LeavingReason::from_code(&it.reason),
        })
        .collect())
}

/// Gives the draft the next number of its kind and calendar year. The book
/// must be locked. Issuing times never repeat, so they tell the order.
pub(crate) async fn issue(
    tx: &mut Tx,
    by: PersonId,
    order: &Order,
    year: i16,
) -> Result<String, Error> {
    let count = sqlx::query_scalar!(
        r#"select coalesce(max(substring(number from '^[0-9]+')::integer), 0) + 1 as "next!"
           from movement.order where kind = $1 and year = $2 and number is not null"#,
        order.kind.code(),
        year,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(db::Error::from)?;
    let number = order.kind.number(count);
    let done = sqlx::query!(
        "update movement.order
         set state = 'issued', number = $3, issued_by = $4, version = version + 1,
             issued_at = greatest(kernel.now(),
                 (select max(issued_at) + interval '1 microsecond' from movement.order))
         where order_id = $1 and version = $2 and state = 'draft'",
        order.id.get(),
        order.version,
        number,
        by.get(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::ChangedMeanwhile)
    } else {
        Ok(number)
    }
}

/// Puts an issued order out of force; its number stays taken (§3.2.6).
pub(crate) async fn cancel(
    tx: &mut Tx,
    by: PersonId,
    order: &Order,
    reason: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.order
         set state = 'cancelled', cancelled_by = $3, cancelled_at = kernel.now(), cancel_reason = $4,
             version = version + 1
         where order_id = $1 and version = $2 and state = 'issued'",
        order.id.get(),
        order.version,
        by.get(),
        reason,
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

//! All SQL of the schema `rollover`.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::{ClassId, PersonId, YearId};
use movement::OrderId;
use serde::Deserialize;
use sqlx::types::Json;

use crate::{
    Error, Exception, Numbers, Outcome, State, Transition, Undo, fate::Days,
    transition::TransitionId,
};

#[derive(Debug, Deserialize)]
struct MoveRow {
    from: ClassId,
    to: Option<ClassId>,
}

#[derive(Debug, Deserialize)]
struct ExceptionRow {
    pupil: PersonId,
    outcome: String,
    to: Option<ClassId>,
    kind: String,
    note: String,
}

impl TryFrom<ExceptionRow> for (PersonId, Exception) {
    type Error = DbError;

    fn try_from(it: ExceptionRow) -> Result<Self, DbError> {
        let outcome = Outcome::from_code(&it.outcome);
        let exception = Exception {
            outcome: outcome.ok_or(DbError::corrupt("rollover.exception", "outcome"))?,
            to: it.to,
            kind: it.kind,
            note: it.note,
        };
        Ok((it.pupil, exception))
    }
}

/// Every transition there was, the newest first, with classes and exceptions.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<Transition>, DbError> {
    let rows = sqlx::query!(
        r#"select t.transition_id, t.from_year_id, t.to_year_id, t.state, t.ordered_on, t.effective_on,
                  t.graduated_on, t.basis, t.orders, t.trial as "trial: Json<Numbers>",
                  t.numbers as "numbers: Json<Numbers>", t.undo as "undo: Json<Undo>", t.ran_by, t.ran_at,
                  t.taken_back_at, t.version,
                  (select coalesce(json_agg(json_build_object('from', m.from_class_id, 'to', m.to_class_id)), '[]')
                     from rollover.class_move m
                    where m.org_id = t.org_id and m.transition_id = t.transition_id)
                      as "moves!: Json<Vec<MoveRow>>",
                  (select coalesce(json_agg(json_build_object('pupil', e.pupil_id, 'outcome', e.outcome,
                              'to', e.to_class_id, 'kind', e.kind, 'note', e.note)), '[]')
                     from rollover.exception e
                    where e.org_id = t.org_id and e.transition_id = t.transition_id)
                      as "exceptions!: Json<Vec<ExceptionRow>>"
             from rollover.transition t order by t.transition_id desc"#,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let exceptions = it.exceptions.0.into_iter().map(TryInto::try_into);
            Ok(Transition {
                id: Some(it.transition_id.into()),
                from: it.from_year_id.into(),
                to: it.to_year_id.map(Into::into),
                state: match it.state.as_str() {
                    "done" => State::Done,
                    _ => State::Open,
                },
                ordered_on: it.ordered_on,
                effective_on: it.effective_on,
                graduated_on: it.graduated_on,
                basis: it.basis,
                orders: it.orders.into_iter().map(Into::into).collect(),
                trial: it.trial.map(|it| it.0),
                numbers: it.numbers.map(|it| it.0),
                undo: it.undo.map(|it| it.0).unwrap_or_default(),
                ran_by: it.ran_by.map(Into::into),
                ran_at: it.ran_at,
                taken_back_at: it.taken_back_at,
                version: it.version,
                moves: it.moves.0.into_iter().map(|it| (it.from, it.to)).collect(),
                exceptions: exceptions.collect::<Result<HashMap<_, _>, DbError>>()?,
            })
        })
        .collect()
}

/// The transition out of the year, locked until the end of the transaction;
/// entered where it is not there yet.
pub(crate) async fn locked(tx: &mut Tx, from: YearId) -> Result<TransitionId, DbError> {
    sqlx::query!(
        "insert into rollover.transition (org_id, from_year_id) values (kernel.org(), $1)
         on conflict on constraint transition_of_year do nothing",
        from.get(),
    )
    .execute(tx.conn())
    .await?;
    let id = sqlx::query_scalar!(
        "select transition_id from rollover.transition where from_year_id = $1 for update",
        from.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Names the coming year. What was tried before is void.
pub(crate) async fn set_year(tx: &mut Tx, id: TransitionId, to: YearId) -> Result<(), DbError> {
    sqlx::query!(
        "update rollover.transition set to_year_id = $2, trial = null, version = version + 1
          where transition_id = $1",
        id.get(),
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where the classes go. What was tried and drawn up before is void.
pub(crate) async fn set_moves(
    tx: &mut Tx,
    id: TransitionId,
    moves: &[(ClassId, Option<ClassId>)],
) -> Result<(), DbError> {
    let from: Vec<i64> = moves.iter().map(|it| it.0.get()).collect();
    let to: Vec<Option<i64>> = moves.iter().map(|it| it.1.map(Into::into)).collect();
    sqlx::query!(
        "delete from rollover.class_move where transition_id = $1 and from_class_id <> all($2)",
        id.get(),
        &from,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into rollover.class_move (org_id, transition_id, from_class_id, to_class_id)
         select kernel.org(), $1, n.* from unnest($2::bigint[], $3::bigint[]) as n
         on conflict on constraint class_move_pkey do update set to_class_id = excluded.to_class_id",
        id.get(),
        &from,
        &to as &[Option<i64>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets exceptions that lead into one of these classes.
pub(crate) async fn forget_classes(
    tx: &mut Tx,
    id: TransitionId,
    classes: &[ClassId],
) -> Result<(), DbError> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "delete from rollover.exception where transition_id = $1 and to_class_id = any($2)",
        id.get(),
        &classes,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from rollover.class_move where transition_id = $1 and to_class_id = any($2)",
        id.get(),
        &classes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes the exceptions of these pupils these; who has none goes with the class.
pub(crate) async fn set_exceptions(
    tx: &mut Tx,
    id: TransitionId,
    of: &[PersonId],
    exceptions: &[(PersonId, Exception)],
) -> Result<(), DbError> {
    let of: Vec<i64> = of.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "delete from rollover.exception where transition_id = $1 and pupil_id = any($2)",
        id.get(),
        &of,
    )
    .execute(tx.conn())
    .await?;
    let pupils: Vec<i64> = exceptions.iter().map(|it| it.0.get()).collect();
    let outcomes: Vec<String> = exceptions
        .iter()
        .map(|it| it.1.outcome.code().to_owned())
        .collect();
    let to: Vec<Option<i64>> = exceptions
        .iter()
        .map(|it| it.1.to.map(Into::into))
        .collect();
    let kinds: Vec<String> = exceptions.iter().map(|it| it.1.kind.clone()).collect();
    let notes: Vec<String> = exceptions.iter().map(|it| it.1.note.clone()).collect();
    sqlx::query!(
        "insert into rollover.exception (org_id, transition_id, pupil_id, outcome, to_class_id, kind, note)
         select kernel.org(), $1, n.*
           from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[]) as n",
        id.get(),
        &pupils,
        &outcomes,
        &to as &[Option<i64>],
        &kinds,
        &notes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The orders that are drawn up by now, none where they are void.
pub(crate) async fn set_orders(
    tx: &mut Tx,
    id: TransitionId,
    orders: &[OrderId],
) -> Result<(), DbError> {
    let orders: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "update rollover.transition set orders = $2, trial = null, version = version + 1
          where transition_id = $1",
        id.get(),
        &orders,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn set_days(tx: &mut Tx, id: TransitionId, days: &Days) -> Result<(), DbError> {
    sqlx::query!(
        "update rollover.transition
            set ordered_on = $2, effective_on = $3, graduated_on = $4, basis = $5
          where transition_id = $1",
        id.get(),
        days.ordered_on,
        days.effective_on,
        days.graduated_on,
        days.basis,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the numbers of a dry run, where nothing was changed meanwhile.
pub(crate) async fn set_trial(
    tx: &mut Tx,
    id: TransitionId,
    seen: i32,
    numbers: &Numbers,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update rollover.transition set trial = $3
          where transition_id = $1 and version = $2 and state = 'open'",
        id.get(),
        seen,
        Json(numbers) as _,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    changed_one(&done)
}

/// The year is closed.
pub(crate) async fn set_done(
    tx: &mut Tx,
    id: TransitionId,
    by: PersonId,
    (numbers, undo, remarks): (&Numbers, &Undo, u32),
) -> Result<(), Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update rollover.transition
            set state = 'done', numbers = $2, undo = $3, remarks = $4, ran_by = $5, ran_at = $6,
                taken_back_by = null, taken_back_at = null, version = version + 1
          where transition_id = $1 and state = 'open'",
        id.get(),
        Json(numbers) as _,
        Json(undo) as _,
        i32::try_from(remarks).unwrap_or(i32::MAX),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    changed_one(&done)
}

/// The year is open again; the preparation stays, the orders are void.
pub(crate) async fn set_taken_back(
    tx: &mut Tx,
    id: TransitionId,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update rollover.transition
            set state = 'open', orders = '{}', trial = null, numbers = null, undo = null, remarks = 0,
                taken_back_by = $2, taken_back_at = $3, version = version + 1
          where transition_id = $1 and state = 'done'",
        id.get(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    changed_one(&done)
}

fn changed_one(done: &sqlx::postgres::PgQueryResult) -> Result<(), Error> {
    match done.rows_affected() {
        0 => Err(Error::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// The first days of orders, as the form proposes them.
pub(crate) fn usual_days(today: NaiveDate, from: &curriculum::Year, to: &curriculum::Year) -> Days {
    let after = from.ends_on + chrono::Days::new(1);
    Days {
        ordered_on: today,
        effective_on: to.starts_on,
        graduated_on: today.max(after).min(to.starts_on),
        basis: String::new(),
    }
}

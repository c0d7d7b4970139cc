//! Reminding by hand, and days set by hand.

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::PersonId;

use crate::{
    DebtId,
    board::Nudge,
    relief::{Relief, ReliefId, ReliefKind},
};

/// Whoever reminds waits for another who does.
pub(crate) async fn lock_nudges(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('deadlines.nudge ' || kernel.org(), 0))",
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who was reminded since that moment, the latest last.
pub(crate) async fn nudges(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Nudge>, db::Error> {
    let rows = sqlx::query!(
        "select nudge_id, to_person, debts, sent_by, sent_at from deadlines.nudge
         where sent_at > $1 order by sent_at, nudge_id",
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    let nudges = rows.into_iter().map(|it| Nudge {
        id: it.nudge_id,
        to: it.to_person.into(),
        debts: it.debts.into_iter().map(Into::into).collect(),
        by: it.sent_by.into(),
        at: it.sent_at,
    });
    Ok(nudges.collect())
}

/// The last reminder to the person, since that moment, of anything that is
/// still not done.
pub(crate) async fn reminded(
    tx: &mut Tx,
    person: PersonId,
    since: DateTime<Utc>,
) -> Result<Option<(PersonId, DateTime<Utc>)>, db::Error> {
    let row = sqlx::query!(
        "select n.sent_by, n.sent_at from deadlines.nudge n
         where n.to_person = $1 and n.sent_at > $2
           and exists (select from deadlines.debt d
                       where d.debt_id = any(n.debts) and d.closed_at is null)
         order by n.sent_at desc, n.nudge_id desc limit 1",
        person.get(),
        since,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.sent_by.into(), it.sent_at)))
}

/// Writes one press: each of these people is reminded of these debts. Returns
/// the last id.
pub(crate) async fn save_nudges(
    tx: &mut Tx,
    by: PersonId,
    to: &[(PersonId, Vec<DebtId>)],
) -> Result<i64, db::Error> {
    let mut people = vec![];
    let mut debts = vec![];
    for (person, owed) in to {
        people.extend(owed.iter().map(|_| person.get()));
        debts.extend(owed.iter().map(|it| it.get()));
    }
    let last = sqlx::query_scalar!(
        r#"with written as (
               insert into deadlines.nudge (org_id, to_person, debts, sent_by, sent_at)
               select kernel.org(), person, array_agg(debt order by debt), $3, kernel.now()
               from unnest($1::bigint[], $2::bigint[]) it (person, debt) group by person
               returning nudge_id)
           select coalesce(max(nudge_id), 0) as "last!" from written"#,
        &people,
        &debts,
        by.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(last)
}

/// Decisions about these debts, or under the rule, the latest first.
pub(crate) async fn reliefs(
    tx: &mut Tx,
    rule: &str,
    debt: Option<DebtId>,
) -> Result<Vec<Relief>, db::Error> {
    let rows = sqlx::query!(
        "select relief_id, kind, rule, debts, to_day, reason, made_by, made_at, undone_by, undone_at
         from deadlines.relief
         where rule = $1 and ($2::bigint is null or $2 = any(debts))
         order by made_at desc, relief_id desc limit 50",
        rule,
        debt.map(DebtId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    let reliefs = rows.into_iter().map(|it| Relief {
        id: it.relief_id.into(),
        kind: ReliefKind::of(it.to_day),
        rule: it.rule,
        debts: it.debts.into_iter().map(Into::into).collect(),
        reason: it.reason,
        by: it.made_by.into(),
        at: it.made_at,
        undone: it.undone_by.map(PersonId::from).zip(it.undone_at),
    });
    Ok(reliefs.collect())
}

/// One decision, held until the end of the transaction.
pub(crate) async fn relief(tx: &mut Tx, id: ReliefId) -> Result<Option<Relief>, db::Error> {
    let row = sqlx::query!(
        "select relief_id, kind, rule, debts, to_day, reason, made_by, made_at, undone_by, undone_at
         from deadlines.relief where relief_id = $1 for update",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Relief {
        id: it.relief_id.into(),
        kind: ReliefKind::of(it.to_day),
        rule: it.rule,
        debts: it.debts.into_iter().map(Into::into).collect(),
        reason: it.reason,
        by: it.made_by.into(),
        at: it.made_at,
        undone: it.undone_by.map(PersonId::from).zip(it.undone_at),
    }))
}

/// Writes down what was decided.
pub(crate) async fn save_relief(
    tx: &mut Tx,
    rule: &str,
    kind: ReliefKind,
    debts: &[DebtId],
    reason: &str,
    by: PersonId,
) -> Result<ReliefId, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into deadlines.relief (org_id, kind, rule, debts, to_day, reason, made_by, made_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, kernel.now()) returning relief_id",
        kind.code(),
        rule,
        &debts.iter().map(|it| it.get()).collect::<Vec<_>>(),
        kind.to_day(),
        reason,
        by.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Shifts open debts; whoever is not late by the new day is not late.
pub(crate) async fn shift(
    tx: &mut Tx,
    debts: &[DebtId],
    to: NaiveDate,
    today: NaiveDate,
    reason: &str,
    by: PersonId,
) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "update deadlines.debt set shifted_on = $2::date, shifted_by = $4, reason = $5, version = version + 1,
                late_at = case when $2::date < $3::date then late_at end
         where debt_id = any($1) and closed_at is null",
        &debts.iter().map(|it| it.get()).collect::<Vec<_>>(),
        to,
        today,
        by.get(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Lifts open debts.
pub(crate) async fn lift(
    tx: &mut Tx,
    debts: &[DebtId],
    reason: &str,
    by: PersonId,
) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "update deadlines.debt set closed_at = kernel.now(), closed_how = 'lifted', closed_by = $2, reason = $3,
                version = version + 1
         where debt_id = any($1) and closed_at is null",
        &debts.iter().map(|it| it.get()).collect::<Vec<_>>(),
        by.get(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Takes a shift back where it still stands as it was set.
pub(crate) async fn unshift(
    tx: &mut Tx,
    debts: &[DebtId],
    from: NaiveDate,
    today: NaiveDate,
) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "update deadlines.debt set shifted_on = null, shifted_by = null, reason = '', version = version + 1,
                late_at = coalesce(late_at, case when due_on < $3::date and closed_at is null then kernel.now() end)
         where debt_id = any($1) and shifted_on = $2",
        &debts.iter().map(|it| it.get()).collect::<Vec<_>>(),
        from,
        today,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Opens lifted debts again; the next look closes what is done or gone.
pub(crate) async fn unlift(tx: &mut Tx, debts: &[DebtId]) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "update deadlines.debt set closed_at = null, closed_how = null, closed_by = null, reason = '',
                version = version + 1
         where debt_id = any($1) and closed_how = 'lifted'",
        &debts.iter().map(|it| it.get()).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Marks a decision as taken back.
pub(crate) async fn undo(tx: &mut Tx, id: ReliefId, by: PersonId) -> Result<(), db::Error> {
    sqlx::query!(
        "update deadlines.relief set undone_by = $2, undone_at = kernel.now() where relief_id = $1",
        id.get(),
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

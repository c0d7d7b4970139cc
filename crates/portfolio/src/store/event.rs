use db::{Error as DbError, Tx};
use kernel::PersonId;

use super::numbers;
use crate::{EntryKind, Error, Event, EventFields, EventId, Level, Participant, Prize};

/// All events, or one; the newest first.
pub(crate) async fn events(tx: &mut Tx, id: Option<EventId>) -> Result<Vec<Event>, DbError> {
    let rows = sqlx::query!(
        r#"select e.event_id, e.name, e.kind, e.level, e.starts_on, e.ends_on, e.place, e.responsible_id, e.note,
                  e.version,
                  (select count(*) from portfolio.event_participant p
                    where p.org_id = e.org_id and p.event_id = e.event_id) as "participants!",
                  (select count(*) from portfolio.event_participant p
                    where p.org_id = e.org_id and p.event_id = e.event_id and p.prize <> '') as "results!"
             from portfolio.event e
            where e.org_id = kernel.org() and ($1::bigint is null or e.event_id = $1)
            order by e.starts_on desc, e.event_id desc"#,
        id.map(EventId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let kind = EntryKind::from_code(&it.kind);
            Ok(Event {
                id: it.event_id.into(),
                fields: EventFields {
                    name: it.name,
                    kind: kind.ok_or_else(|| DbError::corrupt("portfolio.event", "kind"))?,
                    level: Level::from_code(&it.level),
                    starts_on: it.starts_on,
                    ends_on: it.ends_on,
                    place: it.place,
                    responsible: it.responsible_id.map(Into::into),
                    note: it.note,
                },
                participants: it.participants,
                results: it.results,
                version: it.version,
            })
        })
        .collect()
}

pub(crate) async fn event(tx: &mut Tx, id: EventId) -> Result<Event, Error> {
    let found = events(tx, Some(id)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

pub(crate) async fn insert_event(tx: &mut Tx, it: &EventFields) -> Result<EventId, Error> {
    let id = sqlx::query_scalar!(
        "insert into portfolio.event (org_id, name, kind, level, starts_on, ends_on, place, responsible_id, note)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8) returning event_id",
        it.name,
        it.kind.code(),
        it.level.map_or("", Level::code),
        it.starts_on,
        it.ends_on,
        it.place,
        it.responsible.map(PersonId::get),
        it.note,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(id.into())
}

/// Changes an event over the version that was seen.
pub(crate) async fn update_event(
    tx: &mut Tx,
    id: EventId,
    seen: i32,
    it: &EventFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.event set name = $3, kind = $4, level = $5, starts_on = $6, ends_on = $7, place = $8,
                responsible_id = $9, note = $10, version = version + 1
          where org_id = kernel.org() and event_id = $1 and version = $2",
        id.get(),
        seen,
        it.name,
        it.kind.code(),
        it.level.map_or("", Level::code),
        it.starts_on,
        it.ends_on,
        it.place,
        it.responsible.map(PersonId::get),
        it.note,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    super::changed_one(&done)
}

/// Who took part; the rows stay locked until the commit.
pub(crate) async fn participants(tx: &mut Tx, id: EventId) -> Result<Vec<Participant>, DbError> {
    let rows = sqlx::query!(
        "select pupil_id, prize, entry_id from portfolio.event_participant
          where org_id = kernel.org() and event_id = $1 order by pupil_id for update",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Participant {
            pupil: it.pupil_id.into(),
            prize: Prize::from_code(&it.prize),
            entry: it.entry_id.map(Into::into),
        })
        .collect())
}

/// Adds participants; who is there stays.
pub(crate) async fn add_participants(
    tx: &mut Tx,
    id: EventId,
    pupils: &[PersonId],
) -> Result<(), Error> {
    sqlx::query!(
        "insert into portfolio.event_participant (org_id, event_id, pupil_id)
         select kernel.org(), $1, pupil_id from unnest($2::bigint[]) pupil_id on conflict do nothing",
        id.get(),
        &numbers(pupils),
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(())
}

/// Takes somebody off who has nothing in the portfolio from it; false for
/// anybody else.
pub(crate) async fn remove_participant(
    tx: &mut Tx,
    id: EventId,
    pupil: PersonId,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "delete from portfolio.event_participant
          where org_id = kernel.org() and event_id = $1 and pupil_id = $2 and entry_id is null",
        id.get(),
        pupil.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes the results of participants, in one statement.
pub(crate) async fn save_results(
    tx: &mut Tx,
    id: EventId,
    results: &[Participant],
) -> Result<(), DbError> {
    let pupils: Vec<i64> = results.iter().map(|it| it.pupil.get()).collect();
    let prizes: Vec<String> = results
        .iter()
        .map(|it| it.prize.map_or("", Prize::code).to_owned())
        .collect();
    sqlx::query!(
        "update portfolio.event_participant p set prize = v.prize
           from unnest($2::bigint[], $3::text[]) v (pupil_id, prize)
          where p.org_id = kernel.org() and p.event_id = $1 and p.pupil_id = v.pupil_id and p.prize <> v.prize",
        id.get(),
        &pupils,
        &prizes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives every result that is not in a portfolio yet to it, confirmed; how
/// many there were.
pub(crate) async fn enter_results(tx: &mut Tx, id: EventId, by: PersonId) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "with made as (
             insert into portfolio.entry (org_id, pupil_id, kind, level, prize, title, place, held_on, prepared_by, state,
                                          proposed_by, decided_by)
             select p.org_id, p.pupil_id, e.kind, e.level, p.prize, e.name, e.place, e.ends_on, e.responsible_id,
                    'confirmed', $2, $2
               from portfolio.event_participant p
               join portfolio.event e on e.org_id = p.org_id and e.event_id = p.event_id
              where p.org_id = kernel.org() and p.event_id = $1 and p.prize <> '' and p.entry_id is null
             returning org_id, entry_id, pupil_id
         )
         update portfolio.event_participant p set entry_id = made.entry_id from made
          where p.org_id = made.org_id and p.event_id = $1 and p.pupil_id = made.pupil_id",
        id.get(),
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// The entries that came of the event follow a changed result.
pub(crate) async fn follow_results(tx: &mut Tx, id: EventId) -> Result<(), DbError> {
    sqlx::query!(
        "update portfolio.entry e set prize = p.prize, version = e.version + 1
           from portfolio.event_participant p
          where p.org_id = kernel.org() and p.event_id = $1 and e.org_id = p.org_id and e.entry_id = p.entry_id
            and p.prize <> '' and e.prize <> p.prize and e.removed_at is null",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

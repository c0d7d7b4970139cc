use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::PersonId;

use crate::{
    Entry, EntryFields, EntryId, EntryKind, EntryState, Error, Level, Owner, Prize, Standing,
};

struct EntryRow {
    entry_id: i64,
    pupil_id: Option<i64>,
    staff_id: Option<i64>,
    kind: String,
    level: String,
    prize: String,
    title: String,
    place: String,
    held_on: NaiveDate,
    prepared_by: Option<i64>,
    note: String,
    state: String,
    reason: String,
    proposed_by: i64,
    decided_by: Option<i64>,
    files: i64,
    version: i32,
}

impl TryFrom<EntryRow> for Entry {
    type Error = DbError;

    fn try_from(it: EntryRow) -> Result<Self, DbError> {
        let corrupt = |column| DbError::corrupt("portfolio.entry", column);
        let owner = match (it.pupil_id, it.staff_id) {
            (Some(id), None) => Owner::Pupil(id.into()),
            (None, Some(id)) => Owner::Staff(id.into()),
            _ => return Err(corrupt("pupil_id")),
        };
        Ok(Self {
            id: it.entry_id.into(),
            owner,
            fields: EntryFields {
                kind: EntryKind::from_code(&it.kind).ok_or(corrupt("kind"))?,
                level: Level::from_code(&it.level),
                prize: Prize::from_code(&it.prize),
                title: it.title,
                place: it.place,
                held_on: it.held_on,
                prepared_by: it.prepared_by.map(Into::into),
                note: it.note,
            },
            state: EntryState::from_code(&it.state).ok_or(corrupt("state"))?,
            reason: it.reason,
            proposed_by: it.proposed_by.into(),
            decided_by: it.decided_by.map(Into::into),
            files: it.files,
            version: it.version,
        })
    }
}

/// Which entries are wanted; those of pupils only, where it is a span of days.
#[derive(Default)]
struct Which {
    id: Option<EntryId>,
    pupil: Option<PersonId>,
    staff: Option<PersonId>,
    span: Option<(NaiveDate, NaiveDate)>,
}

async fn read(tx: &mut Tx, which: Which) -> Result<Vec<Entry>, DbError> {
    let rows = sqlx::query_as!(
        EntryRow,
        r#"select e.entry_id, e.pupil_id, e.staff_id, e.kind, e.level, e.prize, e.title, e.place, e.held_on,
                  e.prepared_by, e.note, e.state, e.reason, e.proposed_by, e.decided_by, e.version,
                  (select count(*) from portfolio.entry_file f
                    where f.org_id = e.org_id and f.entry_id = e.entry_id and f.removed_at is null) as "files!"
             from portfolio.entry e
            where e.org_id = kernel.org() and e.removed_at is null
              and (e.entry_id = $1 or e.pupil_id = $2 or e.staff_id = $3
                   or e.pupil_id is not null and e.held_on between $4 and $5)
            order by e.held_on desc, e.entry_id desc"#,
        which.id.map(EntryId::get),
        which.pupil.map(PersonId::get),
        which.staff.map(PersonId::get),
        which.span.map(|it| it.0),
        which.span.map(|it| it.1),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// An entry that was not removed.
pub(crate) async fn entry(tx: &mut Tx, id: EntryId) -> Result<Entry, Error> {
    let which = Which {
        id: Some(id),
        ..Which::default()
    };
    let found = read(tx, which).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The portfolio of somebody, the newest first.
pub(crate) async fn entries_of(tx: &mut Tx, owner: Owner) -> Result<Vec<Entry>, DbError> {
    let mut which = Which::default();
    match owner {
        Owner::Pupil(id) => which.pupil = Some(id),
        Owner::Staff(id) => which.staff = Some(id),
    }
    read(tx, which).await
}

/// The entries of all pupils between two days.
pub(crate) async fn entries_between(
    tx: &mut Tx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Entry>, DbError> {
    let which = Which {
        span: Some((from, to)),
        ..Which::default()
    };
    read(tx, which).await
}

/// Keeps others from changing the entry until the commit.
pub(crate) async fn lock_entry(tx: &mut Tx, id: EntryId) -> Result<(), Error> {
    let found = sqlx::query_scalar!(
        "select version from portfolio.entry
          where org_id = kernel.org() and entry_id = $1 and removed_at is null for update",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(DbError::from)?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

pub(crate) async fn insert_entry(
    tx: &mut Tx,
    owner: Owner,
    it: &EntryFields,
    standing: Standing,
    by: PersonId,
) -> Result<EntryId, Error> {
    let person = owner.person().get();
    let (pupil, staff) = match owner {
        Owner::Pupil(_) => (Some(person), None),
        Owner::Staff(_) => (None, Some(person)),
    };
    let id = sqlx::query_scalar!(
        "insert into portfolio.entry (org_id, pupil_id, staff_id, kind, level, prize, title, place, held_on,
                                      prepared_by, note, state, proposed_by, decided_by)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning entry_id",
        pupil,
        staff,
        it.kind.code(),
        it.level.map_or("", Level::code),
        it.prize.map_or("", Prize::code),
        it.title,
        it.place,
        it.held_on,
        it.prepared_by.map(PersonId::get),
        it.note,
        standing.state().code(),
        by.get(),
        standing.keeps.then_some(by.get()),
    )
    .fetch_one(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(id.into())
}

/// Changes an entry that was locked before; what was refused waits again.
pub(crate) async fn change_entry(
    tx: &mut Tx,
    id: EntryId,
    it: &EntryFields,
    state: EntryState,
) -> Result<(), Error> {
    sqlx::query!(
        "update portfolio.entry set kind = $2, level = $3, prize = $4, title = $5, place = $6, held_on = $7,
                prepared_by = $8, note = $9, state = $10, reason = '', version = version + 1
          where org_id = kernel.org() and entry_id = $1",
        id.get(),
        it.kind.code(),
        it.level.map_or("", Level::code),
        it.prize.map_or("", Prize::code),
        it.title,
        it.place,
        it.held_on,
        it.prepared_by.map(PersonId::get),
        it.note,
        state.code(),
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(())
}

pub(crate) async fn decide_entry(
    tx: &mut Tx,
    id: EntryId,
    state: EntryState,
    reason: &str,
    by: PersonId,
) -> Result<(), DbError> {
    sqlx::query!(
        "update portfolio.entry set state = $2, reason = $3, decided_by = $4, version = version + 1
          where org_id = kernel.org() and entry_id = $1",
        id.get(),
        state.code(),
        reason,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn remove_entry(tx: &mut Tx, id: EntryId) -> Result<(), DbError> {
    let now = tx.now();
    sqlx::query!(
        "update portfolio.entry set removed_at = $2, version = version + 1
          where org_id = kernel.org() and entry_id = $1",
        id.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

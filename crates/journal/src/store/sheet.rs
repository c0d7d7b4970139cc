use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{LessonId, PersonId};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Attendance, MarkValue,
    operation::{AttendancePlace, Cell, MarkPlace, WorkId},
};

/// What was written about a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) topic: String,
    pub(crate) homework: String,
    pub(crate) no_homework: bool,
    /// The lesson of the КТП that the topic was taken from.
    pub(crate) plan_item: Option<curriculum::PlanItemId>,
    pub(crate) version: i32,
}

/// A work of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Work {
    pub(crate) id: WorkId,
    pub(crate) kind: curriculum::WorkKindId,
    pub(crate) weight: Decimal,
    pub(crate) topic: String,
    /// Until that day «•» is no debt.
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) version: i32,
}

/// Everything that stands in some lessons.
#[derive(Default)]
pub(crate) struct StoredSheet {
    pub(crate) entries: HashMap<LessonId, Entry>,
    /// Works of each lesson, first first.
    pub(crate) works: HashMap<LessonId, Vec<Work>>,
    pub(crate) marks: HashMap<MarkPlace, Cell<MarkValue>>,
    pub(crate) attendance: HashMap<AttendancePlace, Cell<Attendance>>,
    /// Lessons of which somebody said that the roll was called.
    pub(crate) rolled: HashSet<LessonId>,
    /// Works under the keys of their clients, removed ones too.
    pub(crate) keys: HashMap<(LessonId, Uuid), WorkId>,
    /// What teachers wrote beside marks.
    pub(crate) comments: HashMap<MarkPlace, String>,
}

impl StoredSheet {
    pub(crate) fn works(&self, lesson: LessonId) -> &[Work] {
        self.works.get(&lesson).map_or(&[], Vec::as_slice)
    }

    /// Whether it is known who was at the lesson.
    pub(crate) fn is_rolled(&self, lesson: LessonId) -> bool {
        self.rolled.contains(&lesson)
            || self.attendance.keys().any(|it| it.0 == lesson)
            || self.marks.keys().any(|it| it.0 == lesson)
    }

    /// The works of the lesson that clients named.
    pub(crate) fn keys_of(&self, lesson: LessonId) -> HashMap<Uuid, WorkId> {
        let of_lesson = self.keys.iter().filter(|((it, _), _)| *it == lesson);
        of_lesson.map(|((_, key), work)| (*key, *work)).collect()
    }

    pub(crate) fn entry(&self, lesson: LessonId) -> Entry {
        self.entries.get(&lesson).cloned().unwrap_or_default()
    }
}

/// All five kinds of rows come in one statement, so that a page costs the
/// same number of round trips however much stands on it. A work has its kind
/// in the place of the pupil, and the day it is due in that of the moment; an
/// entry has the lesson of its plan there.
pub(super) struct Row {
    pub(super) kind: String,
    pub(super) lesson_id: i64,
    pub(super) work_id: Option<i64>,
    pub(super) pupil_id: Option<i64>,
    pub(super) text: String,
    pub(super) more: Option<String>,
    pub(super) number: Option<Decimal>,
    pub(super) small: Option<i16>,
    pub(super) version: i32,
    pub(super) by: Option<i64>,
    pub(super) at: Option<DateTime<Utc>>,
}

/// Reads what stands in these lessons, of all pupils.
pub(crate) async fn sheet(tx: &mut Tx, lessons: &[LessonId]) -> Result<StoredSheet, Error> {
    sheet_and_topics(tx, lessons, &[]).await
}

/// The same, and topics and homework of others.
pub(crate) async fn sheet_and_topics(
    tx: &mut Tx,
    lessons: &[LessonId],
    topics_of: &[LessonId],
) -> Result<StoredSheet, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let entries: Vec<i64> = lessons.iter().chain(topics_of).map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select 'entry' as "kind!", lesson_id as "lesson_id!", null::bigint as work_id, plan_item_id as pupil_id,
                  topic as "text!", homework as "more?", null::numeric as number,
                  no_homework::int::smallint as "small?", version as "version!", set_by as "by?", set_at as "at?"
             from journal.entry where lesson_id = any($2)
           union all
           select case when removed_at is null then 'work' else 'removed' end, lesson_id, work_id, kind_id, topic,
                  client_key::text, weight, null, version, null, due_on::timestamp at time zone 'UTC'
             from (select * from journal.work where lesson_id = any($1) order by lesson_id, position) w
           union all
           select 'mark', lesson_id, work_id, pupil_id, value, nullif(comment, ''), points, points_count, version, set_by,
                  set_at
             from journal.mark where lesson_id = any($1)
           union all
           select 'attendance', lesson_id, null, pupil_id, code, null, null, minutes, version, set_by, set_at
             from journal.attendance where lesson_id = any($1)
           union all
           select 'rolled', lesson_id, null, null, '', null, null, null, 0, null, null
             from journal.rolled where lesson_id = any($1)"#,
        &ids,
        &entries,
    )
    .fetch_all(tx.conn())
    .await?;
    StoredSheet::of(rows)
}

/// The same of one pupil: another statement, because the way to the rows of
/// one pupil (27 times fewer) is another index.
pub(crate) async fn sheet_of(
    tx: &mut Tx,
    lessons: &[LessonId],
    pupil: PersonId,
) -> Result<StoredSheet, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select 'entry' as "kind!", lesson_id as "lesson_id!", null::bigint as work_id, plan_item_id as pupil_id,
                  topic as "text!", homework as "more?", null::numeric as number,
                  no_homework::int::smallint as "small?", version as "version!", set_by as "by?", set_at as "at?"
             from journal.entry where lesson_id = any($1)
           union all
           select case when removed_at is null then 'work' else 'removed' end, lesson_id, work_id, kind_id, topic,
                  client_key::text, weight, null, version, null, due_on::timestamp at time zone 'UTC'
             from (select * from journal.work where lesson_id = any($1) order by lesson_id, position) w
           union all
           select 'mark', lesson_id, work_id, pupil_id, value, nullif(comment, ''), points, points_count, version, set_by,
                  set_at
             from journal.mark where pupil_id = $2 and lesson_id = any($1)
           union all
           select 'attendance', lesson_id, null, pupil_id, code, null, null, minutes, version, set_by, set_at
             from journal.attendance where pupil_id = $2 and lesson_id = any($1)"#,
        &ids,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    StoredSheet::of(rows)
}

impl StoredSheet {
    pub(super) fn of(rows: Vec<Row>) -> Result<Self, Error> {
        let mut stored = Self::default();
        let removed: HashSet<Option<i64>> = rows
            .iter()
            .filter(|it| it.kind == "removed")
            .map(|it| it.work_id)
            .collect();
        for row in rows {
            // Marks go out of sight with their work, and come back with it.
            if row.kind != "mark" || !removed.contains(&row.work_id) {
                stored.take(row)?;
            }
        }
        Ok(stored)
    }

    fn take(&mut self, row: Row) -> Result<(), Error> {
        let lesson = LessonId::from(row.lesson_id);
        match row.kind.as_str() {
            "entry" => {
                let entry = Entry {
                    topic: row.text,
                    homework: row.more.unwrap_or_default(),
                    no_homework: row.small == Some(1),
                    plan_item: row.pupil_id.map(Into::into),
                    version: row.version,
                };
                self.entries.insert(lesson, entry);
            }
            "work" | "removed" => self.take_work(lesson, row)?,
            "rolled" => {
                self.rolled.insert(lesson);
            }
            "mark" => {
                let work = row.work_id.ok_or(corrupt("mark", "work_id"))?.into();
                let pupil = row.pupil_id.ok_or(corrupt("mark", "pupil_id"))?.into();
                let points = row.number.ok_or(corrupt("mark", "points"))?;
                let count = row.small.and_then(|it| u8::try_from(it).ok());
                let count = count.ok_or(corrupt("mark", "points_count"))?;
                let value = MarkValue::stored(row.text, points, count);
                let cell = cell(value, row.version, row.by, row.at)?;
                let place = (lesson, Some(work), pupil);
                if let Some(comment) = row.more {
                    self.comments.insert(place, comment);
                }
                self.marks.insert(place, cell);
            }
            _ => {
                let pupil = row
                    .pupil_id
                    .ok_or(corrupt("attendance", "pupil_id"))?
                    .into();
                let value =
                    Attendance::from_code(&row.text).ok_or(corrupt("attendance", "code"))?;
                let cell = cell(value, row.version, row.by, row.at)?;
                self.attendance.insert((lesson, pupil), cell);
            }
        }
        Ok(())
    }
}

impl StoredSheet {
    fn take_work(&mut self, lesson: LessonId, row: Row) -> Result<(), Error> {
        let id: WorkId = row.work_id.ok_or(corrupt("work", "work_id"))?.into();
        if let Some(key) = row.more {
            let key = key.parse().map_err(|_| corrupt("work", "client_key"))?;
            self.keys.insert((lesson, key), id);
        }
        if row.kind == "removed" {
            return Ok(());
        }
        let work = Work {
            id,
            kind: row.pupil_id.ok_or(corrupt("work", "kind_id"))?.into(),
            weight: row.number.ok_or(corrupt("work", "weight"))?,
            topic: row.text,
            due_on: row.at.map(|it| it.date_naive()),
            version: row.version,
        };
        self.works.entry(lesson).or_default().push(work);
        Ok(())
    }
}

fn cell<V>(
    value: V,
    version: i32,
    by: Option<i64>,
    at: Option<DateTime<Utc>>,
) -> Result<Cell<V>, Error> {
    let by = by.ok_or(corrupt("mark", "set_by"))?.into();
    let at = at.ok_or(corrupt("mark", "set_at"))?;
    Ok(Cell {
        value,
        version,
        by,
        at,
    })
}

const fn corrupt(table: &'static str, column: &'static str) -> Error {
    Error::Corrupt { table, column }
}

/// Which of these lessons hold a mark, an absence, a topic or homework, and so
/// must never be destroyed (BEY-1).
pub(crate) async fn filled(tx: &mut Tx, lessons: &[LessonId]) -> Result<HashSet<LessonId>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_scalar!(
        r#"select lesson_id as "lesson_id!" from journal.entry where lesson_id = any($1)
           union select lesson_id from journal.mark where lesson_id = any($1)
           union select lesson_id from journal.attendance where lesson_id = any($1)
           union select lesson_id from journal.rolled where lesson_id = any($1)"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

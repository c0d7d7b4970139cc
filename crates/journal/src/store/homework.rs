use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use db::{Error, Tx, files::FileId};
use kernel::{LessonId, PersonId};

use crate::homework::{Answer, AnswerState, Attached};

/// What stands around the homework of some lessons.
#[derive(Default)]
pub(crate) struct StoredHomework {
    pub(crate) texts: HashMap<LessonId, Text>,
    pub(crate) files: HashMap<LessonId, Vec<Attached>>,
    pub(crate) answers: HashMap<(LessonId, PersonId), Answer>,
    /// The pupil's own ticks; empty where all pupils are asked for.
    pub(crate) done: HashSet<LessonId>,
}

/// Topic and homework as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) topic: String,
    pub(crate) homework: String,
    pub(crate) minutes: Option<i16>,
    pub(crate) version: i32,
}

pub(super) struct Row {
    pub(super) kind: String,
    pub(super) lesson_id: i64,
    pub(super) pupil_id: Option<i64>,
    pub(super) file_id: Option<i64>,
    pub(super) text: String,
    pub(super) more: String,
    pub(super) size: Option<i64>,
    pub(super) version: i32,
    pub(super) at: Option<DateTime<Utc>>,
}

/// Reads texts, files and answers of these lessons, of all pupils or of one,
/// and the one's ticks: all in one statement.
pub(crate) async fn homework(
    tx: &mut Tx,
    lessons: &[LessonId],
    pupil: Option<PersonId>,
) -> Result<StoredHomework, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select 'text' as "kind!", lesson_id as "lesson_id!", null::bigint as pupil_id, null::bigint as file_id,
                  topic as "text!", homework as "more!", homework_minutes::bigint as size, version as "version!",
                  homework_at as "at?"
             from journal.entry where lesson_id = any($1)
           union all
           select 'answer', lesson_id, pupil_id, null, text, state || ' ' || comment, null, version, handed_at
             from journal.answer where lesson_id = any($1) and ($2::bigint is null or pupil_id = $2)
           union all
           select 'file', lesson_id, null, file_id, name, '', size, 0, added_at
             from journal.homework_file where lesson_id = any($1) and removed_at is null
           union all
           select 'answer file', lesson_id, pupil_id, file_id, name, '', size, 0, added_at
             from journal.answer_file
            where lesson_id = any($1) and removed_at is null and ($2::bigint is null or pupil_id = $2)
           union all
           select 'done', lesson_id, pupil_id, null, '', '', null, 0, done_at
             from journal.homework_done where lesson_id = any($1) and pupil_id = $2"#,
        &ids,
        pupil.map(PersonId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    StoredHomework::of(rows)
}

impl StoredHomework {
    pub(super) fn of(rows: impl IntoIterator<Item = Row>) -> Result<Self, Error> {
        let mut found = Self::default();
        for row in rows {
            found.take(row)?;
        }
        for files in found.files.values_mut() {
            files.sort_by_key(|it| it.id);
        }
        for answer in found.answers.values_mut() {
            answer.files.sort_by_key(|it| it.id);
        }
        Ok(found)
    }

    fn take(&mut self, row: Row) -> Result<(), Error> {
        let lesson = LessonId::from(row.lesson_id);
        let pupil = row.pupil_id.map(PersonId::from);
        match (row.kind.as_str(), pupil) {
            ("text", _) => {
                let text = Text {
                    topic: row.text,
                    homework: row.more,
                    minutes: row.size.and_then(|it| i16::try_from(it).ok()),
                    version: row.version,
                };
                self.texts.insert(lesson, text);
            }
            ("file", _) => {
                let file = attached(&row)?;
                self.files.entry(lesson).or_default().push(file);
            }
            ("answer", Some(pupil)) => {
                let (state, comment) = row.more.split_once(' ').unwrap_or((&row.more, ""));
                let state = AnswerState::from_code(state).ok_or(corrupt("answer", "state"))?;
                let answer = self.answers.entry((lesson, pupil)).or_default();
                answer.text = row.text;
                answer.state = state;
                comment.clone_into(&mut answer.comment);
                answer.version = row.version;
                answer.handed_at = row.at;
            }
            ("answer file", Some(pupil)) => {
                let file = attached(&row)?;
                self.answers
                    .entry((lesson, pupil))
                    .or_default()
                    .files
                    .push(file);
            }
            _ => {
                self.done.insert(lesson);
            }
        }
        Ok(())
    }
}

fn attached(row: &Row) -> Result<Attached, Error> {
    let id = row.file_id.ok_or(corrupt("homework_file", "file_id"))?;
    Ok(Attached {
        id: id.into(),
        name: row.text.clone(),
        size: row.size.unwrap_or_default(),
    })
}

const fn corrupt(table: &'static str, column: &'static str) -> Error {
    Error::Corrupt { table, column }
}

/// Hangs a stored file on the homework of a lesson.
pub(crate) async fn attach(
    tx: &mut Tx,
    lesson: LessonId,
    file: &Attached,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.homework_file (org_id, lesson_id, file_id, name, size, added_by, added_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)",
        lesson.get(),
        file.id.get(),
        file.name,
        file.size,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file off the homework; false where it does not hang there.
pub(crate) async fn detach(tx: &mut Tx, lesson: LessonId, file: FileId) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update journal.homework_file set removed_at = $3
          where lesson_id = $1 and file_id = $2 and removed_at is null",
        lesson.get(),
        file.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a pupil hands in; the state is «handed in» again, whatever it was.
pub(crate) async fn hand_in(
    tx: &mut Tx,
    lesson: LessonId,
    pupil: PersonId,
    text: &str,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.answer as a (org_id, lesson_id, pupil_id, text, state, handed_by, handed_at)
         values (kernel.org(), $1, $2, $3, 'handed_in', $4, $5)
         on conflict (org_id, lesson_id, pupil_id) do update
            set text = excluded.text, state = 'handed_in', handed_by = excluded.handed_by,
                handed_at = excluded.handed_at, version = a.version + 1",
        lesson.get(),
        pupil.get(),
        text,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn attach_answer(
    tx: &mut Tx,
    lesson: LessonId,
    pupil: PersonId,
    file: &Attached,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.answer_file (org_id, lesson_id, pupil_id, file_id, name, size, added_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)",
        lesson.get(),
        pupil.get(),
        file.id.get(),
        file.name,
        file.size,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file out of an answer; false where it is not there.
pub(crate) async fn detach_answer(
    tx: &mut Tx,
    lesson: LessonId,
    pupil: PersonId,
    file: FileId,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update journal.answer_file set removed_at = $4
          where lesson_id = $1 and pupil_id = $2 and file_id = $3 and removed_at is null",
        lesson.get(),
        pupil.get(),
        file.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The teacher's word on an answer, if it is still as the teacher saw it; its new version.
pub(crate) async fn check_answer(
    tx: &mut Tx,
    (lesson, pupil): (LessonId, PersonId),
    state: AnswerState,
    comment: &str,
    seen: i32,
    by: PersonId,
) -> Result<Option<i32>, Error> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "update journal.answer
            set state = $3, comment = $4, checked_by = $5, checked_at = $6, version = version + 1
          where lesson_id = $1 and pupil_id = $2 and version = $7
          returning version",
        lesson.get(),
        pupil.get(),
        state.code(),
        comment,
        by.get(),
        now,
        seen,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Sets or takes away the pupil's own tick.
pub(crate) async fn tick(
    tx: &mut Tx,
    lesson: LessonId,
    pupil: PersonId,
    done: bool,
) -> Result<(), Error> {
    let now = tx.now();
    if done {
        sqlx::query!(
            "insert into journal.homework_done (org_id, lesson_id, pupil_id, done_at)
             values (kernel.org(), $1, $2, $3) on conflict do nothing",
            lesson.get(),
            pupil.get(),
            now,
        )
        .execute(tx.conn())
        .await?;
    } else {
        sqlx::query!(
            "delete from journal.homework_done where lesson_id = $1 and pupil_id = $2",
            lesson.get(),
            pupil.get(),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Where a file hangs: on the homework of a lesson, or on a pupil's answer.
pub(crate) async fn file_place(
    tx: &mut Tx,
    file: FileId,
) -> Result<Vec<(LessonId, Option<PersonId>)>, Error> {
    let rows = sqlx::query!(
        r#"select lesson_id as "lesson_id!", null::bigint as "pupil_id?"
             from journal.homework_file where file_id = $1 and removed_at is null
           union all
           select lesson_id, pupil_id from journal.answer_file where file_id = $1 and removed_at is null
           limit 50"#,
        file.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.lesson_id.into(), it.pupil_id.map(Into::into)))
        .collect())
}

/// Writes topic and homework of a lesson into lessons that have none yet;
/// those that got them. The files go along.
pub(crate) async fn copy(
    tx: &mut Tx,
    from: LessonId,
    to: &[LessonId],
    by: PersonId,
) -> Result<Vec<LessonId>, Error> {
    let ids: Vec<i64> = to.iter().map(|it| it.get()).collect();
    let now = tx.now();
    let copied = sqlx::query_scalar!(
        "insert into journal.entry as e
                (org_id, lesson_id, topic, plan_item_id, homework, homework_minutes, no_homework, homework_at, set_by, set_at)
         select kernel.org(), it.id, f.topic, f.plan_item_id, f.homework, f.homework_minutes, f.no_homework,
                case when f.homework <> '' or f.no_homework then $4::timestamptz end, $3, $4
         from unnest($2::bigint[]) as it (id), journal.entry f
         where f.org_id = kernel.org() and f.lesson_id = $1
         on conflict (org_id, lesson_id) do update
            set topic = excluded.topic, plan_item_id = excluded.plan_item_id, homework = excluded.homework,
                homework_minutes = excluded.homework_minutes, no_homework = excluded.no_homework,
                homework_at = excluded.homework_at,
                version = e.version + 1, set_by = excluded.set_by, set_at = excluded.set_at
          where e.topic = '' and e.homework = '' and not e.no_homework
         returning lesson_id",
        from.get(),
        &ids,
        by.get(),
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "insert into journal.homework_file (org_id, lesson_id, file_id, name, size, added_by, added_at)
         select kernel.org(), it.id, f.file_id, f.name, f.size, $3, $4
         from unnest($2::bigint[]) as it (id), journal.homework_file f
         where f.org_id = kernel.org() and f.lesson_id = $1 and f.removed_at is null
         on conflict (org_id, lesson_id, file_id) do update set removed_at = null",
        from.get(),
        &copied,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(copied.into_iter().map(Into::into).collect())
}

/// How long the homework takes, as the teacher thinks.
pub(crate) async fn save_minutes(
    tx: &mut Tx,
    lesson: LessonId,
    minutes: Option<i16>,
) -> Result<(), Error> {
    sqlx::query!(
        "update journal.entry set homework_minutes = $2
          where lesson_id = $1 and homework_minutes is distinct from $2",
        lesson.get(),
        minutes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

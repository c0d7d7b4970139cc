//! Answers about attendance and the kept history (RPT-1).

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::{
    Tx,
    history::{self, Change},
};
use kernel::{ClassId, LessonId, SubjectId};
use serde_json::{Map, Value, json};

use super::Journal;
use crate::{
    AttendanceBook, Attended, ChangedField, ChangesAsked, Error, HeldLesson, JournalChange, Slot,
    store,
};

#[async_trait]
impl AttendanceBook for Journal {
    async fn attended(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Attended, Error> {
        if classes.is_empty() || to < from {
            return Ok(Attended::default());
        }
        let mut lessons = match classes {
            [class] => self.lessons.of_class(tx, *class, None, from, to).await?,
            _ => self.lessons.of_school(tx, from, to).await?,
        };
        lessons.retain(|it| !it.cancelled && classes.contains(&it.class));
        let lessons: Vec<HeldLesson> = lessons.iter().map(HeldLesson::from).collect();
        let ids: Vec<LessonId> = lessons.iter().map(|it| it.id).collect();
        let notes = store::notes(tx, &ids).await?;
        Ok(Attended { lessons, notes })
    }

    async fn lessons(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        subjects: &[SubjectId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<HeldLesson>, Error> {
        let mut lessons = self
            .lessons
            .of_classes(tx, classes, subjects, from, to)
            .await?;
        lessons.retain(|it| !it.cancelled);
        Ok(lessons.iter().map(HeldLesson::from).collect())
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        asked: &ChangesAsked<'_>,
    ) -> Result<Vec<JournalChange>, Error> {
        let (from, to) = (asked.from, asked.to);
        let lessons = self
            .lessons
            .of_class(tx, asked.class, asked.subject, from, to)
            .await?;
        let lessons: HashMap<LessonId, HeldLesson> =
            lessons.iter().map(|it| (it.id, it.into())).collect();
        let ids: Vec<LessonId> = lessons.keys().copied().collect();
        let mut written = store::written(tx, &ids, asked.pupils, asked.year).await?;
        if asked.alone {
            let own = |it: &kernel::PersonId| asked.pupils.contains(it);
            written.marks.retain(|it| own(&it.pupil));
            written.absences.retain(|it| own(&it.1));
        }
        let mut found = Vec::new();

        let keys: Vec<Value> = written
            .marks
            .iter()
            .map(|it| json!({"work_id": it.work, "pupil_id": it.pupil}))
            .collect();
        let by_work: HashMap<i64, LessonId> = written
            .marks
            .iter()
            .map(|it| (it.work, it.lesson))
            .collect();
        for it in history::of_many(tx, "journal.mark", &keys).await? {
            let lesson = number(&it.key, "work_id").and_then(|it| by_work.get(&it));
            let lesson = lesson.and_then(|it| lessons.get(it));
            found.extend(change(&it, lesson, ChangedField::Mark, "value"));
        }

        let keys: Vec<Value> = written
            .absences
            .iter()
            .map(|(lesson, pupil)| json!({"lesson_id": lesson, "pupil_id": pupil}))
            .collect();
        let of_key = |it: &Change| lessons.get(&number(&it.key, "lesson_id")?.into());
        for it in history::of_many(tx, "journal.attendance", &keys).await? {
            found.extend(change(&it, of_key(&it), ChangedField::Attendance, "code"));
        }

        let of_class = ids.iter().filter(|_| !asked.alone);
        let keys: Vec<Value> = of_class.map(|it| json!({"lesson_id": it})).collect();
        for it in history::of_many(tx, "journal.entry", &keys).await? {
            let lesson = of_key(&it);
            found.extend(change(&it, lesson, ChangedField::Topic, "topic"));
            found.extend(change(&it, lesson, ChangedField::Homework, "homework"));
        }

        let wanted = written
            .finals
            .iter()
            .filter(|it| asked.subject.is_none_or(|subject| it.subject == subject));
        let keys: Vec<Value> = wanted
            .map(|it| {
                json!({"pupil_id": it.pupil, "subject_id": it.subject, "year_id": asked.year,
                       "kind": it.kind, "number": it.number})
            })
            .collect();
        let zone = self.orgs.own(tx).await?.zone;
        for it in history::of_many(tx, "journal.final_mark", &keys).await? {
            if (from..=to).contains(&it.at.with_timezone(&zone).date_naive()) {
                found.extend(final_mark(&it));
            }
        }
        found.sort_by_key(|it| std::cmp::Reverse(it.at));
        Ok(found)
    }
}

impl From<&schedule::Lesson> for HeldLesson {
    fn from(it: &schedule::Lesson) -> Self {
        Self {
            id: it.id,
            on: it.held_on,
            class: it.class,
            group: it.group,
            subject: it.subject,
        }
    }
}

fn number(row: &Map<String, Value>, column: &str) -> Option<i64> {
    row.get(column).and_then(Value::as_i64)
}

fn text<'a>(row: &'a Map<String, Value>, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}

/// The change of one column; none where it stayed as it was.
fn change(
    it: &Change,
    lesson: Option<&HeldLesson>,
    field: ChangedField,
    column: &str,
) -> Option<JournalChange> {
    let (old, new) = (text(&it.old, column), text(&it.new, column));
    let lesson = lesson?;
    (old != new).then(|| JournalChange {
        at: it.at,
        by: it.person,
        subject: lesson.subject,
        on: Some(lesson.on),
        slot: None,
        pupil: number(&it.key, "pupil_id").map(Into::into),
        field,
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

fn final_mark(it: &Change) -> Option<JournalChange> {
    let (old, new) = (text(&it.old, "value"), text(&it.new, "value"));
    let number_of = i16::try_from(number(&it.key, "number")?).ok()?;
    (old != new).then_some(JournalChange {
        at: it.at,
        by: it.person,
        subject: number(&it.key, "subject_id")?.into(),
        on: None,
        slot: Slot::from_parts(text(&it.key, "kind"), number_of),
        pupil: number(&it.key, "pupil_id").map(Into::into),
        field: ChangedField::FinalMark,
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

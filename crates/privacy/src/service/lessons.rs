//! Which lesson a mark or an absence is of: a number says nothing to whoever
//! reads what is kept of them.

use std::collections::{BTreeSet, HashMap};

use db::Tx;
use kernel::LessonId;
use serde_json::Value;

use super::{Neighbours, Shelf};
use crate::Error;

/// The lesson of a row.
const LESSON: &str = "lesson_id";
/// What a row is told besides: the subject, and the day.
const SUBJECT: &str = "subject_name";
const DAY: &str = "held_on";

/// Adds subject and day to every row that speaks of a lesson and does not say
/// them itself.
pub(super) async fn tell(
    tx: &mut Tx,
    asked: &Neighbours,
    shelves: &mut [Shelf],
) -> Result<(), Error> {
    let lesson_of = |row: &Value| {
        let id = row.get(LESSON)?.as_i64()?;
        let is_silent = row.get(DAY).is_none();
        is_silent.then(|| LessonId::from(id))
    };
    let ids: BTreeSet<LessonId> = shelves
        .iter()
        .flat_map(|it| &it.rows)
        .filter_map(lesson_of)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<LessonId> = ids.into_iter().collect();
    let lessons = asked.lessons.lessons(tx, &ids).await?;
    let subjects = asked.curriculum.subjects(tx).await?;
    let subjects: HashMap<_, _> = subjects.into_iter().map(|it| (it.id, it.name)).collect();
    let lessons: HashMap<_, _> = lessons.into_iter().map(|it| (it.id, it)).collect();
    for row in shelves.iter_mut().flat_map(|it| it.rows.iter_mut()) {
        let Some(lesson) = lesson_of(row).and_then(|it| lessons.get(&it)) else {
            continue;
        };
        if let Some(row) = row.as_object_mut() {
            let subject = subjects.get(&lesson.subject).cloned().unwrap_or_default();
            row.insert(SUBJECT.to_owned(), Value::from(subject));
            row.insert(DAY.to_owned(), Value::from(lesson.held_on.to_string()));
        }
    }
    Ok(())
}

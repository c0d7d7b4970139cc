use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, LessonId, PersonId};
use serde::Serialize;
use serde_json::{Value, json};

use super::Journal;
use crate::{Attendance, Error, operation::WorkId, store};

/// One change of a cell: who, when, from what to what (JRN-7).
#[derive(Clone, Debug, Serialize)]
pub struct CellChange {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
    /// mark, attendance or comment
    pub field: &'static str,
    pub old: String,
    pub new: String,
    /// What to write to have the value of before again; comments are typed anew.
    pub back: Option<String>,
}

impl Journal {
    /// The history of a cell, newest first, with the pupil's name.
    pub async fn cell_history(
        &self,
        actor: &Actor,
        lesson: LessonId,
        pupil: PersonId,
        work: Option<WorkId>,
        today: NaiveDate,
    ) -> Result<(String, Vec<CellChange>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, _) = self.seen_lesson(&mut tx, actor, lesson, today).await?;
        let works = store::sheet_of(&mut tx, &[lesson.id], pupil).await?;
        let works: Vec<WorkId> = works
            .works(lesson.id)
            .iter()
            .map(|it| it.id)
            .filter(|it| work.is_none_or(|work| work == *it))
            .collect();
        let keys: Vec<Value> = works
            .iter()
            .map(|it| json!({"work_id": it, "pupil_id": pupil}))
            .collect();
        let marks = db::history::of_many(&mut tx, "journal.mark", &keys).await?;
        let key = json!({"lesson_id": lesson.id, "pupil_id": pupil});
        let absences = db::history::of(&mut tx, "journal.attendance", &key).await?;
        let mut people: Vec<PersonId> = marks
            .iter()
            .chain(&absences)
            .filter_map(|it| it.person)
            .collect();
        people.push(pupil);
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;

        let name = |id: PersonId| cards.iter().find(|it| it.id == id);
        let change =
            |it: &db::history::Change, field, column: &str, shown: &dyn Fn(&str) -> String| {
                let text = |row: &serde_json::Map<String, Value>| {
                    let value = row.get(column).and_then(Value::as_str);
                    value.unwrap_or_default().to_owned()
                };
                let before = text(&it.old);
                CellChange {
                    at: it.at,
                    by: it.person.and_then(name).map(people::Card::short),
                    field,
                    old: shown(&before),
                    new: shown(&text(&it.new)),
                    back: (field != "comment").then_some(before),
                }
            };
        let letter = |code: &str| {
            Attendance::from_code(code)
                .map_or("", Attendance::letter)
                .to_owned()
        };
        let mut changes: Vec<CellChange> = marks
            .iter()
            .flat_map(|it| {
                ["value", "comment"].map(|column| {
                    let field = if column == "value" { "mark" } else { "comment" };
                    change(it, field, column, &str::to_owned)
                })
            })
            .chain(
                absences
                    .iter()
                    .map(|it| change(it, "attendance", "code", &letter)),
            )
            .filter(|it| it.old != it.new)
            .collect();
        changes.sort_by_key(|it| std::cmp::Reverse(it.at));
        let pupil = name(pupil).ok_or(Error::NotFound)?.listed();
        Ok((pupil, changes))
    }
}

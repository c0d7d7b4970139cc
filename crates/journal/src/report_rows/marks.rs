//! Final marks of the year, one a row.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use curriculum::{Curriculum, Scale};
use db::Tx;
use kernel::{Actor, Fault, PersonId, Right};
use people::{Gender, People, PupilSheet};
use sources::{Choices, Field, Kind, Query, ReportSource, Rows, Value};

use super::{GENDER, PUPIL, Scene, VIEW, boxed, sheets};
use crate::{
    EXEMPT, Error, FinalValue, Slot,
    finals::PASSED,
    store::{self, MarksAsked, StoredMark},
};

/// Final marks of the year, of the classes and subjects that the actor sees.
#[derive(Clone)]
pub struct MarkRows {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
}

const PERIOD: Choices = Choices {
    words: "period",
    codes: &[
        "quarter-1",
        "quarter-2",
        "quarter-3",
        "quarter-4",
        "trimester-1",
        "trimester-2",
        "trimester-3",
        "half-1",
        "half-2",
        "year",
        "exam",
        "final",
    ],
};

const FIELDS: &[Field] = &[
    Field::new("pupil", Kind::Text, PUPIL).personal(),
    Field::new("gender", Kind::Choice(GENDER), PUPIL),
    Field::new("class", Kind::Text, VIEW),
    Field::new("grade", Kind::Number, VIEW),
    Field::new("subject", Kind::Text, VIEW),
    Field::new("period", Kind::Choice(PERIOD), VIEW),
    Field::new("mark", Kind::Text, VIEW),
    Field::new("points", Kind::Number, VIEW),
    Field::new("passed", Kind::Flag, VIEW),
    Field::new("good", Kind::Flag, VIEW),
];

#[async_trait]
impl ReportSource for MarkRows {
    fn code(&self) -> &'static str {
        "marks"
    }

    fn right(&self) -> Right {
        VIEW
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    async fn rows(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        query: &Query<'_>,
    ) -> Result<Rows, Box<dyn Fault>> {
        self.marks(tx, actor, query).await.map_err(boxed)
    }
}

impl MarkRows {
    async fn marks(&self, tx: &mut Tx, actor: &Actor, query: &Query<'_>) -> Result<Rows, Error> {
        let Some(scene) = Scene::load(&self.curriculum, tx, actor, query).await? else {
            return Ok(Rows::default());
        };
        let slots = PERIOD.codes.iter();
        let slots = slots.filter(|it| query.may_have("period", it));
        let asked = MarksAsked {
            year: scene.year.year.id,
            classes: scene.class_ids(),
            subjects: scene.subjects.keys().copied().collect(),
            slots: slots.filter_map(|it| Slot::from_code(it)).collect(),
        };
        let mut marks = store::marks_for_report(tx, &asked).await?;
        marks.retain(|it| scene.sees(it.class, it.subject, it.pupil));
        let sheets = sheets(&self.people, tx, query, marks.iter().map(|it| it.pupil)).await?;
        Ok(Rows::of(query, &marks, |it, field| {
            value(it, field, &scene, &sheets)
        }))
    }
}

fn value(
    it: &StoredMark,
    field: &str,
    scene: &Scene,
    sheets: &HashMap<PersonId, PupilSheet>,
) -> Value {
    let sheet = sheets.get(&it.pupil);
    let class = scene.classes.get(&it.class);
    let subject = scene.subjects.get(&it.subject);
    let scale = subject.map_or(Scale::default(), |it| it.scale);
    match field {
        "pupil" => sheet.map_or(Value::Empty, |it| Value::text(&it.card.full())),
        "gender" => {
            let gender = sheet.and_then(|it| it.gender);
            gender.map_or(Value::Empty, |it| Value::Choice(Gender::code(it)))
        }
        "class" => class.map_or(Value::Empty, |it| Value::text(&it.name())),
        "grade" => class.map_or(Value::Empty, |it| Value::count(it.grade)),
        "subject" => subject.map_or(Value::Empty, |it| Value::text(&it.name)),
        "period" => {
            let code = it.slot.code();
            let code = PERIOD.codes.iter().find(|known| **known == code);
            code.map_or(Value::Empty, |it| Value::Choice(it))
        }
        "mark" => Value::text(it.value.text()),
        "points" => it.value.points().into(),
        "passed" => at_least(&it.value, scale, 3),
        "good" => at_least(&it.value, scale, 4),
        _ => Value::Empty,
    }
}

/// Whether the mark is of that level of five (§1.0): «н/а» is not, «осв» is
/// no mark at all, and «зач» says only that it is passed.
fn at_least(value: &FinalValue, scale: Scale, level: u8) -> Value {
    match (value.level(scale), value.text()) {
        (Some(it), _) => Value::Flag(level <= it),
        (None, PASSED) if level == 3 => Value::Flag(true),
        (None, EXEMPT | PASSED) => Value::Empty,
        (None, _) => Value::Flag(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_has_a_slot() {
        for code in PERIOD.codes {
            let slot = Slot::from_code(code).expect("known");
            assert_eq!(slot.code(), *code);
        }
    }

    /// §1.0: who counts as passed, and who as good.
    #[test]
    fn passed_and_good_follow_the_formulas() {
        let mark = |text: &str| FinalValue::parse(text, Scale::Five).expect("a mark");
        for (text, passed, good) in [
            ("5", Value::Flag(true), Value::Flag(true)),
            ("3", Value::Flag(true), Value::Flag(false)),
            ("2", Value::Flag(false), Value::Flag(false)),
            ("н/а", Value::Flag(false), Value::Flag(false)),
            ("осв", Value::Empty, Value::Empty),
            ("зач", Value::Flag(true), Value::Empty),
            ("незач", Value::Flag(false), Value::Flag(false)),
        ] {
            assert_eq!(at_least(&mark(text), Scale::Five, 3), passed, "{text}");
            assert_eq!(at_least(&mark(text), Scale::Five, 4), good, "{text}");
        }
    }
}

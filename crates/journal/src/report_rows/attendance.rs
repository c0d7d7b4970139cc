//! Lessons missed, counted for each pupil, subject and month.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use curriculum::Curriculum;
use db::Tx;
use kernel::{Actor, ClassId, Fault, LessonId, PersonId, Right, SubjectId};
use people::{Gender, People, PupilSheet};
use schedule::{Lesson, Lessons};
use sources::{Field, Kind, Query, ReportSource, Rows, STUDY_MONTHS, Value, month};

use super::{GENDER, PUPIL, Scene, VIEW, boxed, sheets};
use crate::{Error, Missed, store};

/// A row for each pupil, subject and month with anything missed or late.
#[derive(Clone)]
pub struct AttendanceRows {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub lessons: Arc<dyn Lessons>,
}

const FIELDS: &[Field] = &[
    Field::new("pupil", Kind::Text, PUPIL).personal(),
    Field::new("gender", Kind::Choice(GENDER), PUPIL),
    Field::new("class", Kind::Text, VIEW),
    Field::new("grade", Kind::Number, VIEW),
    Field::new("subject", Kind::Text, VIEW),
    Field::new("month", Kind::Choice(STUDY_MONTHS), VIEW),
    Field::new("missed", Kind::Number, VIEW),
    Field::new("ill", Kind::Number, VIEW),
    Field::new("excused", Kind::Number, VIEW),
    Field::new("truant", Kind::Number, VIEW),
    Field::new("untold", Kind::Number, VIEW),
    Field::new("late", Kind::Number, VIEW),
];

/// Lessons of a subject in a class in a month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    class: ClassId,
    subject: SubjectId,
    /// The first day of the month.
    month: NaiveDate,
}

struct Row {
    place: Place,
    pupil: PersonId,
    missed: Missed,
}

#[async_trait]
impl ReportSource for AttendanceRows {
    fn code(&self) -> &'static str {
        "attendance"
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
        self.missed(tx, actor, query).await.map_err(boxed)
    }
}

impl AttendanceRows {
    async fn missed(&self, tx: &mut Tx, actor: &Actor, query: &Query<'_>) -> Result<Rows, Error> {
        let Some(scene) = Scene::load(&self.curriculum, tx, actor, query).await? else {
            return Ok(Rows::default());
        };
        let lessons = self.lessons_of(tx, &scene, query).await?;
        let mut places: Vec<Place> = lessons.iter().map(|it| it.1).collect();
        places.sort_unstable();
        places.dedup();
        let counted_at = lessons.iter().filter_map(|(id, place)| {
            let at = places.binary_search(place).ok()?;
            Some((*id, at))
        });
        let found = store::missed(tx, &counted_at.collect::<Vec<_>>()).await?;
        let mut sums: BTreeMap<(usize, PersonId), Missed> = BTreeMap::new();
        for it in found {
            let sum = sums.entry((it.span, it.pupil)).or_default();
            sum.add(it.what, it.count);
        }
        let rows = sums.into_iter().filter_map(|((at, pupil), missed)| {
            let place = *places.get(at)?;
            let seen = scene.sees(place.class, place.subject, pupil);
            let counted = missed.all() + missed.late > 0;
            (seen && counted).then_some(Row {
                place,
                pupil,
                missed,
            })
        });
        let rows: Vec<Row> = rows.collect();
        let sheets = sheets(&self.people, tx, query, rows.iter().map(|it| it.pupil)).await?;
        Ok(Rows::of(query, &rows, |it, field| {
            value(it, field, &scene, &sheets)
        }))
    }

    /// The lessons asked for until today.
    async fn lessons_of(
        &self,
        tx: &mut Tx,
        scene: &Scene,
        query: &Query<'_>,
    ) -> Result<Vec<(LessonId, Place)>, Error> {
        let (from, to) = (scene.year.year.starts_on, scene.today);
        let classes = scene.class_ids();
        let lessons = match classes.as_slice() {
            [] => vec![],
            [class] => self.lessons.of_class(tx, *class, None, from, to).await?,
            _ => self.lessons.of_school(tx, from, to).await?,
        };
        let asked = |it: &&Lesson| {
            scene.classes.contains_key(&it.class)
                && scene.subjects.contains_key(&it.subject)
                && query.may_have("month", &it.held_on.month().to_string())
        };
        let place = |it: &Lesson| Place {
            class: it.class,
            subject: it.subject,
            month: it.held_on.with_day(1).unwrap_or(it.held_on),
        };
        let asked = lessons.iter().filter(asked);
        Ok(asked.map(|it| (it.id, place(it))).collect())
    }
}

fn value(it: &Row, field: &str, scene: &Scene, sheets: &HashMap<PersonId, PupilSheet>) -> Value {
    let sheet = sheets.get(&it.pupil);
    let class = scene.classes.get(&it.place.class);
    match field {
        "pupil" => sheet.map_or(Value::Empty, |it| Value::text(&it.card.full())),
        "gender" => {
            let gender = sheet.and_then(|it| it.gender);
            gender.map_or(Value::Empty, |it| Value::Choice(Gender::code(it)))
        }
        "class" => class.map_or(Value::Empty, |it| Value::text(&it.name())),
        "grade" => class.map_or(Value::Empty, |it| Value::count(it.grade)),
        "subject" => {
            let subject = scene.subjects.get(&it.place.subject);
            subject.map_or(Value::Empty, |it| Value::text(&it.name))
        }
        "month" => month(it.place.month),
        "missed" => Value::count(it.missed.all()),
        "ill" => Value::count(it.missed.ill),
        "excused" => Value::count(it.missed.excused),
        "truant" => Value::count(it.missed.truant),
        "untold" => Value::count(it.missed.untold),
        "late" => Value::count(it.missed.late),
        _ => Value::Empty,
    }
}

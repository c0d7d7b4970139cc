//! Who is in the classes today, with what the cards say of them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use curriculum::{Class, Curriculum};
use db::Tx;
use kernel::{Actor, ClassId, Fault, PersonId, Reach, Right};
use people::{Citizenship, Gender, OwnPupils, People, PupilSheet};
use sources::{Choices, Field, Kind, MONTHS, Query, ReportSource, Rows, Value, month};

use super::boxed;
use crate::{Error, Member, store};

/// Pupils of the school, or those of the actor's own class and load.
#[derive(Clone)]
pub struct PupilRows {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub own: Arc<dyn OwnPupils>,
}

const GENDER: Choices = Choices {
    words: "gender",
    codes: &["female", "male"],
};

const CITIZENSHIP: Choices = Choices {
    words: "citizenship",
    codes: Citizenship::CODES,
};

const VIEW: Right = Right::PupilView;
/// Home and family are for those who see the parents too: a subject teacher does not.
const HOME: Right = Right::ParentView;

const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, VIEW).personal(),
    Field::new("class", Kind::Text, VIEW),
    Field::new("grade", Kind::Number, VIEW),
    Field::new("class_teacher", Kind::Text, VIEW),
    Field::new("shift", Kind::Number, VIEW),
    Field::new("gender", Kind::Choice(GENDER), VIEW),
    Field::new("born_on", Kind::Date, VIEW).personal(),
    Field::new("birth_month", Kind::Choice(MONTHS), VIEW),
    Field::new("birth_year", Kind::Number, VIEW),
    Field::new("age", Kind::Number, VIEW),
    Field::new("since", Kind::Date, VIEW).personal(),
    Field::new("file_number", Kind::Text, VIEW).personal(),
    Field::new("language", Kind::Text, VIEW),
    Field::new("computer", Kind::Flag, HOME),
    Field::new("citizenship", Kind::Choice(CITIZENSHIP), HOME),
    // So few are that a number alone tells of whom, and it hints at health.
    Field::new("at_home", Kind::Flag, HOME).personal(),
    Field::new("family", Kind::Text, HOME).personal(),
    Field::new("settlement", Kind::Text, HOME),
    Field::new("address", Kind::Text, HOME).personal(),
    Field::new("registered", Kind::Text, HOME).personal(),
];

struct Row {
    sheet: PupilSheet,
    class: Class,
    since: NaiveDate,
}

#[async_trait]
impl ReportSource for PupilRows {
    fn code(&self) -> &'static str {
        "pupils"
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
        let rows = self.pupils(tx, actor, query).await.map_err(boxed)?;
        let teachers = self.teachers(tx, &rows, query).await.map_err(boxed)?;
        Ok(Rows::of(query, &rows, |it, field| {
            value(it, field, query.today, &teachers)
        }))
    }
}

impl PupilRows {
    async fn pupils(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        query: &Query<'_>,
    ) -> Result<Vec<Row>, Error> {
        let reaches = actor.may(VIEW)?;
        let Some(year) = self.curriculum.year_near(tx, query.today).await? else {
            return Ok(vec![]);
        };
        let day = query.today.clamp(year.starts_on, year.ends_on);
        let classes = self.curriculum.classes(tx, year.id).await?;
        let classes: HashMap<ClassId, Class> = classes
            .into_iter()
            .filter(|it| query.may_have("class", &it.name()))
            .filter(|it| query.may_have("grade", &it.grade.to_string()))
            .map(|it| (it.id, it))
            .collect();
        let ids: Vec<ClassId> = classes.keys().copied().collect();
        let mut members = store::members(tx, &ids, day, day).await?;
        if !reaches.has(Reach::Org) {
            let own: HashSet<PersonId> = self.own.own_pupils(tx, actor, reaches, day).await?;
            members.retain(|it| own.contains(&it.pupil));
        }
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let members: HashMap<PersonId, Member> =
            members.into_iter().map(|it| (it.pupil, it)).collect();
        let sheets = self.people.pupil_sheets(tx, &pupils).await?;
        let rows = sheets.into_iter().filter_map(|sheet| {
            let member = members.get(&sheet.card.id)?;
            Some(Row {
                class: classes.get(&member.class)?.clone(),
                since: member.since,
                sheet,
            })
        });
        Ok(rows.collect())
    }

    /// The names of the class teachers, where they are asked for.
    async fn teachers(
        &self,
        tx: &mut Tx,
        rows: &[Row],
        query: &Query<'_>,
    ) -> Result<HashMap<PersonId, String>, Error> {
        if !query.wants("class_teacher") {
            return Ok(HashMap::new());
        }
        let mut ids: Vec<PersonId> = rows.iter().filter_map(|it| it.class.teacher).collect();
        ids.sort_unstable();
        ids.dedup();
        let cards = self.people.cards(tx, &ids).await?;
        Ok(cards.into_iter().map(|it| (it.id, it.short())).collect())
    }
}

fn value(it: &Row, field: &str, today: NaiveDate, teachers: &HashMap<PersonId, String>) -> Value {
    let card = &it.sheet.card;
    match field {
        "name" => Value::text(&card.full()),
        "class" => Value::text(&it.class.name()),
        "grade" => Value::count(it.class.grade),
        "class_teacher" => {
            let name = it.class.teacher.and_then(|it| teachers.get(&it));
            name.map_or(Value::Empty, |it| Value::text(it))
        }
        "shift" => Value::count(it.sheet.shift),
        "gender" => it
            .sheet
            .gender
            .map_or(Value::Empty, |it| Value::Choice(Gender::code(it))),
        "born_on" => card.born_on.into(),
        "birth_month" => card.born_on.map_or(Value::Empty, month),
        "birth_year" => card
            .born_on
            .map_or(Value::Empty, |it| Value::count(it.year())),
        "age" => {
            let years = card.born_on.and_then(|it| today.years_since(it));
            years.map_or(Value::Empty, Value::count)
        }
        "since" => it.since.into(),
        "file_number" => Value::text(&it.sheet.file_number),
        "language" => Value::text(&it.sheet.foreign_language),
        "computer" => it.sheet.has_computer.into(),
        "citizenship" => it
            .sheet
            .citizenship
            .map_or(Value::Empty, |it| Value::Choice(it.code())),
        "at_home" => it.sheet.taught_at_home.into(),
        "family" => Value::text(&it.sheet.family),
        "settlement" => Value::text(settlement(&it.sheet.lives_at)),
        "address" => Value::text(&it.sheet.lives_at),
        "registered" => Value::text(&it.sheet.registered_at),
        _ => Value::Empty,
    }
}

/// What stands before the first comma of an address: the town or village.
fn settlement(address: &str) -> &str {
    address.split_once(',').map_or("", |it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settlement_comes_before_the_street() {
        assert_eq!(settlement("г. Крымск, ул. Новая, д. 5"), "г. Крымск");
        assert_eq!(settlement("не указан"), "");
    }
}

//! The staff as a source of reports (RPT-2).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, Fault, Reach, Right};
use sources::{Choices, Field, Kind, MONTHS, Query, ReportSource, Rows, Value, month};

use crate::{Error, Gender, sheet::StaffSheet, store};

/// Everybody of the staff who is not dismissed; only the own card for who may
/// see no other.
#[derive(Clone, Copy, Debug, Default)]
pub struct StaffRows;

const GENDER: Choices = Choices {
    words: "gender",
    codes: &["female", "male"],
};

const VIEW: Right = Right::StaffView;

const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, VIEW).personal(),
    Field::new("post", Kind::Text, VIEW),
    Field::new("extra_post", Kind::Text, VIEW),
    Field::new("gender", Kind::Choice(GENDER), VIEW),
    Field::new("born_on", Kind::Date, VIEW).personal(),
    Field::new("birth_month", Kind::Choice(MONTHS), VIEW),
    Field::new("age", Kind::Number, VIEW),
    Field::new("category", Kind::Text, VIEW),
    Field::new("education", Kind::Text, VIEW),
    Field::new("institution", Kind::Text, VIEW),
    Field::new("speciality", Kind::Text, VIEW),
    Field::new("subjects", Kind::Text, VIEW),
    Field::new("hired_on", Kind::Date, VIEW).personal(),
    Field::new("works_here", Kind::Number, VIEW),
    Field::new("experience", Kind::Number, VIEW),
];

#[async_trait]
impl ReportSource for StaffRows {
    fn code(&self) -> &'static str {
        "staff"
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
        let sheets = sheets(tx, actor, query.today).await;
        let sheets = sheets.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(Rows::of(query, &sheets, |it, field| {
            value(it, field, query.today)
        }))
    }
}

async fn sheets(tx: &mut Tx, actor: &Actor, today: NaiveDate) -> Result<Vec<StaffSheet>, Error> {
    let reaches = actor.may(VIEW)?;
    let only = (!reaches.has(Reach::Org)).then_some(actor.person);
    Ok(store::staff_sheets(tx, only, today).await?)
}

fn value(it: &StaffSheet, field: &str, today: NaiveDate) -> Value {
    let years = |since: Option<NaiveDate>| {
        let years = since.and_then(|it| today.years_since(it));
        years.map_or(Value::Empty, Value::count)
    };
    match field {
        "name" => Value::text(&it.card.full()),
        "post" => Value::text(&it.post),
        "extra_post" => Value::text(&it.extra_post),
        "gender" => it
            .gender
            .map_or(Value::Empty, |it| Value::Choice(Gender::code(it))),
        "born_on" => it.card.born_on.into(),
        "birth_month" => it.card.born_on.map_or(Value::Empty, month),
        "age" => years(it.card.born_on),
        "category" => Value::text(&it.category),
        "education" => Value::text(&it.education),
        "institution" => Value::text(&it.institution),
        "speciality" => Value::text(&it.speciality),
        "subjects" => Value::text(&it.subjects),
        "hired_on" => it.hired_on.into(),
        "works_here" => years(it.hired_on),
        "experience" => years(it.experience_since),
        _ => Value::Empty,
    }
}

//! Columns that lists of people share. Their keys are the names of the fields,
//! so that a field error names its column.

use db::vault::Secret;
use intake::{Column, Kind, Record};

use crate::{Gender, PersonFields, RestrictedField};

const SHORT: usize = 200;
const LONG: usize = 1000;

/// Columns by the names of fields; the wanted ones in the order of `keys`.
pub fn columns(keys: &[&'static str]) -> Vec<Column> {
    keys.iter().map(|it| column(it)).collect()
}

fn column(key: &'static str) -> Column {
    match key {
        "last_name" | "first_name" => Column::new(key, Kind::Text(100)).required(),
        "middle_name" => Column::new(key, Kind::Text(100)),
        "gender" => Column::new(key, Kind::Choice(&["male", "female"])),
        "snils" => restricted(key, Kind::Digits(11), |it| checked("snils", it)),
        "inn" => restricted(key, Kind::Digits(12), |it| checked("inn", it)),
        "passport" => restricted(key, Kind::Digits(10), |it| checked("passport", it)),
        "birth_certificate" => restricted(key, Kind::Text(SHORT), |it| {
            checked("birth_certificate", it)
        }),
        "medical_policy" => restricted(key, Kind::Digits(16), |it| checked("medical_policy", it)),
        "consent" => Column::new(key, Kind::Flag),
        "shift" => Column::new(key, Kind::Choice(&["1", "2"])),
        "lives_at" | "registered_at" | "courses" | "awards" | "family" => {
            Column::new(key, Kind::Text(LONG))
        }
        key if key.ends_with("_on") || key.ends_with("_since") => Column::new(key, Kind::Date),
        _ => Column::new(key, Kind::Text(SHORT)),
    }
}

fn restricted(key: &'static str, kind: Kind, rule: web::import::Rule) -> Column {
    Column::new(key, kind).rule(rule)
}

fn checked(field: &str, value: &str) -> Result<(), &'static str> {
    RestrictedField::from_code(field).map_or(Ok(()), |it| it.checked(value).map(drop))
}

/// The common part of a card as far as the row says it.
pub fn person_fields(record: &Record) -> PersonFields {
    let text = |key: &str| record.text(key).to_owned();
    PersonFields {
        last_name: text("last_name"),
        first_name: text("first_name"),
        middle_name: record
            .values
            .contains_key("middle_name")
            .then(|| text("middle_name")),
        gender: record.choice("gender").and_then(Gender::from_code),
        born_on: record.date("born_on"),
        phone: text("phone"),
        mobile: text("mobile"),
        email: text("email"),
        lives_at: text("lives_at"),
        registered_at: text("registered_at"),
    }
}

/// The restricted values that the row holds.
pub fn restricted_values(record: &Record) -> Vec<(RestrictedField, Secret)> {
    let value = |it: RestrictedField| {
        let text = match record.date(it.code()) {
            Some(day) => day.to_string(),
            None => record.text(it.code()).to_owned(),
        };
        (!text.is_empty()).then(|| (it, Secret::new(text)))
    };
    RestrictedField::ALL.into_iter().filter_map(value).collect()
}

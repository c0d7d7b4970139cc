//! Columns that lists of people share. Their keys are the names of the fields,
//! so that a field error names its column.

use db::vault::Secret;
use intake::{Column, Kind, Record};
use kernel::checked::Passport;

use crate::{Citizenship, Gender, PersonFields, RestrictedField};

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
        // Whether control digits agree is looked at beside the card: old data is
        // taken with a warning (`ux.md` §6.5). The kind of a document decides how
        // its number is read.
        "snils" => Column::new(key, Kind::Digits(11)),
        "inn" => Column::new(key, Kind::Digits(12)),
        "passport" | "medical_policy" => Column::new(key, Kind::Document(SHORT)),
        "passport_kind" => Column::new(key, Kind::Choice(RestrictedField::PassportKind.kinds())),
        "birth_certificate_kind" => Column::new(
            key,
            Kind::Choice(RestrictedField::BirthCertificateKind.kinds()),
        ),
        "medical_policy_kind" => Column::new(
            key,
            Kind::Choice(RestrictedField::MedicalPolicyKind.kinds()),
        ),
        "consent" => Column::new(key, Kind::Flag),
        "citizenship" => Column::new(key, Kind::Choice(Citizenship::CODES)),
        "shift" => Column::new(key, Kind::Choice(&["1", "2"])),
        "lives_at" | "registered_at" | "courses" | "awards" | "family" => {
            Column::new(key, Kind::Text(LONG))
        }
        key if key.ends_with("_on") || key.ends_with("_since") => Column::new(key, Kind::Date),
        _ => Column::new(key, Kind::Text(SHORT)),
    }
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
        let text = restricted_text(record, it);
        (!text.is_empty()).then(|| (it, Secret::new(text)))
    };
    RestrictedField::ALL.into_iter().filter_map(value).collect()
}

fn restricted_text(record: &Record, field: RestrictedField) -> String {
    let key = field.code();
    if let Some(day) = record.date(key) {
        return day.to_string();
    }
    if let Some(code) = record.choice(key) {
        return code.to_owned();
    }
    match record.integer(key).and_then(|it| u64::try_from(it).ok()) {
        Some(number) => numeric(record, field, number),
        None => record.text(key).to_owned(),
    }
}

/// A cell that is a number lost its leading noughts; how many, only the form
/// of a Russian passport tells.
fn numeric(record: &Record, field: RestrictedField, number: u64) -> String {
    let kind = record.choice("passport_kind").unwrap_or_default();
    let is_russian =
        kind.is_empty() || RestrictedField::PassportKind.kinds().first() == Some(&kind);
    let whole = (field == RestrictedField::Passport && is_russian)
        .then(|| Passport::from_number(number).ok())
        .flatten();
    whole.map_or_else(|| number.to_string(), |it| it.digits().to_owned())
}

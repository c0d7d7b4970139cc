//! What every card has, whatever the person is here.

use chrono::{Datelike, NaiveDate};
use kernel::{
    Fault, PersonId,
    checked::{Email, Phone},
    names::{FullName, NameError, Part},
};
use serde::{Deserialize, Serialize};

use crate::{Card, Error, FieldError, Gender, NewPupil};

/// The common part of a card as it is typed or read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonFields {
    pub last_name: String,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub gender: Option<Gender>,
    pub born_on: Option<NaiveDate>,
    /// Домашний телефон.
    pub phone: String,
    pub mobile: String,
    pub email: String,
    /// Место жительства.
    pub lives_at: String,
    /// Место регистрации.
    pub registered_at: String,
}

/// The common part of a card as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    pub id: PersonId,
    #[serde(flatten)]
    pub fields: PersonFields,
    /// Counts every change of the card, whatever part of it.
    pub version: i32,
}

impl Person {
    /// What other domains show of the person.
    pub fn card(&self) -> Card {
        Card {
            id: self.id,
            last_name: self.fields.last_name.clone(),
            first_name: self.fields.first_name.clone(),
            middle_name: self.fields.middle_name.clone(),
            born_on: self.fields.born_on,
        }
    }
}

/// A checked common part, ready to be stored.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CleanPerson {
    #[serde(flatten)]
    pub(crate) fields: PersonFields,
    pub(crate) search_key: String,
}

impl PersonFields {
    /// Cleans what was typed: case of names, phones, gender by отчество.
    ///
    /// # Errors
    /// [`Error::Fields`] with everything that is wrong at once.
    pub(crate) fn clean(self, today: NaiveDate) -> Result<CleanPerson, Error> {
        let mut wrong = Vec::new();
        let mut fields = self;
        let name = fields.take_name(&mut wrong);
        fields.phone = phone("phone", &fields.phone, &mut wrong);
        fields.mobile = phone("mobile", &fields.mobile, &mut wrong);
        fields.email = email(&fields.email, &mut wrong);
        fields.lives_at = text("lives_at", &fields.lives_at, &mut wrong);
        fields.registered_at = text("registered_at", &fields.registered_at, &mut wrong);
        fields.check_birth(today, &mut wrong);
        match name {
            Some(name) if wrong.is_empty() => Ok(CleanPerson {
                fields,
                search_key: name.search_key(),
            }),
            _ => Err(Error::Fields(wrong)),
        }
    }

    fn take_name(&mut self, wrong: &mut Vec<FieldError>) -> Option<FullName> {
        let middle = self.middle_name.as_deref().unwrap_or_default();
        match FullName::new(&self.last_name, &self.first_name, middle) {
            Ok(name) => {
                name.last().clone_into(&mut self.last_name);
                name.first().clone_into(&mut self.first_name);
                self.middle_name = name.middle().map(str::to_owned);
                self.gender = self.gender.or_else(|| gender_of(&name));
                Some(name)
            }
            Err(it) => {
                wrong.push(name_error(it));
                None
            }
        }
    }

    fn check_birth(&self, today: NaiveDate, wrong: &mut Vec<FieldError>) {
        let Some(born_on) = self.born_on else { return };
        if today < born_on {
            wrong.push(FieldError::new("born_on", "people.date-in-future"));
        } else if born_on.year() < today.year() - 110 {
            wrong.push(FieldError::new("born_on", "people.date-too-early"));
        }
    }
}

fn gender_of(name: &FullName) -> Option<Gender> {
    name.gender().map(|it| match it {
        kernel::names::Gender::Male => Gender::Male,
        kernel::names::Gender::Female => Gender::Female,
    })
}

fn name_error(it: NameError) -> FieldError {
    let field = match it.part() {
        Part::Last => "last_name",
        Part::First => "first_name",
        Part::Middle => "middle_name",
    };
    FieldError::new(field, it.code())
}

/// A phone as it is dialled; empty stays empty.
pub(crate) fn phone(field: &'static str, typed: &str, wrong: &mut Vec<FieldError>) -> String {
    if typed.trim().is_empty() {
        return String::new();
    }
    Phone::parse(typed).map_or_else(
        |it| {
            wrong.push(FieldError::new(field, it.code()));
            String::new()
        },
        |it| it.compact(),
    )
}

fn email(typed: &str, wrong: &mut Vec<FieldError>) -> String {
    if typed.trim().is_empty() {
        return String::new();
    }
    Email::parse(typed).map_or_else(
        |it| {
            wrong.push(FieldError::new("email", it.code()));
            String::new()
        },
        |it| it.show().to_owned(),
    )
}

/// Longer texts are not facts of a card.
const LONGEST_TEXT: usize = 1000;

/// A free text without spaces around.
pub(crate) fn text(field: &'static str, typed: &str, wrong: &mut Vec<FieldError>) -> String {
    let text = typed.trim();
    if LONGEST_TEXT < text.chars().count() {
        wrong.push(FieldError::new(field, "people.too-long"));
    }
    text.to_owned()
}

impl From<&NewPupil> for PersonFields {
    fn from(it: &NewPupil) -> Self {
        Self {
            last_name: it.last_name.clone(),
            first_name: it.first_name.clone(),
            middle_name: it.middle_name.clone(),
            gender: it.gender,
            born_on: it.born_on,
            phone: it.phone.clone(),
            email: it.email.clone(),
            lives_at: it.lives_at.clone(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, 10).unwrap()
    }

    fn typed(last: &str, first: &str, middle: &str) -> PersonFields {
        PersonFields {
            last_name: last.into(),
            first_name: first.into(),
            middle_name: Some(middle.into()),
            ..PersonFields::default()
        }
    }

    #[test]
    fn names_are_cleaned_and_tell_the_gender() {
        let clean = typed(" ЁЛКИНА", "мария ", "петровна")
            .clean(today())
            .unwrap();
        assert_eq!(clean.fields.last_name, "Ёлкина");
        assert_eq!(clean.fields.gender, Some(Gender::Female));
        assert_eq!(clean.search_key, "елкина мария петровна");
        let none = typed("Ким", "Ён", " - ").clean(today()).unwrap();
        assert_eq!((none.fields.middle_name, none.fields.gender), (None, None));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = typed("", "Мария", "");
        fields.born_on = today().succ_opt();
        fields.phone = "позвоните".into();
        fields.email = "мария".into();
        let Err(Error::Fields(wrong)) = fields.clean(today()) else {
            panic!("was taken")
        };
        let names: Vec<&str> = wrong.iter().map(|it| it.field).collect();
        assert_eq!(names, ["last_name", "phone", "email", "born_on"]);
    }

    #[test]
    fn phones_are_stored_as_dialled() {
        let mut fields = typed("Ким", "Анна", "");
        fields.mobile = "8 (861) 312-34-56".into();
        let clean = fields.clean(today()).unwrap();
        assert_eq!(clean.fields.mobile, "+78613123456");
        assert_eq!(
            Phone::show_stored(&clean.fields.mobile),
            "+7\u{a0}(861)\u{a0}312-34-56".replace('\u{a0}', " ")
        );
    }
}

//! What a card has besides the common part, by what the person is here
//! (S2 annex 1).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, NewPupil, person};

/// Гражданство обучающегося.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Citizenship {
    /// Гражданин Российской Федерации, whatever other states say.
    #[serde(rename = "ru")]
    Russian,
    #[serde(rename = "foreign")]
    Foreign,
    /// Лицо без гражданства.
    #[serde(rename = "none")]
    Stateless,
}

impl Citizenship {
    pub const ALL: [Self; 3] = [Self::Russian, Self::Foreign, Self::Stateless];
    /// The codes of [`Citizenship::ALL`].
    pub const CODES: &'static [&'static str] = &["ru", "foreign", "none"];

    /// The name in the database, in forms and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Russian => "ru",
            Self::Foreign => "foreign",
            Self::Stateless => "none",
        }
    }

    /// The citizenship with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Карточка обучающегося; class and enrolment follow from the orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PupilFields {
    /// № личного дела.
    pub file_number: String,
    /// 0 where a list does not say it: then it stays, or is the first.
    pub shift: i16,
    pub foreign_language: String,
    /// Состав семьи.
    pub family: String,
    /// Наличие ПК дома; none where nobody asked.
    pub has_computer: Option<bool>,
    /// None where nobody asked.
    pub citizenship: Option<Citizenship>,
    /// Обучается на дому по медицинским показаниям; none where nobody asked.
    pub taught_at_home: Option<bool>,
}

impl Default for PupilFields {
    fn default() -> Self {
        Self {
            file_number: String::new(),
            shift: 1,
            foreign_language: String::new(),
            family: String::new(),
            has_computer: None,
            citizenship: None,
            taught_at_home: None,
        }
    }
}

/// Карточка родителя (законного представителя).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParentFields {
    pub education: String,
    pub workplace: String,
    /// Должность.
    pub job: String,
    pub work_phone: String,
}

/// Карточка работника.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffFields {
    /// Основная должность.
    pub post: String,
    pub extra_post: String,
    pub hired_on: Option<NaiveDate>,
    pub hire_order: String,
    pub category: String,
    pub education: String,
    pub institution: String,
    pub diploma_number: String,
    pub diploma_on: Option<NaiveDate>,
    pub speciality: String,
    pub courses: String,
    pub awards: String,
    /// Преподаваемые предметы.
    pub subjects: String,
    /// Учебная деятельность.
    pub activity: String,
    /// Since when the working life counts (трудовой стаж).
    pub experience_since: Option<NaiveDate>,
    pub family_status: String,
    pub dismissed_on: Option<NaiveDate>,
    pub dismissal_reason: String,
}

impl PupilFields {
    /// # Errors
    /// [`Error::Fields`] with everything that is wrong.
    pub(crate) fn clean(mut self) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        self.file_number = person::text("file_number", &self.file_number, &mut wrong);
        self.foreign_language =
            person::text("foreign_language", &self.foreign_language, &mut wrong);
        self.family = person::text("family", &self.family, &mut wrong);
        if self.shift == 0 {
            self.shift = 1;
        }
        if !(1..=2).contains(&self.shift) {
            wrong.push(FieldError::new("shift", "people.no-such-shift"));
        }
        done(self, wrong)
    }
}

impl ParentFields {
    /// # Errors
    /// [`Error::Fields`] with everything that is wrong.
    pub(crate) fn clean(mut self) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        self.education = person::text("education", &self.education, &mut wrong);
        self.workplace = person::text("workplace", &self.workplace, &mut wrong);
        self.job = person::text("job", &self.job, &mut wrong);
        self.work_phone = person::phone("work_phone", &self.work_phone, &mut wrong);
        done(self, wrong)
    }
}

impl StaffFields {
    /// # Errors
    /// [`Error::Fields`] with everything that is wrong.
    pub(crate) fn clean(mut self) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        for (field, value) in self.texts() {
            *value = person::text(field, value, &mut wrong);
        }
        if self.post.is_empty() {
            wrong.push(FieldError::new("post", "people.no-post"));
        }
        if self.leaves_before_coming() {
            wrong.push(FieldError::new(
                "dismissed_on",
                "people.dismissed-before-hired",
            ));
        }
        done(self, wrong)
    }

    fn leaves_before_coming(&self) -> bool {
        self.hired_on
            .zip(self.dismissed_on)
            .is_some_and(|(came, left)| left < came)
    }

    fn texts(&mut self) -> [(&'static str, &mut String); 14] {
        [
            ("post", &mut self.post),
            ("extra_post", &mut self.extra_post),
            ("hire_order", &mut self.hire_order),
            ("category", &mut self.category),
            ("education", &mut self.education),
            ("institution", &mut self.institution),
            ("diploma_number", &mut self.diploma_number),
            ("speciality", &mut self.speciality),
            ("courses", &mut self.courses),
            ("awards", &mut self.awards),
            ("subjects", &mut self.subjects),
            ("activity", &mut self.activity),
            ("family_status", &mut self.family_status),
            ("dismissal_reason", &mut self.dismissal_reason),
        ]
    }
}

fn done<T>(fields: T, wrong: Vec<FieldError>) -> Result<T, Error> {
    if wrong.is_empty() {
        Ok(fields)
    } else {
        Err(Error::Fields(wrong))
    }
}

impl From<&NewPupil> for PupilFields {
    fn from(it: &NewPupil) -> Self {
        Self {
            file_number: it.file_number.clone(),
            foreign_language: it.foreign_language.clone(),
            ..Self::default()
        }
    }
}

/// What a card has besides the common part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(
    clippy::large_enum_variant,
    reason = "one card at a time is held, never a list"
)]
pub enum Details {
    Pupil(PupilFields),
    Parent(ParentFields),
    Staff(StaffFields),
}

impl Details {
    /// Which kind of card it belongs to.
    pub const fn kind(&self) -> crate::CardKind {
        match self {
            Self::Pupil(_) => crate::CardKind::Pupil,
            Self::Parent(_) => crate::CardKind::Parent,
            Self::Staff(_) => crate::CardKind::Staff,
        }
    }

    pub(crate) fn clean(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Pupil(it) => Self::Pupil(it.clean()?),
            Self::Parent(it) => Self::Parent(it.clean()?),
            Self::Staff(it) => Self::Staff(it.clean()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes of the database are those of the card as it is sent and kept.
    #[test]
    fn a_citizenship_is_its_code() {
        assert_eq!(Citizenship::ALL.map(Citizenship::code), Citizenship::CODES);
        for it in Citizenship::ALL {
            assert_eq!(Citizenship::from_code(it.code()), Some(it));
            assert_eq!(serde_json::json!(it), it.code());
        }
        assert_eq!(Citizenship::from_code(""), None);
    }

    #[test]
    fn cleaning_leaves_unasked_what_nobody_asked() {
        let clean = PupilFields::default().clean().unwrap();
        assert_eq!((clean.citizenship, clean.taught_at_home), (None, None));
        let said = PupilFields {
            citizenship: Some(Citizenship::Stateless),
            taught_at_home: Some(false),
            ..PupilFields::default()
        };
        assert_eq!(said.clone().clean().unwrap(), said);
    }
}

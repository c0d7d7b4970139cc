//! What forms of federal statistics count of people (RPT-3).

use chrono::NaiveDate;

use crate::{Card, Citizenship, Gender, Person, PupilFields, StaffFields};

/// What forms of federal statistics count of a member of the staff (RPT-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRecord {
    pub card: Card,
    pub gender: Option<Gender>,
    pub post: String,
    pub category: String,
    pub education: String,
    pub experience_since: Option<NaiveDate>,
    pub hired_on: Option<NaiveDate>,
    pub dismissed_on: Option<NaiveDate>,
    pub dismissal_reason: String,
}

impl StaffRecord {
    pub(crate) fn of((person, it): (Person, StaffFields)) -> Self {
        Self {
            gender: person.fields.gender,
            card: person.card(),
            post: it.post,
            category: it.category,
            education: it.education,
            experience_since: it.experience_since,
            hired_on: it.hired_on,
            dismissed_on: it.dismissed_on,
            dismissal_reason: it.dismissal_reason,
        }
    }
}

/// What forms of federal statistics count of a pupil (RPT-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilRecord {
    pub card: Card,
    pub gender: Option<Gender>,
    pub foreign_language: String,
    pub citizenship: Option<Citizenship>,
    /// Обучается на дому.
    pub taught_at_home: Option<bool>,
}

impl PupilRecord {
    pub(crate) fn of((person, it): (Person, PupilFields)) -> Self {
        Self {
            gender: person.fields.gender,
            card: person.card(),
            foreign_language: it.foreign_language,
            citizenship: it.citizenship,
            taught_at_home: it.taught_at_home,
        }
    }
}

use chrono::NaiveDate;

use crate::{Card, Citizenship, Gender};

/// A pupil's card as reports ask for it (RPT-2): without restricted fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilSheet {
    pub card: Card,
    pub gender: Option<Gender>,
    pub lives_at: String,
    pub registered_at: String,
    pub file_number: String,
    pub shift: i16,
    pub foreign_language: String,
    /// Состав семьи.
    pub family: String,
    pub has_computer: Option<bool>,
    pub citizenship: Option<Citizenship>,
    /// Обучается на дому.
    pub taught_at_home: Option<bool>,
}

/// A card of the staff as reports ask for it: without restricted fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StaffSheet {
    pub(crate) card: Card,
    pub(crate) gender: Option<Gender>,
    pub(crate) post: String,
    pub(crate) extra_post: String,
    pub(crate) category: String,
    pub(crate) education: String,
    pub(crate) institution: String,
    pub(crate) speciality: String,
    pub(crate) subjects: String,
    pub(crate) hired_on: Option<NaiveDate>,
    pub(crate) experience_since: Option<NaiveDate>,
}

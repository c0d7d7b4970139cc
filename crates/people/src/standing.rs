use chrono::NaiveDate;
use kernel::PersonId;
use serde::Serialize;

/// What somebody is here: how long the card is kept hangs on it (152-FZ).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub is_pupil: bool,
    pub is_staff: bool,
    /// Of the staff; none: at work.
    pub dismissed_on: Option<NaiveDate>,
    pub is_parent: bool,
    /// Of a parent, also those whose kinship was ended.
    pub children: Vec<PersonId>,
    /// Parents of a pupil, also former ones.
    pub family: Vec<PersonId>,
    /// When the card itself was last touched.
    pub changed_on: NaiveDate,
}

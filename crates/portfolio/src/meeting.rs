//! Родительские собрания with minutes and who came (S1:4).

use chrono::NaiveDate;
use kernel::{ClassId, PersonId};

use crate::Error;

kernel::id!(/// A meeting of parents.
    MeetingId);

/// What is said of a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingFields {
    /// None for a meeting of the whole school.
    pub class: Option<ClassId>,
    pub held_on: NaiveDate,
    /// «18:30», as it is announced.
    pub starts_at: String,
    pub place: String,
    pub topic: String,
    pub agenda: String,
    /// The number of the minutes.
    pub number: String,
    pub minutes: String,
    pub decision: String,
}

impl MeetingFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = !self.topic.is_empty()
            && short(&self.topic, 300)
            && short(&self.starts_at, 20)
            && short(&self.place, 200)
            && short(&self.agenda, 4000)
            && short(&self.number, 40)
            && short(&self.minutes, 20_000)
            && short(&self.decision, 4000);
        if texts { Ok(()) } else { Err(Error::BadFields) }
    }
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub id: MeetingId,
    pub fields: MeetingFields,
    /// How many families came, and of how many it is known.
    pub came: i64,
    pub of: i64,
    pub version: i32,
}

/// Whether the family of a pupil came; none where nobody has said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyVisit {
    pub pupil: PersonId,
    pub name: String,
    pub came: Option<bool>,
}

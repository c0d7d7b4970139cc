//! Кружки и секции (S1:4).

use chrono::NaiveDate;
use kernel::PersonId;

use crate::{Error, codes::codes};

kernel::id!(/// A club or a section.
    ClubId);

codes! {
    /// Направленность by the order on additional education.
    Direction {
        Technical = "technical",
        Science = "science",
        Sport = "sport",
        Art = "art",
        Tourism = "tourism",
        Social = "social",
    }
}

/// What is said of a club.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubFields {
    pub name: String,
    pub direction: Direction,
    pub leader: Option<PersonId>,
    /// «вт, чт 15:00–16:30»
    pub schedule: String,
    pub place: String,
    pub seats: Option<i16>,
    pub paid: bool,
    pub note: String,
    /// Works no more.
    pub closed: bool,
}

impl ClubFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = !self.name.is_empty()
            && short(&self.name, 200)
            && short(&self.schedule, 300)
            && short(&self.place, 200)
            && short(&self.note, 1000);
        if !texts || !self.seats.is_none_or(|it| (1..=999).contains(&it)) {
            return Err(Error::BadFields);
        }
        Ok(())
    }
}

/// A club.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Club {
    pub id: ClubId,
    pub fields: ClubFields,
    /// How many are in it now.
    pub members: i64,
    pub version: i32,
}

/// A pupil of a club.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClubMember {
    pub pupil: PersonId,
    pub since: NaiveDate,
    /// How many of the days since then the pupil came to, and of how many.
    pub came: i64,
    pub of: i64,
}

/// A day of a club.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClubDay {
    pub held_on: NaiveDate,
    pub topic: String,
    pub came: i64,
    pub of: i64,
}

/// A club that somebody goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    pub name: String,
    pub schedule: String,
    pub since: NaiveDate,
    pub until: Option<NaiveDate>,
}

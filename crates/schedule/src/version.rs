//! Versions of the timetable with the days they are in force.

use chrono::NaiveDate;

use crate::slot::VersionId;

/// A version of the timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: VersionId,
    pub state: State,
    /// Grows with every change of its hours.
    pub revision: i32,
    pub since: NaiveDate,
    /// The last day in force.
    pub until: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Draft,
    Published,
    /// Was to come into force, but another was published before.
    Replaced,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Replaced];

    /// The name in the database and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Replaced => "replaced",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

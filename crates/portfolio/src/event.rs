//! Мероприятия: what the school holds, who took part, what came of it (PPL-8).

use chrono::NaiveDate;
use kernel::PersonId;

use crate::{EntryId, EntryKind, Error, Level, Prize};

kernel::id!(/// An event of the school.
    EventId);

/// What is said of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFields {
    pub name: String,
    /// The kind that its results have in portfolios.
    pub kind: EntryKind,
    pub level: Option<Level>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub place: String,
    pub responsible: Option<PersonId>,
    pub note: String,
}

impl EventFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = !self.name.is_empty()
            && short(&self.name, 200)
            && short(&self.place, 200)
            && short(&self.note, 4000);
        if !texts {
            return Err(Error::BadFields);
        }
        if self.ends_on < self.starts_on {
            return Err(Error::EndsBeforeItBegins);
        }
        Ok(())
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub fields: EventFields,
    pub participants: i64,
    /// How many of them have a result.
    pub results: i64,
    pub version: i32,
}

/// Who took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participant {
    pub pupil: PersonId,
    pub prize: Option<Prize>,
    /// The entry of the portfolio that came of it.
    pub entry: Option<EntryId>,
}

//! An entry of a portfolio: an achievement, a project, a work (PPL-8).

use chrono::NaiveDate;
use kernel::PersonId;

use crate::{Error, codes::codes};

kernel::id!(/// An entry of somebody's portfolio.
    EntryId);

codes! {
    /// What an entry tells of.
    EntryKind {
        Olympiad = "olympiad",
        Competition = "competition",
        Sport = "sport",
        Creativity = "creativity",
        Project = "project",
        Publication = "publication",
        Volunteering = "volunteering",
        /// Методическая разработка.
        Methodical = "methodical",
        OpenLesson = "open_lesson",
        /// Выступление на семинаре, конференции.
        Talk = "talk",
        /// Внеурочная работа по предмету.
        Extracurricular = "extracurricular",
        Award = "award",
        Other = "other",
    }
}

impl EntryKind {
    const OF_PUPILS: &'static [Self] = &[
        Self::Olympiad,
        Self::Competition,
        Self::Sport,
        Self::Creativity,
        Self::Project,
        Self::Publication,
        Self::Volunteering,
        Self::Other,
    ];
    const OF_STAFF: &'static [Self] = &[
        Self::Methodical,
        Self::OpenLesson,
        Self::Talk,
        Self::Publication,
        Self::Project,
        Self::Competition,
        Self::Extracurricular,
        Self::Award,
        Self::Other,
    ];

    /// The kinds that such a person has.
    pub const fn of(owner: Owner) -> &'static [Self] {
        match owner {
            Owner::Pupil(_) => Self::OF_PUPILS,
            Owner::Staff(_) => Self::OF_STAFF,
        }
    }
}

codes! {
    /// How far it went; the order is that of the reports.
    Level {
        School = "school",
        Municipal = "municipal",
        Regional = "regional",
        Federal = "federal",
        International = "international",
    }
}

codes! {
    /// What was reached.
    Prize {
        Winner = "winner",
        Runner = "runner",
        Laureate = "laureate",
        Diploma = "diploma",
        Participant = "participant",
    }
}

impl Prize {
    /// A winner or a prizewinner: what reports count apart.
    pub const fn is_won(self) -> bool {
        matches!(self, Self::Winner | Self::Runner | Self::Laureate)
    }
}

codes! {
    /// Whether the class teacher has looked at it.
    EntryState {
        Proposed = "proposed",
        Confirmed = "confirmed",
        Refused = "refused",
    }
}

/// Whose portfolio it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    Pupil(PersonId),
    Staff(PersonId),
}

impl Owner {
    pub const fn person(self) -> PersonId {
        match self {
            Self::Pupil(it) | Self::Staff(it) => it,
        }
    }

    pub const fn is_pupil(self) -> bool {
        matches!(self, Self::Pupil(_))
    }
}

/// What is said of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFields {
    pub kind: EntryKind,
    /// None where a level makes no sense, as with a project of a lesson.
    pub level: Option<Level>,
    pub prize: Option<Prize>,
    pub title: String,
    /// Where, or who held it.
    pub place: String,
    pub held_on: NaiveDate,
    /// The teacher who prepared the pupil.
    pub prepared_by: Option<PersonId>,
    pub note: String,
}

impl EntryFields {
    /// Whether it can be said of that owner, as of today.
    pub(crate) fn check(&self, owner: Owner, today: NaiveDate) -> Result<(), Error> {
        if !EntryKind::of(owner).contains(&self.kind) {
            return Err(Error::BadFields);
        }
        if self.held_on > today || chrono::Datelike::year(&self.held_on) < 1950 {
            return Err(Error::BadDay);
        }
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = short(&self.title, 300) && short(&self.place, 300) && short(&self.note, 2000);
        if self.title.is_empty() || !texts {
            return Err(Error::BadFields);
        }
        Ok(())
    }
}

/// An entry of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: EntryId,
    pub owner: Owner,
    pub fields: EntryFields,
    pub state: EntryState,
    /// Why it was refused.
    pub reason: String,
    pub proposed_by: PersonId,
    pub decided_by: Option<PersonId>,
    /// How many files hang on it.
    pub files: i64,
    pub version: i32,
}

/// What the actor may do with the entries of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Confirms and changes everything: the class teacher, or the owner of a
    /// portfolio of staff.
    pub keeps: bool,
    /// May bring something, which waits.
    pub proposes: bool,
}

impl Standing {
    /// The state of something that the actor enters.
    pub const fn state(self) -> EntryState {
        if self.keeps {
            EntryState::Confirmed
        } else {
            EntryState::Proposed
        }
    }

    /// Whoever brought an entry changes it until it is confirmed.
    pub fn changes(self, entry: &Entry, actor: PersonId) -> bool {
        let own = self.proposes && entry.proposed_by == actor;
        self.keeps || own && entry.state != EntryState::Confirmed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(state: EntryState) -> Entry {
        Entry {
            id: 1.into(),
            owner: Owner::Pupil(11.into()),
            fields: EntryFields {
                kind: EntryKind::Olympiad,
                level: Some(Level::School),
                prize: Some(Prize::Winner),
                title: "Олимпиада".to_owned(),
                place: String::new(),
                held_on: day(10),
                prepared_by: None,
                note: String::new(),
            },
            state,
            reason: String::new(),
            proposed_by: 21.into(),
            decided_by: None,
            files: 0,
            version: 1,
        }
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    /// PPL-8: a family changes what waits and not what was confirmed.
    #[test]
    fn who_brought_it_changes_it_until_it_is_confirmed() {
        let family = Standing {
            keeps: false,
            proposes: true,
        };
        let (mother, other) = (21.into(), 22.into());
        assert!(family.changes(&entry(EntryState::Proposed), mother));
        assert!(family.changes(&entry(EntryState::Refused), mother));
        assert!(!family.changes(&entry(EntryState::Confirmed), mother));
        assert!(!family.changes(&entry(EntryState::Proposed), other));
    }

    #[test]
    fn an_entry_is_of_a_kind_of_its_owner_and_not_of_tomorrow() {
        let mut fields = entry(EntryState::Proposed).fields;
        let pupil = Owner::Pupil(11.into());
        assert!(fields.check(pupil, day(10)).is_ok());
        assert!(matches!(fields.check(pupil, day(9)), Err(Error::BadDay)));
        assert!(fields.check(Owner::Staff(1.into()), day(10)).is_err());
        fields.title.clear();
        assert!(fields.check(pupil, day(10)).is_err());
    }
}

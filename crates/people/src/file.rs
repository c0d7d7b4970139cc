//! Personal files (личные дела) as deadlines look at them: what the regulation
//! asks of a card, and what is not there (S3:5.4–5.5).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::PersonId;
use serde::Deserialize;

use crate::consent::age;

/// From this age on the passport takes the place of the birth certificate.
const PASSPORT_AT: i32 = 14;

/// The card of a pupil.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PupilFile {
    pub pupil: PersonId,
    pub born_on: Option<NaiveDate>,
    pub entered_at: DateTime<Utc>,
    /// Parents in force.
    pub parents: Vec<PersonId>,
    /// A consent to the processing of personal data is in force.
    pub consents: bool,
    /// Every empty field that the regulation names, whoever needs it.
    pub(crate) empty: Vec<String>,
}

/// A field that the regulation names, and who may fill it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Needed {
    code: &'static str,
    /// Only the office fills it, on the ground of a consent or a law.
    restricted: bool,
}

const fn open(code: &'static str) -> Needed {
    Needed {
        code,
        restricted: false,
    }
}

const fn restricted(code: &'static str) -> Needed {
    Needed {
        code,
        restricted: true,
    }
}

const ALWAYS: [Needed; 7] = [
    open("gender"),
    open("born_on"),
    open("file_number"),
    open("lives_at"),
    open("family"),
    open("parents"),
    restricted("social_status"),
];

impl PupilFile {
    /// What the regulation asks of this card (S3:5.5): a passport from 14 on,
    /// a foreign language from grade 2 on.
    fn needed(&self, grade: i16, today: NaiveDate) -> Vec<Needed> {
        let mut needed = ALWAYS.to_vec();
        let is_grown = self.born_on.is_some_and(|it| age(it, today) >= PASSPORT_AT);
        needed.push(restricted(if is_grown {
            "passport"
        } else {
            "birth_certificate"
        }));
        if grade > 1 {
            needed.push(open("foreign_language"));
        }
        needed
    }

    fn is_empty(&self, code: &str) -> bool {
        self.empty.iter().any(|it| it == code)
    }

    /// Whether the personal file was opened: it has a number.
    pub fn is_opened(&self) -> bool {
        !self.is_empty("file_number")
    }

    /// The codes of what is missing, of how many fields, and whether the
    /// class teacher may fill any of it.
    pub fn lacks(&self, grade: i16, today: NaiveDate) -> Lacks {
        let needed = self.needed(grade, today);
        let missing: Vec<Needed> = needed
            .iter()
            .filter(|it| self.is_empty(it.code))
            .copied()
            .collect();
        Lacks {
            of: u32::try_from(needed.len()).unwrap_or(u32::MAX),
            only_restricted: missing.iter().all(|it| it.restricted),
            codes: missing.into_iter().map(|it| it.code).collect(),
        }
    }
}

/// What a card lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacks {
    pub codes: Vec<&'static str>,
    pub of: u32,
    /// Nothing is missing that a class teacher could fill.
    pub only_restricted: bool,
}

/// The card of somebody of the staff, dismissed ones too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WorkerFile {
    pub person: PersonId,
    pub hired_on: Option<NaiveDate>,
    /// The first day on which they do not work here any more.
    pub dismissed_on: Option<NaiveDate>,
    pub entered_at: DateTime<Utc>,
    /// A consent to the processing of personal data is in force.
    pub consents: bool,
    /// The codes of fields that make a card and are empty.
    pub empty: Vec<String>,
}

impl WorkerFile {
    /// Whether the person works here on the day.
    pub fn works_on(&self, day: NaiveDate) -> bool {
        self.dismissed_on.is_none_or(|it| day < it)
    }

    /// The day on which they came: of the order, or else of the card.
    pub fn came_on(&self, own: &org::Organisation) -> NaiveDate {
        self.hired_on.unwrap_or_else(|| own.day(self.entered_at))
    }
}

/// The files of all staff and pupils, former ones too.
#[derive(Clone, Debug, Default)]
pub struct Files {
    workers: HashMap<PersonId, WorkerFile>,
    pupils: HashMap<PersonId, PupilFile>,
}

impl Files {
    pub(crate) fn of(workers: Vec<WorkerFile>, pupils: Vec<PupilFile>) -> Self {
        let with_parents = |mut it: PupilFile| {
            if it.parents.is_empty() {
                it.empty.push("parents".to_owned());
            }
            (it.pupil, it)
        };
        Self {
            workers: workers.into_iter().map(|it| (it.person, it)).collect(),
            pupils: pupils.into_iter().map(with_parents).collect(),
        }
    }

    /// Everybody who works here on the day, unordered.
    pub fn workers_on(&self, day: NaiveDate) -> impl Iterator<Item = &WorkerFile> {
        self.workers.values().filter(move |it| it.works_on(day))
    }

    /// Whether the person works here on the day.
    pub fn works_on(&self, person: PersonId, day: NaiveDate) -> bool {
        let found = self.workers.get(&person);
        found.is_some_and(|it| it.works_on(day))
    }

    /// The file of a pupil.
    pub fn pupil(&self, id: PersonId) -> Option<&PupilFile> {
        self.pupils.get(&id)
    }

    /// The files of all pupils, unordered.
    pub fn pupils(&self) -> impl Iterator<Item = &PupilFile> {
        self.pupils.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn file(born: &str, empty: &[&str]) -> PupilFile {
        PupilFile {
            pupil: 1.into(),
            born_on: Some(day(born)),
            entered_at: DateTime::default(),
            parents: vec![],
            consents: true,
            empty: empty.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    /// S3:5.5: the passport is asked for from 14 on, the certificate before.
    #[test]
    fn the_paper_depends_on_the_age() {
        let none = ["passport", "birth_certificate"];
        let lacks = |born| file(born, &none).lacks(8, day("2026-09-15")).codes;
        assert_eq!(lacks("2012-09-15"), ["passport"]);
        assert_eq!(lacks("2012-09-16"), ["birth_certificate"]);
    }

    #[test]
    fn grade_1_learns_no_foreign_language_yet() {
        let file = file("2019-05-05", &["foreign_language", "social_status"]);
        let first = file.lacks(1, day("2026-09-15"));
        assert_eq!((first.codes, first.of), (vec!["social_status"], 8));
        assert!(first.only_restricted);
        let second = file.lacks(2, day("2026-09-15"));
        assert_eq!((second.codes.len(), second.of), (2, 9));
        assert!(!second.only_restricted);
    }
}

//! A school as it is made up, before it becomes rows. Things point at each
//! other by their place in the lists of [`School`].

use std::sync::Arc;

use chrono::NaiveDate;
use db::vault::Keyring;
use kernel::names::FullName;

use crate::{
    calendar::Calendar,
    names::Names,
    subjects::{Kind, Subject, Topics},
};

/// What all schools are made of.
pub(crate) struct Kit {
    pub(crate) names: Names,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) topics: Topics,
    /// The master keys of sealed values.
    pub(crate) keys: Arc<Keyring>,
}

impl Kit {
    pub(crate) fn read(keys: Arc<Keyring>) -> Self {
        Self {
            names: Names::read(),
            subjects: crate::subjects::subjects(),
            kinds: crate::subjects::kinds(),
            topics: Topics::read(),
            keys,
        }
    }
}

/// How large a school is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Large,
    /// Exactly 892 pupils, nobody comes or goes.
    Measured,
    Rural,
}

/// A school on the map.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) org: i64,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) number: String,
    pub(crate) size: Size,
    pub(crate) district: usize,
    /// «г. Крымск», «ст-ца Гостагаевская».
    pub(crate) locality: String,
    pub(crate) street: &'static str,
    pub(crate) house: i64,
}

/// The days that matter.
pub(crate) struct Days {
    pub(crate) calendar: Calendar,
    /// The archived year before.
    pub(crate) before: Option<Calendar>,
    /// The last school day not after today: its journal is being filled.
    pub(crate) current: NaiveDate,
    /// Lessons that ended by then are filled.
    pub(crate) until: chrono::NaiveDateTime,
}

pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: FullName,
    pub(crate) male: bool,
    pub(crate) born: NaiveDate,
    pub(crate) mobile: String,
    pub(crate) address: String,
}

/// Somebody who works at the school.
pub(crate) struct Worker {
    pub(crate) person: Person,
    pub(crate) post: &'static str,
    pub(crate) role: kernel::Role,
    /// The family of subjects of a teacher.
    pub(crate) family: Option<&'static str>,
    pub(crate) room: Option<i64>,
}

/// Categories that attestations gave, more often the frequent ones: the code
/// of the register and the name on the card.
const CATEGORIES: [(&str, &str); 5] = [
    ("highest", "Высшая"),
    ("first", "Первая"),
    ("fit", "Соответствие занимаемой должности"),
    ("highest", "Высшая"),
    ("first", "Первая"),
];

impl Worker {
    /// What the last attestation of a teacher gave; every sixth has none.
    pub(crate) fn category(&self) -> Option<(&'static str, &'static str)> {
        self.family?;
        let at = usize::try_from(self.person.id % 6).ok()?;
        CATEGORIES.get(at).copied()
    }
}

pub(crate) struct Class {
    pub(crate) id: i64,
    pub(crate) grade: i16,
    pub(crate) letter: &'static str,
    pub(crate) shift: i16,
    /// Pupils on the first day.
    pub(crate) size: usize,
    /// The class teacher, among the workers.
    pub(crate) teacher: usize,
}

impl Class {
    pub(crate) fn name(&self) -> String {
        format!("{}{}", self.grade, self.letter)
    }

    /// Whether languages, informatics and labour are taught in halves.
    pub(crate) const fn is_split(&self) -> bool {
        self.size >= 25
    }
}

pub(crate) struct Pupil {
    pub(crate) person: Person,
    pub(crate) class: usize,
    pub(crate) since: NaiveDate,
    /// The first day no longer here.
    pub(crate) until: Option<NaiveDate>,
    pub(crate) family: usize,
    /// What the pupil usually earns, 2…5.
    pub(crate) ability: f64,
}

impl Pupil {
    pub(crate) fn is_here(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day < it)
    }
}

pub(crate) struct Parent {
    pub(crate) person: Person,
    pub(crate) kind: &'static str,
    pub(crate) family: usize,
}

pub(crate) struct Group {
    pub(crate) id: i64,
    pub(crate) class: usize,
    pub(crate) subject: usize,
    pub(crate) part: i16,
    /// Pupils, by place.
    pub(crate) members: Vec<usize>,
}

pub(crate) struct Load {
    pub(crate) id: i64,
    pub(crate) class: usize,
    pub(crate) subject: usize,
    /// 1 or 2 where the class is split for the subject.
    pub(crate) part: Option<i16>,
    pub(crate) group: Option<usize>,
    pub(crate) teacher: usize,
    pub(crate) hours: u8,
    pub(crate) plan: usize,
}

/// A КТП with the ids of its lessons.
pub(crate) struct StudyPlan {
    pub(crate) id: i64,
    pub(crate) subject: usize,
    pub(crate) grade: i16,
    pub(crate) teacher: usize,
    pub(crate) items: Vec<(i64, crate::subjects::Item)>,
}

/// An hour of the week. `number` counts from 1 inside the shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// 0 is Monday.
    pub(crate) weekday: u8,
    pub(crate) number: u8,
}

pub(crate) struct School {
    pub(crate) site: Site,
    pub(crate) year: i64,
    pub(crate) subject_ids: Vec<i64>,
    pub(crate) kind_ids: Vec<i64>,
    pub(crate) workers: Vec<Worker>,
    pub(crate) classes: Vec<Class>,
    pub(crate) pupils: Vec<Pupil>,
    pub(crate) parents: Vec<Parent>,
    pub(crate) groups: Vec<Group>,
    pub(crate) loads: Vec<Load>,
    pub(crate) plans: Vec<StudyPlan>,
    /// Hours of the week of each load.
    pub(crate) timetable: Vec<Vec<Slot>>,
}

impl School {
    /// The first worker of that role.
    pub(crate) fn of_role(&self, role: kernel::Role) -> &Worker {
        self.workers
            .iter()
            .find(|it| it.role == role)
            .unwrap_or(&self.workers[0])
    }

    pub(crate) fn class_named(&self, grade: i16, letter: &str) -> usize {
        self.classes
            .iter()
            .position(|it| it.grade == grade && it.letter == letter)
            .unwrap_or(0)
    }
}

//! Whole years with everything they set, as deadlines look at them.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use kernel::{ClassId, GroupId, PersonId, SubjectId};
use serde::Deserialize;

use crate::{Class, Holiday, Load, LoadId, Period, PeriodKind, PlanId, Year};

/// The years of a school.
#[derive(Clone, Debug, Deserialize)]
pub struct Study {
    /// Every year there is, in order.
    pub all: Vec<Year>,
    /// Those that are asked about.
    pub years: Vec<StudyYear>,
}

/// A year with everything it set.
#[derive(Clone, Debug, Deserialize)]
pub struct StudyYear {
    pub year: Year,
    /// In the order of time.
    pub periods: Vec<Period>,
    pub holidays: Vec<Holiday>,
    /// In the order 1А … 11Б.
    pub classes: Vec<Class>,
    pub loads: Vec<Load>,
    pub plans: Vec<Planned>,
    pub groups: Vec<GroupPupils>,
    /// Subjects in which nobody gets a final mark.
    #[serde(default)]
    pub without_marks: HashSet<SubjectId>,
}

/// The plan that a row of load follows, with so many lessons. A plan without
/// any is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Planned {
    pub load: LoadId,
    pub plan: PlanId,
    pub items: u32,
}

/// Who is in a subgroup.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct GroupPupils {
    pub group: GroupId,
    pub pupils: HashSet<PersonId>,
}

impl Study {
    /// All classes of the years asked about, preschool groups among them.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.years.iter().flat_map(|it| &it.classes)
    }

    /// A class with the year it belongs to.
    pub fn class(&self, id: ClassId) -> Option<(&StudyYear, &Class)> {
        let mut classes = self
            .years
            .iter()
            .flat_map(|year| year.classes.iter().map(move |it| (year, it)));
        classes.find(|it| it.1.id == id)
    }
}

impl StudyYear {
    /// The calendar year in which it starts: what keys of facts begin with.
    pub fn number(&self) -> i32 {
        self.year.starts_on.year()
    }

    /// The classes that have lessons: groups of a kindergarten (grade 0) have none.
    pub fn taught_classes(&self) -> impl Iterator<Item = &Class> {
        self.classes.iter().filter(|it| it.grade > 0)
    }

    /// The periods for marks of a parallel; the year itself is not among them.
    pub fn terms(&self, grade: i16) -> impl Iterator<Item = &Period> {
        self.periods
            .iter()
            .filter(move |it| it.kind != PeriodKind::Year && it.grades.contains(&grade))
    }

    /// The last day of studies of a parallel.
    pub fn ends_on(&self, grade: i16) -> NaiveDate {
        let year = self
            .periods
            .iter()
            .find(|it| it.kind == PeriodKind::Year && it.grades.contains(&grade));
        year.map(|it| it.ends_on)
            .or_else(|| self.terms(grade).map(|it| it.ends_on).max())
            .unwrap_or(self.year.ends_on)
    }

    /// The day, or the nearest one of the year.
    pub fn day(&self, today: NaiveDate) -> NaiveDate {
        today.clamp(self.year.starts_on, self.year.ends_on)
    }

    /// Whether the pupil is in the group; everybody is in the whole class.
    pub fn is_in(&self, group: Option<GroupId>, pupil: PersonId) -> bool {
        group.is_none_or(|group| {
            let found = self.groups.iter().find(|it| it.group == group);
            found.is_some_and(|it| it.pupils.contains(&pupil))
        })
    }

    /// The plan that a row of load follows.
    pub fn plan_of(&self, load: LoadId) -> Option<Planned> {
        self.plans.iter().find(|it| it.load == load).copied()
    }
}

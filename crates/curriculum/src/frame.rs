//! All that surrounds the lessons of one class, in one statement: the journal,
//! the diary and reports open with it.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use kernel::{GroupId, PersonId, SubjectId};
use serde::Deserialize;

use crate::{Class, Group, Holiday, Load, Period, PeriodKind, Subject, WorkKind, Year};

/// A class with its year and everything the year set for it.
#[derive(Clone, Debug, Deserialize)]
pub struct Frame {
    pub class: Class,
    pub year: Year,
    /// Periods and holidays of the class's parallel only.
    pub periods: Vec<Period>,
    pub holidays: Vec<Holiday>,
    /// Every subject that the class has in its load, by name.
    pub subjects: Vec<Subject>,
    pub work_kinds: Vec<WorkKind>,
    pub loads: Vec<Load>,
    pub groups: Vec<Group>,
    pub group_members: Vec<GroupMember>,
}

/// A pupil of a subgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct GroupMember {
    pub group: GroupId,
    pub pupil: PersonId,
}

impl Frame {
    pub fn subject(&self, id: SubjectId) -> Option<&Subject> {
        self.subjects.iter().find(|it| it.id == id)
    }

    /// The periods for marks in order; the year itself is not among them.
    pub fn terms(&self) -> impl Iterator<Item = &Period> {
        self.periods.iter().filter(|it| it.kind != PeriodKind::Year)
    }

    /// The period of marks that the day belongs to; in holidays the one before,
    /// before the year the first.
    pub fn term_on(&self, day: NaiveDate) -> Option<&Period> {
        self.terms()
            .filter(|it| it.starts_on <= day)
            .last()
            .or_else(|| self.terms().next())
    }

    /// The groups that the pupil is in.
    pub fn groups_of(&self, pupil: PersonId) -> impl Iterator<Item = GroupId> {
        self.group_members
            .iter()
            .filter(move |it| it.pupil == pupil)
            .map(|it| it.group)
    }

    /// Whether the group is taught to the pupil; `None` is the whole class.
    pub fn taught(&self, pupil: PersonId, group: Option<GroupId>) -> bool {
        group.is_none_or(|group| self.groups_of(pupil).any(|it| it == group))
    }

    /// Whether the teacher has the subject in this class, or in this group of it, on the day.
    pub fn teaches(
        &self,
        teacher: PersonId,
        subject: SubjectId,
        group: Option<GroupId>,
        day: NaiveDate,
    ) -> bool {
        self.loads.iter().any(|it| {
            it.teacher == teacher
                && it.subject == subject
                && (it.group.is_none() || group.is_none() || it.group == group)
                && it.days().contains(&day)
        })
    }
}

impl Load {
    /// The days on which the load is in force.
    pub fn days(&self) -> RangeInclusive<NaiveDate> {
        self.since..=self.until
    }
}

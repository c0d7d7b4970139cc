//! Who was there, lesson by lesson: what reports of attendance are made of.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::{AddAssign, RangeInclusive},
};

use chrono::NaiveDate;
use curriculum::Class;
use journal::{Attendance, HeldLesson, Missed};
use kernel::{GroupId, LessonId, PersonId, SubjectId};
use rust_decimal::Decimal;

/// A class over some days.
#[derive(Clone, Debug)]
pub struct Presence {
    pub class: Class,
    /// Lessons that take place, by day.
    pub lessons: Vec<HeldLesson>,
    /// Everybody who was in the class on one of the days, in the order of the list.
    pub pupils: Vec<Attendee>,
    /// Names of the subjects that are taught.
    pub subjects: Vec<(SubjectId, String)>,
}

/// A pupil of the class.
#[derive(Clone, Debug)]
pub struct Attendee {
    pub id: PersonId,
    /// «Егорова Анна»
    pub name: String,
    /// First and last days in the class.
    pub stays: Vec<(NaiveDate, Option<NaiveDate>)>,
    pub groups: HashSet<GroupId>,
    pub noted: HashMap<LessonId, Attendance>,
}

impl Attendee {
    /// Whether the pupil was to be at the lesson: of the class on that day and
    /// of the group, or noted there by a teacher who knew better.
    pub fn has(&self, lesson: &HeldLesson) -> bool {
        let here = |it: &(NaiveDate, Option<NaiveDate>)| {
            it.0 <= lesson.on && it.1.is_none_or(|last| lesson.on <= last)
        };
        let of_group = lesson.group.is_none_or(|it| self.groups.contains(&it));
        self.noted.contains_key(&lesson.id) || (of_group && self.stays.iter().any(here))
    }

    /// What the pupil made of these lessons.
    pub fn kept<'a>(&self, lessons: impl IntoIterator<Item = &'a HeldLesson>) -> Kept {
        let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
        let mut kept = Kept::default();
        for lesson in lessons.into_iter().filter(|it| self.has(it)) {
            let noted = self.noted.get(&lesson.id).copied().unwrap_or_default();
            kept.lessons += 1;
            kept.missed.add(noted, 1);
            let day = days.entry(lesson.on).or_default();
            day.lessons += 1;
            day.missed += u32::from(noted.missed());
            day.ill += u32::from(noted == Attendance::Ill);
        }
        for day in days.values().filter(|it| it.missed == it.lessons) {
            kept.days += 1;
            kept.ill_days += u32::from(day.ill == day.lessons);
        }
        kept
    }

    /// Whether the last day in the class is before that day.
    pub fn left_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        let last = self
            .stays
            .iter()
            .map(|it| it.1)
            .max_by_key(|it| it.unwrap_or(NaiveDate::MAX));
        last.flatten().filter(|it| *it < day)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Day {
    lessons: u32,
    missed: u32,
    ill: u32,
}

/// What somebody made of some lessons (§1.8). A day is missed where all its
/// lessons are, and missed by illness where all are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub lessons: u32,
    pub missed: Missed,
    pub days: u32,
    pub ill_days: u32,
}

impl Kept {
    /// `% посещаемости`; `None` without lessons.
    pub fn attendance(&self) -> Option<Decimal> {
        let there = self.lessons.saturating_sub(self.missed.all());
        Decimal::from(u64::from(there) * 100).checked_div(self.lessons.into())
    }
}

impl AddAssign for Kept {
    fn add_assign(&mut self, other: Self) {
        self.lessons += other.lessons;
        self.missed += other.missed;
        self.days += other.days;
        self.ill_days += other.ill_days;
    }
}

impl Presence {
    /// The lessons of some days.
    pub fn on(&self, days: RangeInclusive<NaiveDate>) -> impl Iterator<Item = &HeldLesson> + Clone {
        self.lessons.iter().filter(move |it| days.contains(&it.on))
    }

    /// What the class made of some days.
    pub fn kept(&self, days: &RangeInclusive<NaiveDate>) -> Kept {
        let mut sum = Kept::default();
        for it in &self.pupils {
            sum += it.kept(self.on(days.clone()));
        }
        sum
    }

    /// The days with lessons.
    pub fn days(&self) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self.lessons.iter().map(|it| it.on).collect();
        days.dedup();
        days
    }

    /// The same with the absences of one code alone.
    #[must_use]
    pub fn of_code(mut self, code: Option<Attendance>) -> Self {
        if let Some(code) = code {
            for it in &mut self.pupils {
                it.noted.retain(|_, noted| *noted == code);
            }
        }
        self
    }

    /// The same with the lessons of one subject alone.
    #[must_use]
    pub fn of_subject(mut self, subject: Option<SubjectId>) -> Self {
        if let Some(subject) = subject {
            self.lessons.retain(|it| it.subject == subject);
        }
        self
    }
}

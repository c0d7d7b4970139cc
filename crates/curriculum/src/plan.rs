//! КТП: a teacher's plan of lessons for a subject and parallel (CUR-5).

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, NaiveDate};
use kernel::{PersonId, SubjectId, YearId};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{Error, Holiday, Load, LoadId, PlanId, PlanItemId, Year};

/// A plan as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    pub id: PlanId,
    pub year: YearId,
    pub subject: SubjectId,
    pub grade: i16,
    pub teacher: PersonId,
    pub name: String,
    pub approved: bool,
    pub version: i32,
    /// How many lessons it has.
    pub items: i64,
    /// The rows of load that follow it.
    pub loads: Vec<LoadId>,
}

/// A plan to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlan {
    pub year: YearId,
    pub subject: SubjectId,
    pub grade: i16,
    pub teacher: PersonId,
    pub name: String,
}

/// One lesson of a plan as its page edits it; without an id it is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemRow {
    pub id: Option<PlanItemId>,
    pub number: i16,
    pub section: String,
    pub topic: String,
    pub homework: String,
}

/// The hours that a plan covers against those that a class has: «68 уроков в
/// плане, 66 по нагрузке».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursCheck {
    pub load: LoadId,
    pub planned: u32,
    pub expected: u32,
}

impl HoursCheck {
    /// Topics that find no lesson, or lessons without a topic where negative.
    pub fn surplus(self) -> i64 {
        i64::from(self.planned) - i64::from(self.expected)
    }

    /// Compares a plan of so many lessons with the hours of the load in the
    /// weeks of teaching that the year leaves.
    pub fn of(load: &Load, grade: i16, planned: u32, year: &Year, holidays: &[Holiday]) -> Self {
        let weeks = Self::weeks(load, grade, year, holidays);
        Self {
            load: load.id,
            planned,
            expected: Self::lessons(load, weeks),
        }
    }

    /// The weeks of teaching that the year leaves to the load.
    pub(crate) fn weeks(load: &Load, grade: i16, year: &Year, holidays: &[Holiday]) -> Decimal {
        teaching_weeks(grade, load.since, load.until, year, holidays)
    }

    /// How many lessons the load has in so many weeks.
    pub(crate) fn lessons(load: &Load, weeks: Decimal) -> u32 {
        (load.hours_a_week * weeks)
            .round()
            .to_u32()
            .unwrap_or_default()
    }
}

/// Working days without holidays, in weeks.
fn teaching_weeks(
    grade: i16,
    from: NaiveDate,
    to: NaiveDate,
    year: &Year,
    holidays: &[Holiday],
) -> Decimal {
    let is_off = |day: NaiveDate| {
        holidays
            .iter()
            .any(|it| it.grades.contains(&grade) && it.starts_on <= day && day <= it.ends_on)
    };
    let days = from.iter_days().take_while(|it| *it <= to);
    let week = u32::try_from(year.days_a_week).unwrap_or(5);
    let taught = days
        .filter(|it| it.weekday().number_from_monday() <= week && !is_off(*it))
        .count();
    Decimal::from(taught) / Decimal::from(week)
}

/// The rows as they are stored: empty ones dropped, texts trimmed, in order.
pub(crate) fn checked_items(rows: Vec<ItemRow>) -> Result<Vec<ItemRow>, Error> {
    let mut items: Vec<ItemRow> = rows
        .into_iter()
        .map(|it| ItemRow {
            section: it.section.trim().to_owned(),
            topic: it.topic.trim().to_owned(),
            homework: it.homework.trim().to_owned(),
            ..it
        })
        .filter(|it| !(it.topic.is_empty() && it.section.is_empty() && it.homework.is_empty()))
        .collect();
    if items.iter().any(|it| it.number < 1 || it.topic.is_empty()) {
        return Err(Error::BadItem);
    }
    let mut seen = HashSet::new();
    if !items.iter().all(|it| seen.insert(it.number)) {
        return Err(Error::NumberTwice);
    }
    items.sort_by_key(|it| it.number);
    Ok(items)
}

/// Decides which rows of load a plan may serve: the same year, subject and parallel.
pub(crate) fn check_use(
    plan: &PlanRow,
    wanted: &[LoadId],
    loads: &[Load],
    grades: &BTreeMap<kernel::ClassId, i16>,
) -> Result<(), Error> {
    let fits = |id: &LoadId| {
        loads.iter().any(|it| {
            it.id == *id && it.subject == plan.subject && grades.get(&it.class) == Some(&plan.grade)
        })
    };
    if wanted.iter().all(fits) {
        Ok(())
    } else {
        Err(Error::OtherLoad)
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;

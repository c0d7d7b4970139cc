//! The calendar of one school: working days, and its holidays by grade.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use kernel::workdays::{Act, Workdays, Workweek};
use serde::Deserialize;

/// What days are counted by.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub workdays: Workdays,
    /// School holidays: grades, first and last day.
    pub holidays: Vec<SchoolHoliday>,
    /// The grades that the school has.
    pub grades: Option<(i16, i16)>,
}

/// What was decided about working days, here and above.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct OwnCalendar {
    /// How many days a week the organisation works; five where nobody said.
    pub(crate) week: Option<i16>,
    /// Acts of the government that were entered, the topmost organisation first.
    pub(crate) acts: Vec<Act>,
    /// Days of those above and of its own, the topmost organisation first.
    pub(crate) days: Vec<OwnDay>,
}

/// A day that is worked, or not, other than in the calendar of the country.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct OwnDay {
    pub(crate) day: NaiveDate,
    pub(crate) works: bool,
}

impl OwnCalendar {
    /// The working days. One after another: what is decided below comes last and counts.
    pub(crate) fn workdays(&self) -> Workdays {
        let week = match self.week {
            Some(6) => Workweek::Six,
            _ => Workweek::Five,
        };
        let country = self
            .acts
            .iter()
            .fold(Workdays::new(week), |it, act| it.with_act(act.clone()));
        self.days.iter().fold(country, |it, day| {
            if day.works {
                it.with_days_worked([day.day])
            } else {
                it.with_days_off([day.day])
            }
        })
    }
}

/// Days without lessons for some grades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolHoliday {
    pub grades: RangeInclusive<i16>,
    pub days: RangeInclusive<NaiveDate>,
}

impl Calendar {
    pub const fn new(workdays: Workdays) -> Self {
        Self {
            workdays,
            holidays: vec![],
            grades: None,
        }
    }

    /// Whether the grade has school holidays on the day; without a grade,
    /// whether all of the school has.
    pub fn is_holiday(&self, day: NaiveDate, grade: Option<i16>) -> bool {
        let (first, last) = match (grade, self.grades) {
            (Some(grade), _) => (grade, grade),
            (None, Some(all)) => all,
            (None, None) => return false,
        };
        self.holidays.iter().any(|it| {
            it.days.contains(&day) && it.grades.contains(&first) && it.grades.contains(&last)
        })
    }
}

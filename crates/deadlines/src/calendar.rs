//! The calendar of one school: working days, and its holidays by grade.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use kernel::workdays::Workdays;

/// What days are counted by.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub workdays: Workdays,
    /// School holidays: grades, first and last day.
    pub holidays: Vec<SchoolHoliday>,
    /// The grades that the school has.
    pub grades: Option<(i16, i16)>,
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

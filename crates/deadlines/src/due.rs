//! The one engine of all kinds of rules: pure, in days of the school's own zone.

use chrono::{Datelike, Days, Months, NaiveDate};
use kernel::dates::AcademicYear;

use crate::{
    Terms,
    calendar::Calendar,
    when::{DayOfYear, Part, Roll, Unit, When},
};

/// How a thing stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// More working days are left than somebody is reminded before.
    Ahead,
    /// So many working days are left.
    Near(u32),
    Today,
    /// So many working days late; 0 where none has passed since.
    Overdue(u32),
}

impl Terms {
    /// The last day on which a fact of the day `on` is not late. What appears
    /// only after a day of the year has some working days of its own.
    pub fn due(&self, on: NaiveDate, grade: Option<i16>, calendar: &Calendar) -> Option<NaiveDate> {
        let due = self.when.due(on, grade, calendar)?;
        if self.when.is_day_of_year() && on > due {
            return Some(calendar.workdays.after(on, self.grace));
        }
        Some(due)
    }
}

impl When {
    /// The last day on which a fact of the day `on` is not late, counted for
    /// pupils of the grade; `None` where the rule has no day.
    pub fn due(&self, on: NaiveDate, grade: Option<i16>, calendar: &Calendar) -> Option<NaiveDate> {
        let workdays = &calendar.workdays;
        Some(match *self {
            Self::WorkdaysAfter { n } => workdays.after(on, n),
            Self::CalendarDaysAfter { n, roll } => calendar.rolled(after(on, n), roll),
            Self::FixedDate {
                month,
                day,
                part,
                roll,
            } => calendar.rolled(DayOfYear { month, day }.of_year(on, part)?, roll),
            Self::Window { to, part, roll, .. } => calendar.rolled(to.of_year(on, part)?, roll),
            Self::SameDay => workdays.on_or_before(on),
            Self::Before { n, unit } => workdays.on_or_before(calendar.back(on, n, unit)),
            Self::Every { n, unit, .. } => calendar.interval_end(on, n, unit, grade),
            Self::Dates { to, .. } => to,
            Self::Continuous => on,
            Self::ByAgreement
            | Self::OnRequest
            | Self::During
            | Self::AfterEvent
            | Self::Invariant
            | Self::Ref { .. } => return None,
        })
    }

    /// The first day on which it may be done, where doing it earlier is a mistake.
    pub fn opens(&self, on: NaiveDate) -> Option<NaiveDate> {
        match *self {
            Self::Window { from, part, .. } => from.of_year(on, part),
            Self::Dates { from, .. } => from,
            _ => None,
        }
    }
}

/// How a thing that is due on `due` stands today, where people are reminded
/// `lead` working days before.
pub fn standing(due: NaiveDate, today: NaiveDate, lead: u32, calendar: &Calendar) -> Standing {
    let workdays = &calendar.workdays;
    if today > due {
        Standing::Overdue(workdays.between(due, today))
    } else if today == due {
        Standing::Today
    } else if workdays.before(due, lead) > today {
        Standing::Ahead
    } else {
        Standing::Near(workdays.between(today, due))
    }
}

impl Calendar {
    fn rolled(&self, day: NaiveDate, roll: Roll) -> NaiveDate {
        match roll {
            Roll::Next => self.workdays.on_or_after(day),
            Roll::Prev => self.workdays.on_or_before(day),
            Roll::None => day,
        }
    }

    fn back(&self, on: NaiveDate, n: u32, unit: Unit) -> NaiveDate {
        match unit {
            Unit::WorkingDays => self.workdays.before(on, n),
            Unit::CalendarDays => before(on, n),
            Unit::Months => on.checked_sub_months(Months::new(n)).unwrap_or(on),
            Unit::Years => on.checked_sub_months(Months::new(12 * n)).unwrap_or(on),
        }
    }

    /// The end of an interval of which `on` is in the first day, month or year.
    fn interval_end(&self, on: NaiveDate, n: u32, unit: Unit, grade: Option<i16>) -> NaiveDate {
        let end = match unit {
            Unit::WorkingDays => {
                self.school_days(on, n, grade, |day| self.workdays.is_working(day))
            }
            Unit::CalendarDays => self.school_days(on, n, grade, |_| true),
            Unit::Months => month_end(on, n),
            Unit::Years => (1..n).fold(AcademicYear::of(on), |it, _| it.next()).ends(),
        };
        match unit {
            // The year ends before the next begins.
            Unit::Years => self.workdays.on_or_before(end),
            _ => self.workdays.on_or_after(end),
        }
    }

    /// The n-th of the days that count and are no school holidays.
    fn school_days(
        &self,
        on: NaiveDate,
        n: u32,
        grade: Option<i16>,
        counts: impl Fn(NaiveDate) -> bool,
    ) -> NaiveDate {
        let counting = |day: &NaiveDate| counts(*day) && !self.is_holiday(*day, grade);
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        if n == 0 {
            return on;
        }
        // A calendar that is holidays for ever has no such day.
        let within = on.iter_days().skip(1).take(LONGEST);
        within.filter(counting).nth(n - 1).unwrap_or(on)
    }
}

/// No interval is longer, in days.
const LONGEST: usize = 4 * 366;

impl DayOfYear {
    /// That day in the academic year of `on`; none on 31 February.
    fn of_year(self, on: NaiveDate, part: Part) -> Option<NaiveDate> {
        let start = AcademicYear::of(on).start_year();
        let year = match part {
            Part::StartYear => start,
            Part::EndYear => start + 1,
        };
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

fn after(on: NaiveDate, n: u32) -> NaiveDate {
    on.checked_add_days(Days::new(n.into())).unwrap_or(on)
}

fn before(on: NaiveDate, n: u32) -> NaiveDate {
    on.checked_sub_days(Days::new(n.into())).unwrap_or(on)
}

/// The last day of the n-th month, that of `on` being the first.
fn month_end(on: NaiveDate, n: u32) -> NaiveDate {
    let first = on.with_day(1).unwrap_or(on);
    let next = first.checked_add_months(Months::new(n.max(1)));
    next.map_or(on, |it| before(it, 1))
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;

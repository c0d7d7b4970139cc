//! When a thing is due, as a rule says it (`reports-and-rules.md` §4.1).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// From the day of a fact to the day on which it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum When {
    /// The n-th working day after the day.
    WorkdaysAfter { n: u32 },
    /// n days of the calendar after it.
    CalendarDaysAfter { n: u32, roll: Roll },
    /// A day of the academic year.
    FixedDate {
        month: u32,
        day: u32,
        part: Part,
        roll: Roll,
    },
    /// Between two days of the academic year: due on the last of them.
    Window {
        from: DayOfYear,
        to: DayOfYear,
        part: Part,
        roll: Roll,
    },
    /// On the very day; on the last working day before it where it is off.
    SameDay,
    /// Not later than so long before the day.
    Before { n: u32, unit: Unit },
    /// Again and again: due when the interval that begins with the day ends.
    /// School holidays do not count.
    Every { n: u32, unit: Unit, scope: Scope },
    /// Between two days of the calendar: the plan of an introduction.
    Dates {
        #[serde(default)]
        from: Option<NaiveDate>,
        to: NaiveDate,
    },
    /// All the time: what is found is due on the day it is found for.
    Continuous,
    /// The day is agreed upon with somebody; none is known here.
    ByAgreement,
    /// The request names the day.
    OnRequest,
    /// In the course of the academic year, without a day.
    During,
    /// After something happened, without a day.
    AfterEvent,
    /// Holds always; the system itself sees to it.
    Invariant,
    /// The same as another rule.
    Ref { rule: String },
}

/// What happens to a day that is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// The next working day (by analogy with ст. 193 ГК).
    Next,
    /// The last working day before it.
    Prev,
    None,
}

/// The calendar year of an academic year in which a date lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    StartYear,
    EndYear,
}

/// «7 сентября», whatever year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DayOfYear {
    pub month: u32,
    pub day: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    WorkingDays,
    CalendarDays,
    Months,
    /// Academic years.
    Years,
}

/// What an interval is kept for; the source tells a fact for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Lesson,
    Class,
    School,
    System,
}

impl When {
    /// Whether there is a day at all; else the rule is shown by its state.
    pub const fn is_counted(&self) -> bool {
        !matches!(
            self,
            Self::ByAgreement
                | Self::OnRequest
                | Self::During
                | Self::AfterEvent
                | Self::Invariant
                | Self::Ref { .. }
        )
    }

    /// Whether it names a day, or a few, of every academic year.
    pub const fn is_day_of_year(&self) -> bool {
        matches!(self, Self::FixedDate { .. } | Self::Window { .. })
    }

    /// The name of its kind, as in the file of rules.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WorkdaysAfter { .. } => "workdays_after",
            Self::CalendarDaysAfter { .. } => "calendar_days_after",
            Self::FixedDate { .. } => "fixed_date",
            Self::Window { .. } => "window",
            Self::SameDay => "same_day",
            Self::Before { .. } => "before",
            Self::Every { .. } => "every",
            Self::Dates { .. } => "dates",
            Self::Continuous => "continuous",
            Self::ByAgreement => "by_agreement",
            Self::OnRequest => "on_request",
            Self::During => "during",
            Self::AfterEvent => "after_event",
            Self::Invariant => "invariant",
            Self::Ref { .. } => "ref",
        }
    }
}

impl Unit {
    pub const fn code(self) -> &'static str {
        match self {
            Self::WorkingDays => "working_days",
            Self::CalendarDays => "calendar_days",
            Self::Months => "months",
            Self::Years => "years",
        }
    }
}

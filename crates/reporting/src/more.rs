//! What reports of presence and people are asked besides class and period,
//! and the kinds they are.

use chrono::{Datelike, Months, NaiveDate};
use journal::{Attendance, ChangedField, JournalChange, Slot};
use kernel::{PersonId, Right, SubjectId};
use movement::StudyForm;

use crate::{Kind, Label};

/// A shelf of the catalogue besides those of school, teacher and class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Presence,
    People,
}

impl Kind {
    /// What it is about where it is not made of final marks.
    pub const fn theme(self) -> Option<Theme> {
        match self {
            Self::ClassAttendance
            | Self::ClassAbsences
            | Self::AbsentToday
            | Self::JournalAccess => Some(Theme::Presence),
            Self::PupilFigures
            | Self::ClassPupils
            | Self::ClassList
            | Self::Birthdays
            | Self::SocialPassport
            | Self::NoPlans
            | Self::Filling
            | Self::Vacancies
            | Self::Visits => Some(Theme::People),
            _ => None,
        }
    }

    /// Whose rights count: whoever reaches the whole school has every class,
    /// whoever reaches the own class has that (§10).
    pub const fn right(self) -> Right {
        match self {
            // Names, addresses and work of parents stand there.
            Self::ClassPupils | Self::SocialPassport | Self::PupilFigures => Right::ParentView,
            Self::ClassList | Self::Birthdays => Right::PupilView,
            _ => Right::JournalView,
        }
    }
}

/// What else is wanted; everything left out is as people mostly want it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct More {
    pub unit: Unit,
    pub shape: Shape,
    /// Its first day.
    pub month: Option<NaiveDate>,
    pub day: Option<NaiveDate>,
    pub subject: Option<SubjectId>,
    pub code: Option<Attendance>,
    pub shift: Option<i16>,
    pub field: Option<ChangedField>,
    /// What was done to it, and by whom (§1.19).
    pub verb: Option<Verb>,
    pub doer: Option<Doer>,
    pub term: Option<Slot>,
    /// Of one parallel (§1.4).
    pub grade: Option<i16>,
    /// All periods that have begun, one below the other (§1.1).
    pub side: bool,
    /// With the place in the class (§1.7).
    pub places: bool,
    /// §1.10
    pub study: Option<StudyForm>,
    /// From 1.
    pub page: usize,
    /// It is taken as a file, which has every page.
    pub file: bool,
}

impl More {
    /// Whether a change is of the field and the kind that are looked for.
    pub(crate) fn takes(&self, it: &JournalChange) -> bool {
        self.field.is_none_or(|field| it.field == field)
            && self.verb.is_none_or(|verb| Verb::of(it) == verb)
    }
}

/// What somebody did to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Set,
    Changed,
    Removed,
}

impl Verb {
    pub const ALL: [Self; 3] = [Self::Set, Self::Changed, Self::Removed];

    /// In addresses and keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }

    pub const fn of(change: &JournalChange) -> Self {
        match (change.old.is_empty(), change.new.is_empty()) {
            (true, _) => Self::Set,
            (_, true) => Self::Removed,
            _ => Self::Changed,
        }
    }
}

/// Who changed the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doer {
    /// Nobody: the system itself.
    System,
    Person(PersonId),
}

impl Doer {
    pub fn of(change: &JournalChange) -> Self {
        change.by.map_or(Self::System, Self::Person)
    }

    /// In addresses.
    pub fn code(self) -> String {
        match self {
            Self::System => "system".to_owned(),
            Self::Person(id) => id.to_string(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        if code == "system" {
            return Some(Self::System);
        }
        let id: i64 = code.parse().ok()?;
        Some(Self::Person(id.into()))
    }
}

/// What is counted (§1.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    #[default]
    Both,
    Days,
    Lessons,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Both, Self::Days, Self::Lessons];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Days => "days",
            Self::Lessons => "lessons",
        }
    }
}

/// What the columns are (§1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    ByDays,
    BySubjects,
}

impl Shape {
    pub const ALL: [Self; 2] = [Self::ByDays, Self::BySubjects];

    pub const fn code(self) -> &'static str {
        match self {
            Self::ByDays => "by-days",
            Self::BySubjects => "by-subjects",
        }
    }
}

/// Something to choose in the form above a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// In the address, and `reporting.about.<name>`.
    pub name: &'static str,
    pub value: String,
    /// Nothing to choose from: a day is typed.
    pub choices: Vec<(String, Label)>,
}

impl Field {
    pub(crate) fn choice(name: &'static str, value: &str, choices: Vec<(String, Label)>) -> Self {
        Self {
            name,
            value: value.to_owned(),
            choices,
        }
    }

    /// A day is typed, as people write it.
    pub(crate) fn day(name: &'static str, day: NaiveDate) -> Self {
        Self {
            name,
            value: kernel::dates::show_date(day),
            choices: vec![],
        }
    }

    /// What is chosen, as the head of the report says it; nothing where all is.
    pub(crate) fn chosen(&self) -> Option<Label> {
        if self.value.is_empty() {
            return None;
        }
        let found = self.choices.iter().find(|it| it.0 == self.value);
        match found {
            Some(it) => Some(it.1.clone()),
            None if self.choices.is_empty() => Some(Label::Text(self.value.clone())),
            None => None,
        }
    }
}

/// «2026-09», in addresses.
pub(crate) fn month_code(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

/// The month with that code.
pub(crate) fn month_of(code: &str) -> Option<NaiveDate> {
    format!("{code}-01").parse().ok()
}

/// The first day of the month of a day.
pub(crate) fn month_start(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of the month that begins on this one.
pub(crate) fn month_end(month: NaiveDate) -> NaiveDate {
    let next = month.checked_add_months(Months::new(1));
    next.and_then(|it| it.pred_opt()).unwrap_or(month)
}

/// The months from one day to another.
pub(crate) fn months(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let mut all = Vec::new();
    let mut month = month_start(from);
    while month <= to {
        all.push(month);
        let Some(next) = month.checked_add_months(Months::new(1)) else {
            break;
        };
        month = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_a_school_year() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let all = months(day("2026-09-01"), day("2027-01-15"));
        let codes: Vec<String> = all.iter().map(|it| month_code(*it)).collect();
        assert_eq!(
            codes,
            ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
        );
        assert_eq!(month_of("2027-02").map(month_end), Some(day("2027-02-28")));
        assert_eq!(month_of("2027-13"), None);
    }
}

//! What boards are made of.

use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::{ClassId, PersonId, Role};
use serde::Deserialize;

use crate::{Debt, DebtId};

/// How near the day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Overdue,
    Today,
    /// Within seven days.
    Week,
    Later,
    Done,
    Lifted,
}

impl State {
    /// The name in words and templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "week",
            Self::Later => "later",
            Self::Done => "done",
            Self::Lifted => "lifted",
        }
    }
}

impl Debt {
    /// How the debt stands on the day.
    pub fn state(&self, today: NaiveDate) -> State {
        match self.closed_how {
            Some(crate::ClosedHow::Lifted) => State::Lifted,
            Some(_) => State::Done,
            None if self.due() < today => State::Overdue,
            None if self.due() == today => State::Today,
            None if self.due() <= today + Days::new(7) => State::Week,
            None => State::Later,
        }
    }
}

/// A rule as boards name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleName {
    /// `R-8.4`
    pub id: String,
    pub name: String,
    /// What is to be done, in the words of the regulation.
    pub what: String,
    /// «Регл. 8.4»
    pub clause: String,
    /// Some domain tells its facts.
    pub connected: bool,
    /// The school keeps to it.
    pub on: bool,
    /// Debts may be lifted by hand.
    pub liftable: bool,
    /// The day may be shifted by hand by so many days; 0: not at all.
    pub shift: u32,
}

impl RuleName {
    /// A rule that is in the mirror and no longer in the regulation.
    pub(crate) fn gone(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            what: String::new(),
            clause: String::new(),
            connected: true,
            on: true,
            liftable: false,
            shift: 0,
        }
    }
}

/// Who owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Debtor {
    Person(PersonId),
    Role(Role),
    /// A class that nobody leads.
    Nobody,
}

impl Debtor {
    pub(crate) fn of(person: Option<PersonId>, role: Option<Role>) -> Self {
        match (person, role) {
            (Some(person), _) => Self::Person(person),
            (None, Some(role)) => Self::Role(role),
            (None, None) => Self::Nobody,
        }
    }
}

/// A debt with the names of all it tells of.
#[derive(Clone, Debug)]
pub struct DebtLine {
    pub debt: Debt,
    pub state: State,
    /// Who owes it; empty for a role.
    pub owner: String,
    pub class: String,
    pub group: String,
    pub subject: String,
    /// The pupil or member of the staff whose thing it is.
    pub about: String,
    /// Working days since the last day, where that is past.
    pub age: u32,
}

/// Somebody who owes under a rule.
#[derive(Clone, Debug)]
pub struct OwnerCount {
    pub debtor: Debtor,
    pub name: String,
    pub overdue: i64,
    pub open: i64,
}

/// One line of the board of a school.
#[derive(Clone, Debug)]
pub struct BoardRow {
    pub rule: RuleName,
    /// Things of the academic year.
    pub things: i64,
    pub open: i64,
    pub overdue: i64,
    pub today: i64,
    pub week: i64,
    pub oldest: Option<NaiveDate>,
    pub next: Option<NaiveDate>,
    /// Working days since the oldest day that is past.
    pub age: u32,
    /// Working days until the next day.
    pub left: u32,
    /// Those who owe something now overdue or due, who owes most first.
    pub owners: Vec<OwnerCount>,
}

/// A rule without a day: how it stands, and nobody's debt.
#[derive(Clone, Debug)]
pub struct Watched {
    pub rule: RuleName,
    /// By period, the first first.
    pub periods: Vec<dues::Watch>,
}

/// The board of a school.
#[derive(Clone, Debug, Default)]
pub struct SchoolBoard {
    /// When the data were looked at; `None`: never yet.
    pub looked_at: Option<DateTime<Utc>>,
    /// Rules with something owed or done, the worst first.
    pub rows: Vec<BoardRow>,
    /// Rules under which nobody owes anything now.
    pub quiet: Vec<RuleName>,
    /// Rules without a day that some domain watches.
    pub watched: Vec<Watched>,
    /// Rules whose data come with a later part of the system.
    pub without_source: Vec<RuleName>,
    /// How many people owe something overdue or due today.
    pub owing: usize,
    /// When somebody last reminded of any of it, within a day.
    pub reminded_at: Option<DateTime<Utc>>,
}

/// Somebody was reminded of debts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Nudge {
    pub id: i64,
    pub to: PersonId,
    pub debts: Vec<DebtId>,
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

/// Debts of one class or one person, one below the other.
#[derive(Clone, Debug, Default)]
pub struct DebtList {
    pub looked_at: Option<DateTime<Utc>>,
    pub lines: Vec<DebtLine>,
    pub rules: Vec<RuleName>,
}

/// The debts of the own classes.
#[derive(Clone, Debug, Default)]
pub struct ClassBoard {
    pub list: DebtList,
    /// The classes to choose from, with their names.
    pub classes: Vec<(ClassId, String)>,
    /// The one that is shown.
    pub class: Option<ClassId>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(crate) fn debt(id: i64, due: &str) -> Debt {
        Debt {
            id: id.into(),
            rule: "R-6.6".to_owned(),
            duty: "curriculum.plan".to_owned(),
            key: format!("2026/load/{id}"),
            on: day("2026-09-01"),
            due_on: day(due),
            shifted_on: None,
            person: Some(7.into()),
            role: None,
            class: None,
            group: None,
            subject: None,
            about: None,
            lesson: None,
            text: String::new(),
            place: "/study/plans".to_owned(),
            parts: None,
            found_at: DateTime::UNIX_EPOCH,
            late_at: None,
            closed_at: None,
            closed_how: None,
            reason: String::new(),
            version: 1,
        }
    }

    /// DLN-3: overdue begins the day after the last day.
    #[test]
    fn a_debt_is_overdue_the_day_after() {
        let it = debt(1, "2026-09-15");
        let state = |on| it.state(day(on));
        assert_eq!(state("2026-09-07"), State::Later);
        assert_eq!(state("2026-09-08"), State::Week);
        assert_eq!(state("2026-09-15"), State::Today);
        assert_eq!(state("2026-09-16"), State::Overdue);
    }

    #[test]
    fn a_shifted_debt_counts_from_its_new_day() {
        let shifted = Debt {
            shifted_on: Some(day("2026-09-20")),
            ..debt(1, "2026-09-15")
        };
        assert_eq!(shifted.state(day("2026-09-16")), State::Week);
    }
}

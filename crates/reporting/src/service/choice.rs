//! What reports of marks are asked for beside class, period and teacher, and
//! what may be chosen there.

use chrono::NaiveDate;
use curriculum::Subject;
use journal::{Slot, Step};
use kernel::{PersonId, SubjectId};
use people::Card;

use super::Made;
use crate::Kind;

/// What is wanted beside class, period and teacher.
#[derive(Clone, Debug, Default)]
pub struct MarksWish {
    pub pupil: Option<PersonId>,
    pub subject: Option<SubjectId>,
    /// Periods of «Сводная ведомость»; none for those that have marks.
    pub slots: Vec<Slot>,
    /// Instead of a period: the Monday of a week (§1.18).
    pub week: Option<NaiveDate>,
    pub works: WorkChoice,
    pub by_week: bool,
    pub without_averages: bool,
}

impl MarksWish {
    /// In which steps a report goes on.
    pub(crate) const fn step(&self, kind: Kind) -> Step {
        match (kind.has_steps(), self.by_week) {
            (true, true) => Step::Week,
            (true, false) => Step::Month,
            (false, _) => Step::Whole,
        }
    }
}

/// «Тип оценок» (§1.0.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkChoice {
    #[default]
    All,
    /// Срезовые, контрольные.
    Control,
    /// All others.
    Current,
}

impl WorkChoice {
    pub const ALL: [Self; 3] = [Self::All, Self::Control, Self::Current];

    /// In addresses and keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Control => "control",
            Self::Current => "current",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What may be chosen, and what is.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Of the class; only for those who may choose.
    pub pupils: Vec<Card>,
    pub pupil: Option<Card>,
    pub subjects: Vec<Subject>,
    pub subject: Option<Subject>,
    /// Periods of «Сводная ведомость», and those of them that are shown.
    pub slots: Vec<Slot>,
    pub shown: Vec<Slot>,
    /// Mondays of the weeks that may be chosen beside the periods, newest first.
    pub weeks: Vec<NaiveDate>,
    pub week: Option<NaiveDate>,
    /// The days looked at.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Whose sheets the sections are.
    pub sheets: Vec<PersonId>,
}

/// Reports of the own child.
#[derive(Clone, Debug)]
pub struct Own {
    /// Whose reports the actor may have.
    pub children: Vec<Card>,
    pub child: Option<Card>,
    /// The class of the child; none before the first one.
    pub class: Option<curriculum::Class>,
    /// The report, where one was asked for.
    pub made: Option<Made>,
}

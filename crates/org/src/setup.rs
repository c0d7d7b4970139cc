//! «Мастер ввода данных»: from an empty school to a working journal (ORG-6;
//! `ux.md` §3.5). How far a step is follows from the data that the domains
//! hold, so it is the same on every computer.

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;

/// A step, in the order in which a school needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Card,
    Year,
    Staff,
    Subjects,
    Classes,
    Load,
    Pupils,
    Timetable,
    Access,
}

impl Step {
    pub const ALL: [Self; 9] = [
        Self::Card,
        Self::Year,
        Self::Staff,
        Self::Subjects,
        Self::Classes,
        Self::Load,
        Self::Pupils,
        Self::Timetable,
        Self::Access,
    ];

    /// The name in the database, in addresses and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Year => "year",
            Self::Staff => "staff",
            Self::Subjects => "subjects",
            Self::Classes => "classes",
            Self::Load => "load",
            Self::Pupils => "pupils",
            Self::Timetable => "timetable",
            Self::Access => "access",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// How one thing of a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none, and the journal needs it.
    Missing,
    /// Something is to be looked at; the rest goes on.
    Remark,
    Fine,
}

impl Standing {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Remark => "remark",
            Self::Fine => "fine",
        }
    }
}

/// One thing that a domain knows of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetupFact {
    pub step: Step,
    /// The words are under `setup.fact.<code>`.
    pub code: &'static str,
    /// How many there are, or how many are wrong.
    pub count: i64,
    pub standing: Standing,
}

impl SetupFact {
    /// Something without which the journal does not work.
    pub const fn needed(step: Step, code: &'static str, count: i64) -> Self {
        let standing = if count > 0 {
            Standing::Fine
        } else {
            Standing::Missing
        };
        Self {
            step,
            code,
            count,
            standing,
        }
    }

    /// So many things that something is wrong with.
    pub const fn wrong(step: Step, code: &'static str, count: i64) -> Self {
        let standing = if count > 0 {
            Standing::Remark
        } else {
            Standing::Fine
        };
        Self {
            step,
            code,
            count,
            standing,
        }
    }
}

/// A socket that every domain of the wizard fills in: what it knows of the
/// steps, in one statement.
#[async_trait]
pub trait SetupSource: Send + Sync {
    async fn facts(&self, tx: &mut Tx, today: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>>;
}

/// What people say of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Its remarks are as they should be.
    Checked,
    /// The school does without it.
    Skipped,
}

impl Mark {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Skipped => "skipped",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Checked, Self::Skipped]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    NotBegun,
    InWork,
    /// So many things to look at.
    Remarks(usize),
    Done,
    Skipped,
}

impl Progress {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBegun => "not-begun",
            Self::InWork => "in-work",
            Self::Remarks(_) => "remarks",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }

    /// Whether the wizard goes on to the next step.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }

    /// What the facts of one step and the word of people give together. What
    /// is missing stays missing, whoever says that it was checked.
    pub fn of(facts: &[SetupFact], mark: Option<Mark>) -> Self {
        let count = |standing| facts.iter().filter(|it| it.standing == standing).count();
        let needed = facts.iter().filter(|it| it.standing == Standing::Fine);
        let begun = needed.filter(|it| it.count > 0).count();
        let (missing, remarks) = (count(Standing::Missing), count(Standing::Remark));
        match mark {
            Some(Mark::Skipped) => Self::Skipped,
            _ if missing > 0 && begun == 0 => Self::NotBegun,
            _ if missing > 0 => Self::InWork,
            None if remarks > 0 => Self::Remarks(remarks),
            Some(Mark::Checked) | None => Self::Done,
        }
    }
}

/// A step of the wizard as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupStep {
    pub step: Step,
    pub facts: Vec<SetupFact>,
    pub mark: Option<Mark>,
    pub progress: Progress,
}

/// The steps from facts and marks, in their order.
pub(crate) fn steps(facts: &[SetupFact], marks: &[(Step, Mark)]) -> Vec<SetupStep> {
    let step = |step: Step| {
        let facts: Vec<SetupFact> = facts.iter().filter(|it| it.step == step).copied().collect();
        let mark = marks.iter().find(|it| it.0 == step).map(|it| it.1);
        SetupStep {
            progress: Progress::of(&facts, mark),
            step,
            facts,
            mark,
        }
    };
    Step::ALL.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORG-6: the state of a step follows from the data.
    #[test]
    fn a_step_is_as_far_as_its_data() {
        let none = SetupFact::needed(Step::Classes, "classes", 0);
        let some = SetupFact::needed(Step::Classes, "classes", 32);
        let other = SetupFact::needed(Step::Classes, "rooms", 0);
        let wrong = SetupFact::wrong(Step::Classes, "classes-without-teacher", 4);
        assert_eq!(Progress::of(&[none], None), Progress::NotBegun);
        assert_eq!(Progress::of(&[some, other], None), Progress::InWork);
        assert_eq!(Progress::of(&[some, wrong], None), Progress::Remarks(1));
        assert_eq!(Progress::of(&[some], None), Progress::Done);
    }

    /// ORG-6: people can pass over remarks and over a step, not over what is missing.
    #[test]
    fn a_mark_passes_over_remarks_only() {
        let none = SetupFact::needed(Step::Load, "load", 0);
        let wrong = SetupFact::wrong(Step::Load, "classes-without-load", 2);
        let checked = Some(Mark::Checked);
        assert_eq!(Progress::of(&[none, wrong], checked), Progress::NotBegun);
        assert_eq!(Progress::of(&[wrong], checked), Progress::Done);
        assert_eq!(
            Progress::of(&[none], Some(Mark::Skipped)),
            Progress::Skipped
        );
    }

    #[test]
    fn steps_keep_their_order_and_their_facts() {
        let facts = [SetupFact::needed(Step::Year, "years", 1)];
        let all = steps(&facts, &[(Step::Card, Mark::Skipped)]);
        assert_eq!(all.len(), Step::ALL.len());
        assert_eq!(all[0].progress, Progress::Skipped);
        assert_eq!(all[1].facts.len(), 1);
        for step in Step::ALL {
            assert_eq!(Step::from_code(step.code()), Some(step));
        }
    }
}

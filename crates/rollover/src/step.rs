//! The steps of the wizard.

use serde::Serialize;

/// A step, in the order in which a year is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// What the old year lacks.
    Check,
    /// The coming year with periods and holidays.
    Year,
    /// Which class goes where.
    Classes,
    /// Pupils who do not go with their class.
    Exceptions,
    Orders,
    /// The dry run.
    Trial,
    Run,
    Result,
}

impl Step {
    pub const ALL: [Self; 8] = [
        Self::Check,
        Self::Year,
        Self::Classes,
        Self::Exceptions,
        Self::Orders,
        Self::Trial,
        Self::Run,
        Self::Result,
    ];

    /// The name in addresses and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Year => "year",
            Self::Classes => "classes",
            Self::Exceptions => "exceptions",
            Self::Orders => "orders",
            Self::Trial => "trial",
            Self::Run => "run",
            Self::Result => "result",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// A step before it has to be done first.
    Waits,
    Next,
    Done,
}

impl Progress {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Next => "next",
            Self::Done => "done",
        }
    }
}

//! Homework: what is given with it and what comes back (JRN-5, U2, U5).

mod file_kind;
mod norm;

use chrono::{DateTime, Utc};
use db::files::FileId;

pub use file_kind::FileKind;
pub use norm::norm_minutes;

/// A file of a homework or of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub id: FileId,
    pub name: String,
    pub size: i64,
}

impl Attached {
    /// «240 КБ» is made of it: what was begun counts.
    pub(crate) const fn kilobytes(&self) -> i64 {
        (self.size + 1023) / 1024
    }
}

/// What a pupil handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    pub state: AnswerState,
    /// What the teacher said to it.
    pub comment: String,
    pub version: i32,
    pub handed_at: Option<DateTime<Utc>>,
    pub files: Vec<Attached>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnswerState {
    /// The teacher's.
    #[default]
    HandedIn,
    /// The pupil's again.
    Returned,
    /// Nobody's: it is good.
    Accepted,
}

impl AnswerState {
    pub const ALL: [Self; 3] = [Self::HandedIn, Self::Returned, Self::Accepted];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HandedIn => "handed_in",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

//! Proposals to destroy, bans, and the act of what was destroyed.

use chrono::{DateTime, NaiveDate, Utc};
use db::subject::Term;
use kernel::PersonId;
use serde::{Deserialize, Serialize};

use crate::{Plan, Rule};

kernel::id!(/// A proposal to destroy, and its act.
    ErasureId);

/// Why it is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The time of keeping is over.
    Term,
    /// The consent was withdrawn.
    Withdrawal,
    /// The person asked for it.
    Request,
}

impl Ground {
    pub const ALL: [Self; 3] = [Self::Term, Self::Withdrawal, Self::Request];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Withdrawal => "withdrawal",
            Self::Request => "request",
        }
    }

    /// The ground with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Who forbade to destroy, and until when it held.
#[derive(Clone, Debug, Serialize)]
pub struct Hold {
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub lifted_by: String,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lift_reason: String,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Waits,
    Expired,
    Refused,
    Done,
}

/// A proposal and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Erasure {
    pub id: ErasureId,
    pub person: PersonId,
    pub subject: String,
    pub ground: String,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Proposed by whoever looks.
    pub own: bool,
    pub outcome: Outcome,
    pub decided_by: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub act: Option<Act>,
}

/// «Акт об уничтожении персональных данных» with what order No 179 asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub operator: String,
    pub subject: String,
    pub system: String,
    pub ground: String,
    pub reason: String,
    pub at: DateTime<Utc>,
    /// Who proposed and who carried out, each with the role.
    pub by: Vec<Signed>,
    pub parts: Vec<Part>,
    /// Rows of the history that lost values, files that lost their bytes,
    /// logins.
    pub history: u64,
    pub files: usize,
    pub accounts: usize,
    /// What the law keeps, and until when.
    pub kept: Vec<(Term, Option<NaiveDate>)>,
}

/// Somebody who signs the act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    pub name: String,
    pub role: String,
}

/// What of one kind was destroyed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub term: Term,
    pub rows: Vec<(String, i64)>,
}

/// What a person's page of destruction shows.
#[derive(Clone, Debug)]
pub struct ErasureSheet {
    pub person: PersonId,
    pub name: String,
    pub plan: Plan,
    /// The newest first.
    pub holds: Vec<Hold>,
    pub erasures: Vec<Erasure>,
    /// How long copies of the database keep what is destroyed here.
    pub backups: Rule,
    pub may_propose: bool,
}

/// What is done with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// By another than who proposed.
    Confirm,
    /// By anybody; by who proposed it is taken back.
    Refuse,
}

//! A letter on its way.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{OrgId, PersonId};
use rand::Rng;
use serde::Serialize;

use crate::LetterId;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(30);

/// How far a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// For its hour, for the mail server, or for the next attempt.
    Waiting,
    /// Some node has it.
    Sending,
    /// The mail server took it.
    Sent,
    /// The mail server does not want it and said so for good.
    Refused,
    /// Tried for days.
    GivenUp,
}

impl LetterState {
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sending,
        Self::Sent,
        Self::Refused,
        Self::GivenUp,
    ];

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A letter that a node holds until its lease ends.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) org: OrgId,
    pub(crate) id: LetterId,
    pub(crate) address: String,
    pub(crate) to_name: String,
    pub(crate) from_name: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    /// The token that unsubscribes; empty for duty.
    pub(crate) leave: String,
    pub(crate) written_at: DateTime<Utc>,
    /// Which attempt this is, from 1: whoever holds an earlier one lost it.
    pub(crate) attempt: i32,
}

/// A letter as the administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLetter {
    pub id: LetterId,
    pub to: PersonId,
    pub to_name: String,
    pub address: String,
    pub kind: String,
    pub state: LetterState,
    pub attempts: i32,
    pub doubtful: i32,
    pub written_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub error: String,
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    /// The server says no for good.
    Refused(String),
    /// The server says not now, or there is none.
    PutOff(String),
    /// The connection broke while the letter was on it: nobody knows.
    Doubtful(String),
}

/// How long to wait after that many attempts: doubled each time, and never the
/// same for two letters.
pub(crate) fn pause(first: Duration, attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or_default();
    let whole = first.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    whole.mul_f64(rand::rng().random_range(0.5..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_at_half_an_hour() {
        let first = Duration::from_mins(1);
        for (attempts, most) in [(1, 60), (2, 120), (3, 240), (6, 1800), (90, 1800)] {
            let pause = pause(first, attempts);
            assert!(pause <= Duration::from_secs(most), "{attempts}");
            assert!(pause >= Duration::from_secs(most / 2), "{attempts}");
        }
    }

    #[test]
    fn every_state_has_a_code_of_its_own() {
        for state in LetterState::ALL {
            assert_eq!(LetterState::from_code(state.code()), Some(state));
        }
    }
}

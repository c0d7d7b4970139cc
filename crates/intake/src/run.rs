//! One file on its way: previewed, then written or given up, perhaps taken back.

use chrono::{DateTime, Duration, Utc};
use web::import::Counters;

use crate::Error;

kernel::id!(/// One file that was brought.
    RunId);

/// For so long an import can be taken back.
const REVERTIBLE: Duration = Duration::hours(24);

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Previewed,
    Committed,
    Reverted,
    /// Given up before anything was written.
    Abandoned,
}

impl RunState {
    pub const ALL: [Self; 4] = [
        Self::Previewed,
        Self::Committed,
        Self::Reverted,
        Self::Abandoned,
    ];

    /// The name in the database and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Previewed => "previewed",
            Self::Committed => "committed",
            Self::Reverted => "reverted",
            Self::Abandoned => "abandoned",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A run as lists and its own page show it.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: RunId,
    pub kind: String,
    pub state: RunState,
    pub file_name: String,
    /// As previewed, then as written.
    pub counters: Counters,
    /// «Иванова О. П.»
    pub started_by: String,
    pub created_at: DateTime<Utc>,
    pub committed_at: Option<DateTime<Utc>>,
    pub reverted_at: Option<DateTime<Utc>>,
    pub version: i32,
}

impl Run {
    /// Until when it can be taken back; `None` where it cannot be at all.
    pub fn revertible_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self
            .committed_at
            .filter(|_| self.state == RunState::Committed)?
            + REVERTIBLE;
        (now <= until).then_some(until)
    }

    pub(crate) fn must_be_previewed(&self) -> Result<(), Error> {
        if self.state == RunState::Previewed {
            Ok(())
        } else {
            Err(Error::NotPreviewed)
        }
    }

    pub(crate) fn must_be_revertible(&self, now: DateTime<Utc>) -> Result<(), Error> {
        if self.state != RunState::Committed {
            return Err(Error::NotCommitted);
        }
        self.revertible_until(now).map(|_| ()).ok_or(Error::TooLate)
    }
}

/// What was brought or written before that moment is too old to be kept.
pub(crate) fn oldest_kept(now: DateTime<Utc>) -> DateTime<Utc> {
    now - REVERTIBLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: RunState, committed_at: Option<DateTime<Utc>>) -> Run {
        Run {
            id: 1.into(),
            kind: "pupils".into(),
            state,
            file_name: String::new(),
            counters: Counters::default(),
            started_by: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            committed_at,
            reverted_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_day_is_left_to_think_again() {
        let at = DateTime::UNIX_EPOCH;
        let it = run(RunState::Committed, Some(at));
        assert!(it.must_be_revertible(at + Duration::hours(24)).is_ok());
        let late = at + Duration::hours(24) + Duration::seconds(1);
        assert!(matches!(it.must_be_revertible(late), Err(Error::TooLate)));
        assert_eq!(it.revertible_until(late), None);
    }

    #[test]
    fn only_what_was_written_is_taken_back_and_only_once() {
        let at = DateTime::UNIX_EPOCH;
        for state in [RunState::Previewed, RunState::Reverted, RunState::Abandoned] {
            let it = run(state, Some(at));
            assert!(matches!(
                it.must_be_revertible(at),
                Err(Error::NotCommitted)
            ));
            assert_eq!(RunState::from_code(state.code()), Some(state));
        }
    }
}

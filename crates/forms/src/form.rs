//! A form of a year on its way: draft, handed in, returned or accepted.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::sheet::{Failed, Figures};

kernel::id!(/// A form of a year.
    FormId);

/// Where a form is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormState {
    Draft,
    HandedIn,
    /// The unit above wants it corrected.
    Returned,
    Accepted,
}

impl FormState {
    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::HandedIn => "handed_in",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::HandedIn, Self::Returned, Self::Accepted]
            .into_iter()
            .find(|it| it.code() == code)
    }

    /// Whether the school works on it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// What the unit above says of what was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Accepted,
    Returned,
}

impl Decision {
    /// The name in the database and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Returned => "returned",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Accepted, Self::Returned]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// A figure written by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub figure: i64,
    /// Empty where the data tell no figure to correct.
    pub reason: String,
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

/// A version that was handed in: it stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub number: i16,
    pub figures: Figures,
    /// What was computed where the figure was corrected.
    pub computed: Figures,
    pub failed: Vec<Failed>,
    pub hash: String,
    pub handed_by: PersonId,
    pub handed_at: DateTime<Utc>,
    pub signed: Option<(PersonId, DateTime<Utc>)>,
    pub decision: Option<Decision>,
    pub comment: String,
    pub decided_by: String,
    pub decided_at: Option<DateTime<Utc>>,
}

/// What the hash of a version is taken of: whoever changes one figure changes it.
pub(crate) fn hash(org: i64, (code, year): (&str, i32), number: i16, figures: &Figures) -> String {
    let mut digest = Sha256::new();
    digest.update(format!("{org}\n{code}\n{year}\n{number}\n"));
    for (place, figure) in figures {
        digest.update(format!("{place}={figure}\n"));
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RPT-3: the hash tells one figure from another, and one school from another.
    #[test]
    fn a_changed_figure_changes_the_hash() {
        let figures = Figures::from([("1/01/3".to_owned(), 5)]);
        let known = hash(7, ("oo-1", 2026), 1, &figures);
        assert_eq!(known.len(), 64);
        assert_eq!(known, hash(7, ("oo-1", 2026), 1, &figures));
        let changed = Figures::from([("1/01/3".to_owned(), 6)]);
        assert_ne!(known, hash(7, ("oo-1", 2026), 1, &changed));
        assert_ne!(known, hash(8, ("oo-1", 2026), 1, &figures));
        assert_ne!(known, hash(7, ("oo-1", 2026), 2, &figures));
    }
}

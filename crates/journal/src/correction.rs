//! Requests to change what was signed (JRN-7; T7 and Z5 of `ux.md`).

use chrono::{DateTime, Utc};
use kernel::{ClassId, LessonId, PersonId, SubjectId};

use crate::{Slot, WorkId};

kernel::id!(/// A request for correction.
    CorrectionId);

/// For so many hours an approval opens its cell.
pub(crate) const OPEN_HOURS: i64 = 24;
/// Reason and answer are at most so long.
pub(crate) const LONGEST_REASON: usize = 1000;

/// Which cell is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionOf {
    /// The mark of a lesson; `None` is its first work.
    Mark {
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
    },
    Final {
        class: ClassId,
        subject: SubjectId,
        pupil: PersonId,
        slot: Slot,
    },
}

impl CorrectionOf {
    pub const fn pupil(self) -> PersonId {
        match self {
            Self::Mark { pupil, .. } | Self::Final { pupil, .. } => pupil,
        }
    }
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionState {
    Asked,
    /// The cell is open, or was and nobody used it.
    Approved,
    Refused,
    /// Something was written into the opened cell.
    Used,
}

impl CorrectionState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Used => "used",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Asked, Self::Approved, Self::Refused, Self::Used]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// What the deputy head decides about requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Refuse,
    /// Takes the decision back while nobody made use of it.
    Undo,
}

impl Decision {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "approve" => Some(Self::Approve),
            "refuse" => Some(Self::Refuse),
            "undo" => Some(Self::Undo),
            _ => None,
        }
    }
}

/// A request as it is kept.
#[derive(Clone, Debug)]
pub struct Correction {
    pub id: CorrectionId,
    pub class: ClassId,
    pub subject: SubjectId,
    pub of: CorrectionOf,
    pub old_value: String,
    pub wanted: String,
    pub reason: String,
    pub state: CorrectionState,
    pub asked_by: PersonId,
    pub asked_at: DateTime<Utc>,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub answer: String,
    pub open_until: Option<DateTime<Utc>>,
    /// Who asked has read the answer.
    pub answer_seen: bool,
}

//! One change of one final mark, as a page sends it: idempotent by its id,
//! refused when the cell is no longer as the page saw it (JRN-3).

use chrono::{DateTime, Utc};
use kernel::{PersonId, SubjectId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{FinalLock, Slot, Status, finals::FinalPlace};

/// A change of one final mark of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinalOperation {
    /// Made by the client; sending it again does nothing.
    pub op_id: Uuid,
    pub subject: SubjectId,
    pub pupil: PersonId,
    pub slot: Slot,
    /// The version that the client saw; 0 for a mark never set.
    pub base: i32,
    /// What was typed.
    pub value: String,
}

impl FinalOperation {
    pub(crate) const fn place(&self) -> FinalPlace {
        FinalPlace {
            pupil: self.pupil,
            subject: self.subject,
            slot: self.slot,
        }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalAnswer {
    pub op_id: Uuid,
    pub status: Status,
    /// The version and value now.
    pub version: i32,
    pub value: String,
    /// Whose value it is and since when, where that is somebody else's.
    pub by: Option<PersonId>,
    pub at: Option<DateTime<Utc>>,
    pub why: Option<FinalWhy>,
}

/// Why a final mark was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinalWhy {
    OffScale,
    GradeOne,
    /// Nobody gets a final mark in the subject.
    WithoutMarks,
    NotInClass,
    Ahead,
    YearArchived,
    NotYours,
    Signed,
    ChangedMeanwhile,
}

impl FinalWhy {
    pub const ALL: [Self; 9] = [
        Self::OffScale,
        Self::GradeOne,
        Self::WithoutMarks,
        Self::NotInClass,
        Self::Ahead,
        Self::YearArchived,
        Self::NotYours,
        Self::Signed,
        Self::ChangedMeanwhile,
    ];

    /// The key of the words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OffScale => "journal.finals.op.off-scale",
            Self::GradeOne => "journal.finals.op.grade-one",
            Self::WithoutMarks => "journal.finals.op.without-marks",
            Self::NotInClass => "journal.finals.op.not-in-class",
            Self::Ahead => "journal.finals.op.ahead",
            Self::YearArchived => "journal.finals.op.year-archived",
            Self::NotYours => "journal.finals.op.not-yours",
            Self::Signed => "journal.finals.op.signed",
            Self::ChangedMeanwhile => "journal.finals.op.changed-meanwhile",
        }
    }

    pub(crate) const fn status(self) -> Status {
        match self {
            Self::OffScale | Self::GradeOne | Self::WithoutMarks => Status::Invalid,
            Self::NotYours => Status::Denied,
            Self::ChangedMeanwhile => Status::Conflict,
            _ => Status::Locked,
        }
    }
}

impl From<FinalLock> for FinalWhy {
    fn from(lock: FinalLock) -> Self {
        match lock {
            FinalLock::NotEnrolled => Self::NotInClass,
            FinalLock::NotYours => Self::NotYours,
            FinalLock::Ahead => Self::Ahead,
            FinalLock::Archived => Self::YearArchived,
            FinalLock::GradeOne => Self::GradeOne,
            FinalLock::WithoutMarks => Self::WithoutMarks,
            FinalLock::Signed => Self::Signed,
        }
    }
}

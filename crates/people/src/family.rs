//! Who is whose parent (PPL-3).

use chrono::NaiveDate;
use kernel::PersonId;
use serde::{Deserialize, Serialize};

kernel::id!(/// One tie of a parent and a pupil.
    KinshipId);

/// Степень родства.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KinshipKind {
    Mother,
    Father,
    Guardian,
    Other,
}

impl KinshipKind {
    pub const ALL: [Self; 4] = [Self::Mother, Self::Father, Self::Guardian, Self::Other];

    /// The name in the database, in forms and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Guardian => "guardian",
            Self::Other => "other",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A tie in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kinship {
    pub id: KinshipId,
    pub parent: PersonId,
    pub pupil: PersonId,
    /// mother, father, guardian, other
    pub kind: String,
    pub since: Option<NaiveDate>,
}

/// A tie to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewKinship {
    pub parent: PersonId,
    pub pupil: PersonId,
    pub kind: KinshipKind,
}

//! Scales of marks, kinds of work and their weights (CUR-7; §2.4).

use kernel::SubjectId;
use rust_decimal::Decimal;

use crate::{Error, Scale, WorkKind, WorkKindId};

kernel::id!(/// A scale of marks as the school names it.
    ScaleId);

/// A scale that subjects may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleRow {
    pub id: ScaleId,
    pub name: String,
    pub scale: Scale,
}

/// A kind of work as its page edits it.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkKindRow {
    pub kind: WorkKind,
    pub position: i16,
    pub archived: bool,
    pub version: i32,
}

/// What may be said of a kind of work; the code comes from the list of §2.4
/// and stays, because API clients know it.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkKindFields {
    pub name: String,
    pub abbr: String,
    pub weight: Decimal,
    pub is_control: bool,
    pub position: i16,
    pub archived: bool,
}

/// A subject as its page edits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectCard {
    pub id: SubjectId,
    pub name: String,
    pub short_name: String,
    pub area: String,
    pub scale: Option<ScaleId>,
    /// No final marks are due in it, and reports leave it out (§1.0.1).
    pub without_marks: bool,
    pub archived: bool,
    pub version: i32,
}

/// What may be said of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectFields {
    pub name: String,
    pub short_name: String,
    pub area: String,
    pub scale: Option<ScaleId>,
    /// No final marks are due in it, and reports leave it out (§1.0.1).
    pub without_marks: bool,
    pub archived: bool,
}

/// A subject to be entered by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSubject {
    pub name: String,
    pub short_name: String,
    pub area: String,
}

/// A change of one kind of work that names the version it saw.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkKindChange {
    pub id: WorkKindId,
    pub seen: i32,
    pub fields: WorkKindFields,
}

impl Scale {
    pub const ALL: [Self; 5] = [
        Self::Five,
        Self::Ten,
        Self::Twelve,
        Self::Hundred,
        Self::Pass,
    ];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Five => "five",
            Self::Ten => "ten",
            Self::Twelve => "twelve",
            Self::Hundred => "hundred",
            Self::Pass => "pass",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl WorkKindFields {
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let (name, abbr) = (self.name.trim().to_owned(), self.abbr.trim().to_owned());
        if name.is_empty() || abbr.is_empty() {
            return Err(Error::NameMissing);
        }
        let too_fine = self.weight.normalize().scale() > 2;
        if self.weight < Decimal::ZERO || self.weight > Decimal::ONE_HUNDRED || too_fine {
            return Err(Error::BadWeight);
        }
        Ok(Self { name, abbr, ..self })
    }
}

impl SubjectFields {
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let clean = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
        let (name, short_name) = (clean(&self.name), clean(&self.short_name));
        if name.is_empty() || short_name.is_empty() {
            return Err(Error::NameMissing);
        }
        Ok(Self {
            name,
            short_name,
            area: clean(&self.area),
            ..self
        })
    }
}

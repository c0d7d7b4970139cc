//! A rule of the regulation, and when what it wants is due.

use kernel::Role;
use serde::{Deserialize, Serialize};

use crate::When;

/// One rule: what has to be done, by whom, until when (DLN-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// `R-8.4`
    pub id: String,
    /// Which paper it is of.
    pub act: Act,
    /// «Регламент, п. 8.4»
    pub clause: String,
    pub name: String,
    /// What has to be done, in a sentence.
    pub what: String,
    /// How one sees that it is done.
    pub done: String,
    /// Whom the paper names; a fact names its owner itself.
    pub owner: Option<Addressee>,
    /// The kind of fact it looks at; `-` where no domain knows of it yet.
    pub duty: String,
    #[serde(flatten)]
    pub terms: Terms,
    /// May be lifted by hand, with a reason.
    pub lift: bool,
    /// How far those below may go from it.
    pub limits: Limits,
    #[serde(default)]
    pub note: String,
}

/// What a region, a municipality and a school may change of a rule (DLN-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub on: bool,
    pub when: When,
    /// So many working days before the day somebody is reminded: `[3, 1]`.
    pub before: Vec<u32>,
    /// Who is reminded before and on the day.
    pub remind: Vec<Addressee>,
    /// Who is told after it.
    pub escalate: Vec<Step>,
    /// What appears only after a day of the year («до 15 сентября») has so many
    /// working days, instead of being late at once.
    #[serde(default = "usual_grace")]
    pub grace: u32,
    /// By hand the day is shifted at most so many days.
    #[serde(default = "usual_shift")]
    pub shift: u32,
}

/// A week. The regulation says nothing of it, so every level may set its own.
const fn usual_grace() -> u32 {
    5
}

/// A month, for the same reason.
const fn usual_shift() -> u32 {
    31
}

/// Somebody is told so many working days after the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub after: u32,
    pub to: Addressee,
}

/// What those below may do to the terms; to be stricter is always allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Set a later day.
    pub later: bool,
    /// Switch it off.
    pub off: bool,
}

impl Limits {
    /// Everything is allowed.
    pub const NONE: Self = Self {
        later: true,
        off: true,
    };
}

/// The paper that a rule is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Порядок и регламент гимназии № 7 (seed 003).
    Gymnasium,
    /// Положение лицея о внедрении (seed 000).
    Lyceum,
    /// Порядок «Электронной школы» (seed 001).
    #[serde(rename = "e-school")]
    ESchool,
    /// Приказ министерства Краснодарского края № 3581 (seed 002).
    Region,
    /// План-график управления образования (seed 004).
    Municipality,
    /// Приказ Минпросвещения № 704.
    #[serde(rename = "ministry704")]
    Ministry704,
}

impl Act {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gymnasium => "gymnasium",
            Self::Lyceum => "lyceum",
            Self::ESchool => "e-school",
            Self::Region => "region",
            Self::Municipality => "municipality",
            Self::Ministry704 => "ministry704",
        }
    }
}

/// Who is told of a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// Whoever owes it.
    Owner,
    /// Who leads the class it is about.
    ClassTeacher,
    #[serde(untagged)]
    Role(Role),
}

impl Addressee {
    /// Everybody who can be told, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::ClassTeacher,
        Self::Role(Role::Secretary),
        Self::Role(Role::Admin),
        Self::Role(Role::Deputy),
        Self::Role(Role::Director),
        Self::Role(Role::MunicipalOperator),
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::ClassTeacher => "class_teacher",
            Self::Role(role) => role.code(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "owner" => Some(Self::Owner),
            "class_teacher" => Some(Self::ClassTeacher),
            _ => Role::from_code(code).map(Self::Role),
        }
    }
}

/// No domain knows of such facts yet.
pub const NO_DUTY: &str = "-";

impl Rule {
    /// Whether it has days, and so debts, at all.
    pub fn is_counted(&self) -> bool {
        self.duty != NO_DUTY && self.terms.when.is_counted()
    }
}

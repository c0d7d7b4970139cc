//! A thing owed under a rule.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, GroupId, PersonId, Role, SubjectId};
use serde::{Deserialize, Serialize};

kernel::id!(/// One thing owed under one rule.
    DebtId);

/// One thing owed under one rule, as last seen in live data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debt {
    pub id: DebtId,
    /// The rule's id in the regulation: `R-8.4`.
    pub rule: String,
    pub duty: String,
    pub key: String,
    /// The day the rule counts from.
    pub on: NaiveDate,
    /// The last day on which it is not late, by the rule.
    pub due_on: NaiveDate,
    /// The same, set by hand with a reason.
    pub shifted_on: Option<NaiveDate>,
    /// Who owes it; for a class teacher whoever led the class when last looked.
    pub person: Option<PersonId>,
    /// Everybody with the role owes it, where no person does.
    pub role: Option<Role>,
    pub class: Option<ClassId>,
    pub group: Option<GroupId>,
    pub subject: Option<SubjectId>,
    /// Whose card, account or mark it is.
    pub about: Option<PersonId>,
    pub lesson: Option<i16>,
    pub text: String,
    /// The page where it is done, inside the organisation.
    pub place: String,
    /// How much is done, of how much.
    pub parts: Option<(i32, i32)>,
    pub found_at: DateTime<Utc>,
    /// First seen open after its day.
    pub late_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closed_how: Option<ClosedHow>,
    /// Why it was shifted or lifted.
    pub reason: String,
    pub version: i32,
}

impl Debt {
    /// The last day on which it is not late.
    pub fn due(&self) -> NaiveDate {
        self.shifted_on.unwrap_or(self.due_on)
    }
}

/// How a debt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedHow {
    /// The data says so.
    Done,
    /// By hand, with a reason.
    Lifted,
    /// The thing itself is no more, or the rule is off.
    Gone,
}

impl ClosedHow {
    pub const ALL: [Self; 3] = [Self::Done, Self::Lifted, Self::Gone];

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Lifted => "lifted",
            Self::Gone => "gone",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

//! Saved reports, and requests for one.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{AccountId, Actor, PersonId, Role};

use crate::{Definition, Error};

kernel::id!(/// A saved report.
    ReportId);
kernel::id!(/// A request for a report.
    RequestId);

/// Whom a report may be shared with; the right to open shared ones comes on top.
pub const SHARED_WITH: [Role; 5] = [
    Role::Director,
    Role::Deputy,
    Role::Admin,
    Role::Secretary,
    Role::Teacher,
];

/// A report as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    pub owner: PersonId,
    /// In whose name it is carried out by the clock.
    pub account: AccountId,
    pub title: String,
    pub definition: Definition,
    pub shared: Vec<Role>,
    pub version: i32,
    pub changed_at: DateTime<Utc>,
}

impl Report {
    pub fn is_of(&self, actor: &Actor) -> bool {
        self.owner == actor.person
    }

    /// Whether the actor may open it: the own one, and what is shared with a
    /// role of the actor's.
    pub fn is_open_to(&self, actor: &Actor) -> bool {
        self.is_of(actor) || self.shared.iter().any(|it| actor.is(*it))
    }
}

/// What a form says of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewReport {
    pub title: String,
    pub definition: Definition,
}

impl NewReport {
    /// The title as it is kept.
    ///
    /// # Errors
    /// [`Error::BadTitle`]
    pub(crate) fn title(&self) -> Result<&str, Error> {
        let title = self.title.trim();
        if title.is_empty() || title.chars().count() > 200 {
            return Err(Error::BadTitle);
        }
        Ok(title)
    }
}

/// What somebody of the leadership asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub asked_by: PersonId,
    pub asked_at: DateTime<Utc>,
    pub text: String,
    pub due_on: NaiveDate,
    pub closed_by: Option<PersonId>,
    pub closed_at: Option<DateTime<Utc>>,
    pub answer: String,
    pub report: Option<ReportId>,
}

impl Request {
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Grant, Scope};

    use super::*;

    fn actor(person: i64, role: Role) -> Actor {
        Actor {
            account: 1.into(),
            person: person.into(),
            org: 1.into(),
            grants: vec![Grant {
                role,
                scope: Scope::Org,
            }]
            .into(),
            looked: false,
        }
    }

    /// RPT-2: a report is its owner's, and of the roles that it is shared with.
    #[test]
    fn a_report_is_open_to_its_owner_and_to_the_roles_it_is_shared_with() {
        let report = Report {
            id: 1.into(),
            owner: 7.into(),
            account: 7.into(),
            title: "x".to_owned(),
            definition: Definition::default(),
            shared: vec![Role::Director],
            version: 1,
            changed_at: DateTime::UNIX_EPOCH,
        };
        assert!(report.is_open_to(&actor(7, Role::Deputy)));
        assert!(!report.is_open_to(&actor(8, Role::Deputy)));
        assert!(report.is_open_to(&actor(9, Role::Director)));
        assert!(!report.is_of(&actor(9, Role::Director)));
    }

    #[test]
    fn a_title_is_neither_empty_nor_endless() {
        let of = |title: &str| NewReport {
            title: title.to_owned(),
            ..NewReport::default()
        };
        assert_eq!(of("  А ").title().expect("fine"), "А");
        assert!(of("  ").title().is_err());
        assert!(of(&"я".repeat(201)).title().is_err());
    }
}

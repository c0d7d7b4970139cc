//! Методические объединения: members, plan of work, minutes, reports (PPL-12).

use chrono::NaiveDate;
use kernel::PersonId;

use crate::{Error, codes::codes};

kernel::id!(/// A methodical association.
    AssociationId);
kernel::id!(/// A point of its plan, minutes or a report.
    ItemId);

codes! {
    /// What an association keeps.
    ItemKind {
        Plan = "plan",
        Minutes = "minutes",
        Report = "report",
    }
}

/// What is said of an association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationFields {
    pub name: String,
    pub head: Option<PersonId>,
    pub note: String,
    pub members: Vec<PersonId>,
}

impl AssociationFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        if self.name.is_empty() || !short(&self.name, 200) || !short(&self.note, 2000) {
            return Err(Error::BadFields);
        }
        Ok(())
    }
}

/// An association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    pub id: AssociationId,
    pub fields: AssociationFields,
    /// Points of the plan that are done, and all of them.
    pub done: i64,
    pub planned: i64,
    pub version: i32,
}

/// What is said of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFields {
    pub kind: ItemKind,
    pub held_on: NaiveDate,
    /// The number of the minutes.
    pub number: String,
    pub title: String,
    pub body: String,
    /// Of a point of the plan.
    pub done: bool,
}

impl ItemFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = !self.title.is_empty()
            && short(&self.title, 300)
            && short(&self.number, 40)
            && short(&self.body, 20_000);
        if texts { Ok(()) } else { Err(Error::BadFields) }
    }
}

/// An item of an association.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: ItemId,
    pub association: AssociationId,
    pub fields: ItemFields,
    pub version: i32,
}

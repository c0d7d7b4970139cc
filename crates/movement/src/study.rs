//! A pupil's stays in classes as the card shows them (PPL-2).

use chrono::NaiveDate;
use kernel::ClassId;

use crate::order::{LeavingReason, OrderId, OrderKind};

/// A stay in a class with what its orders say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stayed {
    pub class: ClassId,
    /// First day in the class.
    pub since: NaiveDate,
    /// Last day in the class; `None` while it lasts.
    pub until: Option<NaiveDate>,
    pub began: StayOrder,
    /// Empty where the order does not say.
    pub came_from: String,
    pub ended: Option<StayOrder>,
    pub went_to: String,
    pub reason: Option<LeavingReason>,
}

impl Stayed {
    /// Whether the pupil was in the class on that day.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day <= it)
    }
}

/// The order that began or ended a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayOrder {
    pub id: OrderId,
    pub kind: OrderKind,
    pub number: String,
    pub ordered_on: NaiveDate,
}

//! Who is in the classes of the years that deadlines look at, and the orders
//! that wait.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, PersonId};
use serde::Deserialize;

use crate::{Member, OrderId, OrderKind, Side, TransferId};

/// The stays in these classes, and what waits to become one.
#[derive(Clone, Debug, Deserialize)]
pub struct Enrolments {
    pub stays: Vec<Enrolment>,
    /// Orders that are not in force yet.
    pub drafts: Vec<WaitingOrder>,
    /// Who is in a parallel and waits for a class.
    #[serde(default)]
    pub unplaced: Vec<Unplaced>,
    /// Everybody whom any order ever named, a draft too.
    pub named: HashSet<PersonId>,
    /// Transfers between schools that wait for this one (MOV-5).
    #[serde(default)]
    pub transfers: Vec<WaitingTransfer>,
    /// Transfers of the last year that whoever began them took back.
    #[serde(default)]
    pub withdrawn: HashSet<TransferId>,
    /// The first days of the years asked about in which a stay has no order
    /// where it begins or ends, so that the book may not balance (S3:10.3).
    #[serde(default)]
    pub broken: Vec<NaiveDate>,
}

/// A transfer that waits for the school of the transaction.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WaitingTransfer {
    pub transfer: TransferId,
    /// The part of the school in it.
    pub side: Side,
    /// When it was asked, or offered.
    pub since: DateTime<Utc>,
    /// The pupil's card here, where there is one already.
    pub pupil: Option<PersonId>,
    /// The own order that was drawn up.
    pub order: Option<OrderId>,
}

/// One stay of a pupil in a class with the order that began it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Enrolment {
    #[serde(flatten)]
    pub member: Member,
    pub kind: OrderKind,
    pub issued_at: Option<DateTime<Utc>>,
    pub effective_on: NaiveDate,
}

/// A pupil in a parallel and in no class («нераспределённый»).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Unplaced {
    pub pupil: PersonId,
    pub grade: i16,
    pub since: NaiveDate,
    /// Last day without a class; `None` while it lasts.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

/// An order that is drawn up and not issued.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WaitingOrder {
    pub order: OrderId,
    pub kind: OrderKind,
    pub effective_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub pupils: u32,
}

impl Enrolments {
    /// Everybody who is in one of the classes on the day, or comes later.
    pub fn present(&self, day: NaiveDate) -> impl Iterator<Item = &Enrolment> {
        self.stays
            .iter()
            .filter(move |it| it.member.until.is_none_or(|until| day <= until))
    }

    /// The stays in a class.
    pub fn of_class(&self, class: ClassId) -> impl Iterator<Item = &Enrolment> {
        self.stays.iter().filter(move |it| it.member.class == class)
    }
}

use std::collections::HashSet;

use dues::{About, Fact, Owner};
use kernel::Role;

use super::{Told, orders::ORDER};
use crate::{OrderId, Side, TransferId};

/// What keys of transfers begin with.
const TRANSFER: &str = "transfer/";

impl Told<'_> {
    /// Transfers that wait for this school: the order of leaving that answers
    /// a request, the order of enrolment after an offer (S3:9.2, приказ № 240).
    /// An order that is drawn up for one is the same thing, owed since the
    /// other school acted.
    pub(super) fn transfers(&mut self) {
        let enrolments = self.enrolments.clone();
        for it in &enrolments.transfers {
            let text = match it.side {
                Side::Leaving => "transfer-request",
                Side::Accepting => "transfer-offer",
            };
            let fact = Fact {
                duty: ORDER,
                key: format!("{TRANSFER}{}", it.transfer),
                on: self.own.day(it.since),
                owner: Owner::Role(Role::Secretary),
                about: About {
                    person: it.pupil,
                    text: text.to_owned(),
                    ..About::default()
                },
                place: format!("/movement/transfers/{}", it.transfer),
                parts: None,
            };
            self.count(ORDER, fact.on, fact.owner);
            self.answer.tell(self.ask, fact);
        }
        // What whoever began it took back is not required any more.
        let taken_back = |key: &str| {
            let transfer = key.strip_prefix(TRANSFER).and_then(|it| it.parse().ok());
            transfer.is_some_and(|it: TransferId| enrolments.withdrawn.contains(&it))
        };
        self.answer.lose(self.ask, ORDER, |key| !taken_back(key));
    }

    /// The orders that are drawn up for transfers.
    pub(super) fn orders_of_transfers(&self) -> HashSet<OrderId> {
        let transfers = self.enrolments.transfers.iter();
        transfers.filter_map(|it| it.order).collect()
    }
}

use chrono::NaiveDate;
use dues::{About, Fact, Owner, Whole};
use kernel::Role;
use people::Files;

use super::Told;

/// An order of enrolment or leaving (S3:9.2).
pub(super) const ORDER: &str = "movement.order";
/// An order that should be in force by now: the deputy head sees to it (S3:9.3).
pub(super) const OVERDUE: &str = "movement.overdue";

impl Told<'_> {
    /// Orders that are drawn up and not issued.
    pub(super) fn orders(&mut self) {
        let enrolments = self.enrolments.clone();
        let of_transfers = self.orders_of_transfers();
        for it in &enrolments.drafts {
            let drawn_up = self.own.day(it.created_at);
            let fact = Fact {
                duty: ORDER,
                key: format!("order/{}", it.order),
                on: drawn_up,
                owner: Owner::Role(Role::Secretary),
                about: About {
                    text: it.kind.code().to_owned(),
                    ..About::default()
                },
                place: format!("/movement/orders/{}", it.order),
                parts: None,
            };
            if it.effective_on < self.ask.today {
                let overdue = Fact {
                    duty: OVERDUE,
                    on: it.effective_on.max(drawn_up),
                    owner: Owner::Role(Role::Deputy),
                    ..fact.clone()
                };
                self.count(OVERDUE, overdue.on, overdue.owner);
                self.answer.tell(self.ask, overdue);
            }
            if of_transfers.contains(&it.order) {
                continue;
            }
            self.count(ORDER, fact.on, fact.owner);
            self.answer.tell(self.ask, fact);
        }
    }

    /// Pupils with a card whom no order names.
    pub(super) fn without_orders(&mut self, files: &Files) {
        let enrolments = self.enrolments.clone();
        for it in files
            .pupils()
            .filter(|it| !enrolments.named.contains(&it.pupil))
        {
            let fact = Fact {
                duty: ORDER,
                key: format!("pupil/{}", it.pupil),
                on: self.own.day(it.entered_at),
                owner: Owner::Role(Role::Secretary),
                about: About {
                    person: Some(it.pupil),
                    text: "enrolment".to_owned(),
                    ..About::default()
                },
                place: format!("/movement/orders/new?type=enrolment&pupil={}", it.pupil),
                parts: None,
            };
            self.count(ORDER, fact.on, fact.owner);
            self.answer.tell(self.ask, fact);
        }
    }

    pub(super) fn count(&mut self, duty: &'static str, on: NaiveDate, owner: Owner) {
        let whole = Whole {
            duty,
            month: on,
            owner,
            class: None,
            things: 1,
        };
        self.answer.count(self.ask, whole);
    }
}

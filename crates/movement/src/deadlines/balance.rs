use curriculum::StudyYear;
use db::Tx;
use dues::{About, Fact, Owner};
use kernel::Role;

use super::Told;
use crate::{Error, books, store};

/// «Движение учащихся по школе» balances on any day (S3:10.3).
pub(super) const BALANCE: &str = "movement.balance";

impl Told<'_> {
    /// Whether the numbers of pupils follow from the orders, in every year
    /// that goes on.
    pub(super) async fn balances(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let (study, today) = (self.study.clone(), self.ask.today);
        let open = |it: &&StudyYear| {
            !it.year.archived && it.year.starts_on <= today && today <= it.year.ends_on
        };
        // Years do not overlap.
        let Some(year) = study.years.iter().find(open) else {
            return Ok(());
        };
        // The stays of a year are read only where some of them are broken.
        let found = if self.enrolments.broken.contains(&year.year.starts_on) {
            let stays = store::passages(tx, year.year.starts_on, today).await?;
            let classes: Vec<_> = study.classes().cloned().collect();
            books::first_gap(&stays, &year.year, today, &classes)
        } else {
            None
        };
        let (on, owner) = (
            found.as_ref().map_or(year.year.starts_on, |it| it.on),
            Owner::Role(Role::Admin),
        );
        self.count(BALANCE, on, owner);
        if let Some(gap) = found {
            let fact = Fact {
                duty: BALANCE,
                key: format!("{}/balance", year.number()),
                on,
                owner,
                about: About {
                    class: gap.class,
                    ..About::default()
                },
                place: "/movement/numbers?period=year&level=classes".to_owned(),
                parts: None,
            };
            self.answer.tell(self.ask, fact);
        }
        Ok(())
    }
}

//! «Напомнить» on a board: a letter at once, named by the event.

use std::collections::HashSet;

use db::outbox::Event;
use kernel::{PersonId, dates};
use messaging::NewLetter;
use serde::Deserialize;

use super::{Digests, letter::Content};
use crate::{DebtId, Error, store};

/// What the event says.
#[derive(Deserialize)]
struct Said {
    by: PersonId,
    to: Vec<Debtor>,
}

#[derive(Deserialize)]
struct Debtor {
    person: PersonId,
    debts: Vec<DebtId>,
}

impl Digests {
    pub(super) async fn nudge(&self, event: &Event) -> Result<(), Error> {
        let Ok(said) = serde_json::from_value::<Said>(event.payload.clone()) else {
            // It will not be understood later either.
            tracing::error!(event.id = %event.id, "a reminder that says nothing");
            return Ok(());
        };
        let mut tx = self.db.begin_system(event.org).await?;
        let own = self.asked.orgs.own(&mut tx).await?;
        let today = dates::today(tx.now(), own.zone);
        let debts: Vec<DebtId> = said.to.iter().flat_map(|it| it.debts.clone()).collect();
        let open = store::digest::open(&mut tx, &debts).await?;
        let all: Vec<_> = open.iter().collect();
        let base = format!("{}/o/{}", self.site, own.code);
        let names = self.names(&mut tx, &all, Some(said.by), base).await?;
        let mut letters = vec![];
        for it in &said.to {
            let mut of_person: Vec<_> = open
                .iter()
                .filter(|debt| it.debts.contains(&debt.debt))
                .cloned()
                .collect();
            for debt in &mut of_person {
                // Whoever is reminded owes it, as the board said.
                (debt.to, debt.owner, debt.role) = (it.person, Some(it.person), None);
            }
            if of_person.is_empty() {
                continue;
            }
            let content = Content::of(it.person, &of_person, &HashSet::new(), today);
            let (subject, text, html) = content.shown(&self.views, &names, today)?;
            letters.push(NewLetter {
                to: it.person,
                kind: "deadlines.reminder",
                once: format!("event/{}", event.id),
                subject,
                text,
                html,
                not_before: tx.now(),
                duty: true,
            });
        }
        self.letters
            .write(&mut tx, &letters)
            .await
            .map_err(Error::Source)?;
        tx.commit().await?;
        Ok(())
    }
}

//! Аттестация: the list of the school, and what is known of one person (PPL-10).

use std::collections::HashMap;

use kernel::{Actor, PersonId, Right};
use people::Card;

use super::Portfolio;
use crate::{Attestation, Error, store};

/// Somebody who works here, with what is known of the attestation.
#[derive(Clone, Debug)]
pub struct Attested {
    pub person: PersonId,
    pub name: String,
    pub attestation: Attestation,
}

impl Portfolio {
    /// Everybody who works here, in the order of names.
    pub async fn attestations(&self, actor: &Actor) -> Result<Vec<Attested>, Error> {
        actor.may_in_org(Right::StaffView)?;
        let mut tx = self.db.begin(actor).await?;
        let staff = self.people.staff(&mut tx).await?;
        let known = store::attestations(&mut tx, None).await?;
        tx.commit().await?;
        let mut known: HashMap<PersonId, Attestation> = known.into_iter().collect();
        let attested = |it: &Card| Attested {
            person: it.id,
            name: it.full(),
            attestation: known.remove(&it.id).unwrap_or_default(),
        };
        Ok(staff.iter().map(attested).collect())
    }

    /// What is known of one person, to be changed.
    pub async fn attestation(&self, actor: &Actor, person: PersonId) -> Result<Attested, Error> {
        actor.may_in_org(Right::StaffEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let staff = self.people.staff(&mut tx).await?;
        let card = staff.iter().find(|it| it.id == person);
        let name = card.map(Card::full).ok_or(Error::NotFound)?;
        let known = store::attestations(&mut tx, Some(person)).await?;
        tx.commit().await?;
        Ok(Attested {
            person,
            name,
            attestation: known.into_iter().next().map(|it| it.1).unwrap_or_default(),
        })
    }

    /// Writes it, over the version that it has; `category` is how the card
    /// names the category that was given, so that both tell the same.
    pub async fn save_attestation(
        &self,
        actor: &Actor,
        person: PersonId,
        known: &Attestation,
        category: Option<&str>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::StaffEdit)?;
        known.check()?;
        let mut tx = self.db.begin(actor).await?;
        store::save_attestation(&mut tx, person, known).await?;
        if let Some(category) = category {
            self.people
                .decided_category(&mut tx, person, category)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

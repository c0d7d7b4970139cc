//! The register built anew from the orders (MOV-2, `zvonok check register`).

use db::Tx;
use kernel::{OrgId, PersonId};

use super::Movement;
use crate::{Error, register::Chain, store};

impl Movement {
    /// Pupils whose stays are not what the issued orders alone make, with
    /// what they should be; nothing is changed.
    async fn wrong_chains(&self, tx: &mut Tx) -> Result<Vec<(PersonId, Chain)>, Error> {
        let pupils = store::known_pupils(tx).await?;
        let chains = store::chains(tx, &pupils).await?;
        let events = store::events(tx, &pupils).await?;
        let mut wrong = Vec::new();
        for pupil in pupils {
            let orders = events.get(&pupil).map_or(&[][..], Vec::as_slice);
            let told = Chain::of(orders).map_err(|why| Error::Refused { pupil, why })?;
            if chains.get(&pupil).cloned().unwrap_or_default() != told {
                wrong.push((pupil, told));
            }
        }
        Ok(wrong)
    }

    /// As [`Movement::rebuild`], in a transaction of its own.
    pub async fn mend_register(&self, org: OrgId) -> Result<Vec<PersonId>, Error> {
        let mut tx = self.db.begin_system(org).await?;
        let wrong = self.rebuild(&mut tx).await?;
        tx.commit().await?;
        Ok(wrong)
    }

    /// Builds the register anew from the issued orders alone, where it is not
    /// already what they say; the pupils that were wrong.
    pub async fn rebuild(&self, tx: &mut Tx) -> Result<Vec<PersonId>, Error> {
        store::lock_book(tx).await?;
        let wrong = self.wrong_chains(tx).await?;
        for (pupil, told) in &wrong {
            store::put_chain(tx, *pupil, told).await?;
        }
        Ok(wrong.into_iter().map(|it| it.0).collect())
    }

    /// Pupils of the organisation whom the register does not have where the
    /// orders put them; nothing is changed.
    pub async fn check_register(&self, org: OrgId) -> Result<Vec<PersonId>, Error> {
        let mut tx = self.db.begin_system(org).await?;
        // Nobody issues an order between the two looks.
        store::lock_book(&mut tx).await?;
        let wrong = self.wrong_chains(&mut tx).await?;
        tx.commit().await?;
        Ok(wrong.into_iter().map(|it| it.0).collect())
    }
}

//! The contract of this domain: no state, only the caller's transaction.

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::ClassPupils;
use db::Tx;
use kernel::{ClassId, Fault, PersonId};

use crate::{ClassRegister, Error, Member, store};

/// What other domains ask of the class register; it holds nothing, so every
/// domain may have one, also those that [`crate::Movement`] itself asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Register;

#[async_trait]
impl ClassRegister for Register {
    async fn members(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Member>, Error> {
        // An empty range is one that nobody was there in.
        if to < from {
            return Ok(Vec::new());
        }
        Ok(store::members(tx, classes, from, to).await?)
    }

    async fn stays(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<Vec<Member>, Error> {
        Ok(store::stays(tx, pupils).await?)
    }

    async fn enrolled(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<Member>, Error> {
        Ok(store::enrolled(tx, on).await?)
    }
}

#[async_trait]
impl ClassPupils for Register {
    async fn pupils(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        on: NaiveDate,
    ) -> Result<Vec<(ClassId, PersonId)>, Box<dyn Fault>> {
        let members = store::members(tx, classes, on, on).await;
        let members = members.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(members.into_iter().map(|it| (it.class, it.pupil)).collect())
    }
}

//! The dictionary of codes.

use kernel::{Actor, Right};

use super::Preschool;
use crate::{Code, Error, code, store};

/// The dictionary, and whether the actor changes it.
#[derive(Clone, Debug)]
pub struct CodesPage {
    pub codes: Vec<Code>,
    pub keeps: bool,
}

impl Preschool {
    /// The codes of the organisation.
    pub async fn codes(&self, actor: &Actor) -> Result<CodesPage, Error> {
        actor.may(Right::SheetView)?;
        let mut tx = self.db.begin(actor).await?;
        let codes = store::codes(&mut tx).await?;
        tx.commit().await?;
        Ok(CodesPage {
            codes,
            keeps: actor.may_in_org(Right::SheetReopen).is_ok(),
        })
    }

    /// Writes the dictionary. Signs that are there stay, since cells hold
    /// them; they are archived instead of removed.
    #[tracing::instrument(name = "preschool.change_codes", skip_all)]
    pub async fn change_codes(&self, actor: &Actor, codes: Vec<Code>) -> Result<(), Error> {
        actor.may_in_org(Right::SheetReopen)?;
        code::check(&codes)?;
        let mut tx = self.db.begin(actor).await?;
        let known = store::codes(&mut tx).await?;
        let kept = |old: &Code| codes.iter().any(|it| it.sign == old.sign);
        if !known.iter().all(kept) {
            return Err(Error::ChangedMeanwhile);
        }
        if !store::save_codes(&mut tx, &codes).await? {
            return Err(Error::ChangedMeanwhile);
        }
        tx.commit().await?;
        Ok(())
    }
}

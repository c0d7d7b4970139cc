//! The use cases of «Мастер ввода данных» (ORG-6).

use std::sync::Arc;

use chrono::NaiveDate;
use db::{Db, Tx};
use kernel::{Actor, Right};

use crate::{
    Error,
    setup::{Mark, SetupFact, SetupSource, SetupStep, Step, steps},
    store,
};

/// The wizard over all domains that know of its steps.
#[derive(Clone)]
pub struct Setup {
    db: Db,
    sources: Arc<[Arc<dyn SetupSource>]>,
}

impl Setup {
    pub fn new(db: Db, sources: Vec<Arc<dyn SetupSource>>) -> Self {
        Self {
            db,
            sources: sources.into(),
        }
    }

    /// All steps as they are now, in a statement for each domain.
    pub async fn steps(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<SetupStep>, Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let mut facts = card_facts(&mut tx).await?;
        for source in self.sources.iter() {
            facts.extend(source.facts(&mut tx, today).await.map_err(Error::Above)?);
        }
        let marks = store::setup_marks(&mut tx).await?;
        tx.commit().await?;
        Ok(steps(&facts, &marks))
    }

    /// Says that the remarks of a step are as they should be, or that the
    /// school does without it; `None` takes the word back.
    #[tracing::instrument(name = "org.setup_mark", skip_all)]
    pub async fn mark(&self, actor: &Actor, step: Step, mark: Option<Mark>) -> Result<(), Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::set_setup_mark(&mut tx, step, mark).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The share of the card that is enough to begin with, in per cent.
const ENOUGH: u8 = 60;

/// The own fact of this domain: the card.
async fn card_facts(tx: &mut Tx) -> Result<Vec<SetupFact>, Error> {
    let (card, version) = store::card(tx).await?.ok_or(Error::NoSuchOrganisation)?;
    let share = card.completeness();
    let saved = SetupFact::needed(Step::Card, "card", i64::from(version));
    let thin = SetupFact::wrong(Step::Card, "card-thin", i64::from(share < ENOUGH));
    Ok(vec![saved, thin])
}

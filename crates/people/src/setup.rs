//! What «Мастер ввода данных» asks of this domain (ORG-6).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;
use org::{SetupFact, SetupSource, Step};

use crate::store;

/// How many people there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupPeople;

#[async_trait]
impl SetupSource for SetupPeople {
    async fn facts(&self, tx: &mut Tx, _: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let it = store::setup_counts(tx)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(vec![
            SetupFact::needed(Step::Staff, "staff", it.staff),
            SetupFact::needed(Step::Pupils, "pupils", it.pupils),
            SetupFact::needed(Step::Pupils, "parents", it.parents),
            SetupFact::wrong(Step::Pupils, "pupils-without-parents", it.alone),
        ])
    }
}

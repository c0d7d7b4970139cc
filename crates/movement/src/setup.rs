//! What «Мастер ввода данных» asks of this domain (ORG-6).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;
use org::{SetupFact, SetupSource, Step};

use crate::store;

/// How many pupils are in a class on the day, or are going to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupRegister;

#[async_trait]
impl SetupSource for SetupRegister {
    async fn facts(&self, tx: &mut Tx, today: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let enrolled = store::setup_enrolled(tx, today)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(vec![SetupFact::needed(Step::Pupils, "enrolled", enrolled)])
    }
}

//! What «Мастер ввода данных» asks of this domain (ORG-6).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;
use org::{SetupFact, SetupSource, Step};

use crate::store;

/// Who can sign in.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupAccounts;

#[async_trait]
impl SetupSource for SetupAccounts {
    async fn facts(&self, tx: &mut Tx, _: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let it = store::setup::setup_counts(tx)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(vec![
            SetupFact::needed(Step::Access, "staff-accounts", it.teachers),
            SetupFact::needed(Step::Access, "family-accounts", it.families),
            SetupFact::wrong(Step::Access, "slips-not-used", it.waiting),
        ])
    }
}

//! What «Мастер ввода данных» asks of this domain (ORG-6).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;
use org::{SetupFact, SetupSource, Step};

use crate::store;

/// What stands for the year near the day.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupCurriculum;

#[async_trait]
impl SetupSource for SetupCurriculum {
    async fn facts(&self, tx: &mut Tx, today: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let it = store::setup::setup_counts(tx, today)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(vec![
            SetupFact::needed(Step::Year, "years", it.years),
            SetupFact::needed(Step::Year, "periods", it.periods),
            SetupFact::wrong(Step::Year, "holidays", i64::from(it.holidays == 0)),
            SetupFact::needed(Step::Subjects, "subjects", it.subjects),
            SetupFact::needed(Step::Classes, "classes", it.classes),
            SetupFact::wrong(Step::Classes, "classes-without-teacher", it.unled),
            SetupFact::needed(Step::Load, "load", it.load),
            SetupFact::wrong(Step::Load, "classes-without-load", it.untaught),
            SetupFact::wrong(Step::Load, "load-without-plan", it.unplanned),
        ])
    }
}

//! What «Мастер ввода данных» asks of this domain (ORG-6).

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;
use org::{SetupFact, SetupSource, Step};

use crate::store;

/// Bells, the timetable and the lessons of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupTimetable;

#[async_trait]
impl SetupSource for SetupTimetable {
    async fn facts(&self, tx: &mut Tx, today: NaiveDate) -> Result<Vec<SetupFact>, Box<dyn Fault>> {
        let it = store::setup::setup_counts(tx, today)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        Ok(vec![
            // A school without bells of its own has the usual ones.
            SetupFact::wrong(Step::Year, "usual-bells", i64::from(it.bells == 0)),
            SetupFact::needed(Step::Timetable, "published", it.published),
            SetupFact::needed(Step::Timetable, "lessons", it.lessons),
        ])
    }
}

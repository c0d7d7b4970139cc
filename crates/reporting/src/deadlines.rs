//! Reports made as a duty (RPT-7; S3:10.3–10.5): which are owed by whom, and
//! which frozen copies say that they were made.

mod duties;
mod told;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::Curriculum;
use db::Tx;
use dues::{Answer, Ask, DeadlineSource};
use kernel::{ClassId, Fault, PersonId};
use org::Organisations;

use crate::{Error, store};

pub use duties::{DUTIES, Due, Rhythm};

/// A frozen copy, as deadlines look at it.
#[derive(Clone, Debug)]
pub(crate) struct DoneRun {
    pub(crate) kind: String,
    pub(crate) year: i16,
    pub(crate) period: String,
    pub(crate) class: Option<ClassId>,
    pub(crate) teacher: Option<PersonId>,
    /// When it was made, where the school is.
    pub(crate) day: NaiveDate,
}

/// Tells which obligatory reports are not frozen yet.
#[derive(Clone)]
pub struct ReportDues {
    pub orgs: Arc<dyn Organisations>,
    pub curriculum: Arc<dyn Curriculum>,
}

#[async_trait]
impl DeadlineSource for ReportDues {
    /// Duties of reports that are not offered yet are nobody's: their rules
    /// stay «источник ещё не подключён».
    fn duties(&self) -> &'static [&'static str] {
        &duties::OFFERED
    }

    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>> {
        self.look(tx, ask)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

impl ReportDues {
    async fn look(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(Answer::default());
        }
        let study = self.curriculum.study(tx, ask).await?;
        let open = study.years.iter().filter(|it| !it.year.archived);
        let years: Vec<i16> = open
            .clone()
            .filter_map(|it| i16::try_from(it.number()).ok())
            .collect();
        let done = store::done(tx, &years, own.zone.name()).await?;
        Ok(told::told(open, &done, ask))
    }
}

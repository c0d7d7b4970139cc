//! Reports made as a duty (RPT-7; S3:10.3–10.5): which are owed by whom, and
//! which frozen copies say that they were made.

mod duties;
mod told;
mod watched;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use curriculum::{Curriculum, StudyYear};
use db::Tx;
use dues::{Answer, Ask, DeadlineSource, Watch};
use kernel::{ClassId, Fault, PersonId};
use org::Organisations;

use crate::{Error, ReportRunId, store};

pub use duties::{DUTIES, Due, Rhythm};
pub(crate) use told::{Of, Owed, owed};

/// A frozen copy, as deadlines look at it.
#[derive(Clone, Debug)]
pub(crate) struct DoneRun {
    pub(crate) run: ReportRunId,
    pub(crate) kind: String,
    pub(crate) year: i16,
    pub(crate) period: String,
    pub(crate) class: Option<ClassId>,
    pub(crate) teacher: Option<PersonId>,
    /// When it was made, where the school is.
    pub(crate) day: NaiveDate,
}

impl DoneRun {
    const fn seen(&self) -> (ReportRunId, NaiveDate) {
        (self.run, self.day)
    }
}

/// A report of S3:10.5 that left the screen.
#[derive(Clone, Debug)]
pub(crate) struct UsedRun {
    pub(crate) class: ClassId,
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

    async fn watched(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Vec<Watch>, Box<dyn Fault>> {
        self.watch(tx, ask)
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

    /// In which classes reports were used in the work with families (S3:10.5).
    async fn watch(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Vec<Watch>, Error> {
        let own = self.orgs.home(tx).await?;
        if !own.kind.is_school() {
            return Ok(vec![]);
        }
        let study = self.curriculum.study(tx, ask).await?;
        let begun = |it: &&StudyYear| !it.year.archived && it.year.starts_on <= ask.today;
        let Some(year) = study.years.iter().rev().find(begun) else {
            return Ok(vec![]);
        };
        let zone = own.zone.name();
        let number = i16::try_from(year.number()).unwrap_or(i16::MAX);
        let used = store::used(tx, number, zone).await?;
        Ok(watched::watched(year, &used, ask.today))
    }
}

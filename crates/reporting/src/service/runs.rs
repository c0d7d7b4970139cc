//! The log of requests, frozen copies and papers: who may see which.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Tx};
use kernel::{Actor, ClassId, PersonId, Reach, Right};

use super::Reporting;
use crate::{
    Error,
    archive::{ArchivePaper, ArchivePaperId},
    runs::{CopyLine, NewRun, ReportRunId, Run, Stored},
    store,
};

/// Whose copies somebody sees: all, or those of the classes that the person
/// leads and of the person's own work.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) whole: bool,
    pub(crate) classes: Vec<ClassId>,
    pub(crate) person: PersonId,
}

impl Reporting {
    pub(crate) const fn db(&self) -> &Db {
        &self.db
    }

    /// The day of a moment where the school is.
    pub(crate) async fn day_of(&self, tx: &mut Tx, at: DateTime<Utc>) -> Result<NaiveDate, Error> {
        let own = self.orgs.home(tx).await?;
        Ok(kernel::dates::today(at, own.zone))
    }

    /// Writes a request down and answers its number. The caller has made the
    /// report, so the actor may have it.
    pub(crate) async fn log(&self, actor: &Actor, new: &NewRun) -> Result<ReportRunId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let id = store::insert_run(&mut tx, new).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// All requests, newest first; for whoever sees the whole school.
    ///
    /// # Errors
    /// [`Error::NotFound`] for others.
    pub async fn runs(&self, actor: &Actor) -> Result<Vec<Run>, Error> {
        if !actor.may(Right::JournalView)?.has(Reach::Org) {
            return Err(Error::NotFound);
        }
        let mut tx = self.db.begin(actor).await?;
        let runs = store::runs(&mut tx).await?;
        tx.commit().await?;
        Ok(runs)
    }

    /// The frozen copies that the actor may see, newest first.
    ///
    /// # Errors
    /// The actor sees no journal at all.
    pub async fn copies(&self, actor: &Actor, today: NaiveDate) -> Result<Vec<CopyLine>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let seen = self.seen(&mut tx, actor, today).await?;
        let copies = store::copies(&mut tx, &seen).await?;
        tx.commit().await?;
        Ok(copies)
    }

    pub(crate) async fn copy(&self, actor: &Actor, run: ReportRunId) -> Result<Stored, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = tx.now().date_naive();
        let seen = self.seen(&mut tx, actor, today).await?;
        let found = store::copy(&mut tx, run, &seen).await?;
        tx.commit().await?;
        found.ok_or(Error::NotFound)
    }

    /// The papers of the archive that the actor may see, newest first.
    pub(crate) async fn papers(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<ArchivePaper>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let seen = self.seen(&mut tx, actor, today).await?;
        let papers = store::papers(&mut tx, &seen, None).await?;
        tx.commit().await?;
        Ok(papers)
    }

    pub(crate) async fn paper(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ArchivePaperId,
    ) -> Result<ArchivePaper, Error> {
        let today = tx.now().date_naive();
        let seen = self.seen(tx, actor, today).await?;
        store::paper(tx, id, &seen).await?.ok_or(Error::NotFound)
    }

    async fn seen(&self, tx: &mut Tx, actor: &Actor, today: NaiveDate) -> Result<Seen, Error> {
        let reaches = actor.may(Right::JournalView)?;
        if !reaches.has(Reach::Org) && !reaches.has(Reach::OwnClass) && !reaches.has(Reach::OwnLoad)
        {
            return Err(Error::NotFound);
        }
        let whole = reaches.has(Reach::Org);
        let classes = if whole {
            vec![]
        } else {
            self.curriculum.own_of(tx, actor.person, today).await?.led
        };
        Ok(Seen {
            whole,
            classes,
            person: actor.person,
        })
    }
}

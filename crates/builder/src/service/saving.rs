//! Keeping reports: saving, sharing, copying, removing, letters.

use db::{Tx, audit};
use kernel::{Actor, Right, Role};
use serde_json::json;

use super::Builder;
use crate::{Closed, Error, NewReport, Report, ReportId, SHARED_WITH, Schedule, Timing, store};

impl Builder {
    /// Keeps a new report of the actor.
    ///
    /// # Errors
    /// [`Error::BadTitle`]; [`Error::Wrong`] with everything that is wrong.
    #[tracing::instrument(name = "builder.add", skip_all)]
    pub async fn add(&self, actor: &Actor, new: &NewReport) -> Result<ReportId, Error> {
        actor.may_in_org(Right::ReportBuild)?;
        let mut tx = self.db.begin(actor).await?;
        let title = self.checked(&mut tx, actor, new).await?;
        let id = store::add_report(&mut tx, actor, title, &new.definition).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Puts other content into the actor's report, over the version that was seen.
    ///
    /// # Errors
    /// As [`Builder::add`]; [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "builder.change", skip_all, fields(report = %id))]
    pub async fn change(
        &self,
        actor: &Actor,
        id: ReportId,
        seen: i32,
        new: &NewReport,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own(&mut tx, actor, id).await?;
        let title = self.checked(&mut tx, actor, new).await?;
        store::change_report(&mut tx, id, seen, title, &new.definition).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The actor's own report, to be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is somebody else's.
    pub async fn to_change(&self, actor: &Actor, id: ReportId) -> Result<Report, Error> {
        let mut tx = self.db.begin(actor).await?;
        let report = self.own(&mut tx, actor, id).await?;
        tx.commit().await?;
        Ok(report)
    }

    /// The title, where the report makes sense for the actor.
    async fn checked<'a>(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        new: &'a NewReport,
    ) -> Result<&'a str, Error> {
        let today = self.today(tx).await?;
        self.plan(actor, &new.definition, Closed::Refuse, today)?;
        new.title()
    }

    /// Copies a report that the actor may open, into the actor's own ones. A
    /// copy names only what is open to the actor.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::ClosedFields`].
    #[tracing::instrument(name = "builder.copy", skip_all, fields(report = %id))]
    pub async fn copy(&self, actor: &Actor, id: ReportId, title: &str) -> Result<ReportId, Error> {
        actor.may_in_org(Right::ReportBuild)?;
        let mut tx = self.db.begin(actor).await?;
        let report = self.open_one(&mut tx, actor, id).await?;
        let title: String = title.chars().take(200).collect();
        let new = NewReport {
            title,
            definition: report.definition,
        };
        let checked = self.checked(&mut tx, actor, &new).await;
        let title = checked.map_err(|error| match error {
            Error::Wrong(_) => Error::ClosedFields,
            other => other,
        })?;
        let id = store::add_report(&mut tx, actor, title, &new.definition).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Opens the actor's report to these roles and to no others. Each reader
    /// sees it with their own rights.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's report or a role that none is shared with.
    #[tracing::instrument(name = "builder.share", skip_all, fields(report = %id))]
    pub async fn share(&self, actor: &Actor, id: ReportId, roles: &[Role]) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own(&mut tx, actor, id).await?;
        if roles.iter().any(|it| !SHARED_WITH.contains(it)) {
            return Err(Error::NotFound);
        }
        share_on_record(&mut tx, id, roles).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the actor's report away.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's report.
    #[tracing::instrument(name = "builder.remove", skip_all, fields(report = %id))]
    pub async fn remove(&self, actor: &Actor, id: ReportId) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own(&mut tx, actor, id).await?;
        store::drop_schedule(&mut tx, id).await?;
        store::remove_report(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Begins letters about the actor's report, or ends them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's report.
    #[tracing::instrument(name = "builder.schedule", skip_all, fields(report = %id))]
    pub async fn tell_when(
        &self,
        actor: &Actor,
        id: ReportId,
        timing: Option<Timing>,
    ) -> Result<Option<Schedule>, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.own(&mut tx, actor, id).await?;
        let home = self.orgs.home(&mut tx).await?;
        let Some(timing) = timing else {
            store::drop_schedule(&mut tx, id).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let next = timing.next(tx.now(), home.zone);
        store::save_schedule(&mut tx, id, timing, next).await?;
        let schedule = store::schedule(&mut tx, id).await?;
        tx.commit().await?;
        Ok(schedule)
    }

    /// A report that the actor may change.
    pub(super) async fn own(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ReportId,
    ) -> Result<Report, Error> {
        actor.may_in_org(Right::ReportBuild)?;
        let report = store::report(tx, id).await?;
        let report = report.filter(|it| it.is_of(actor));
        report.ok_or(Error::NotFound)
    }
}

/// Opens a report to these roles; whom it is open to is put on record.
pub(super) async fn share_on_record(
    tx: &mut Tx,
    id: ReportId,
    roles: &[Role],
) -> Result<(), Error> {
    store::share(tx, id, roles).await?;
    let codes: Vec<&str> = roles.iter().map(|it| it.code()).collect();
    let object = format!("builder.report:{id}");
    audit::record(tx, "builder.shared", &object, &json!({"roles": codes})).await?;
    Ok(())
}

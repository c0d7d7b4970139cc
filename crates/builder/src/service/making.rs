//! Carrying a definition out, with the rights of whoever looks.

use chrono::NaiveDate;
use db::{Tx, audit};
use kernel::{Actor, Right};
use serde_json::json;
use sources::Query;

use super::{Builder, Made, Opened};
use crate::{Closed, Definition, Error, Plan, ReportId, Wrong, engine, store};

/// More rows of a source are never looked at.
const MOST_ROWS: usize = 300_000;
/// So many lines are shown while building.
const PREVIEW: usize = 20;

impl Builder {
    /// The first lines of a report that is being built.
    ///
    /// # Errors
    /// [`Error::Wrong`] with everything that is wrong; a field that is not
    /// open to the actor is one that is not there.
    #[tracing::instrument(name = "builder.preview", skip_all, fields(source = definition.source))]
    pub async fn preview(&self, actor: &Actor, definition: &Definition) -> Result<Made, Error> {
        actor.may_in_org(Right::ReportBuild)?;
        let mut tx = self.db.begin(actor).await?;
        let made = self
            .make(&mut tx, actor, definition, Closed::Refuse, PREVIEW)
            .await?;
        tx.commit().await?;
        Ok(made)
    }

    /// A saved report with its lines, in at most ten statements. `file` says
    /// that they leave as a file, which is put on record.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a report that is not the actor's and not
    /// shared with the actor; [`Error::ClosedFields`] where it rests on
    /// fields that the actor may not see.
    #[tracing::instrument(name = "builder.open", skip_all, fields(report = %id))]
    pub async fn open(
        &self,
        actor: &Actor,
        id: ReportId,
        file: Option<&str>,
    ) -> Result<Opened, Error> {
        actor.may_in_org(Right::ReportView)?;
        let mut tx = self.db.begin(actor).await?;
        let report = self.open_one(&mut tx, actor, id).await?;
        let own = report.is_of(actor);
        let schedule = if own {
            store::schedule(&mut tx, id).await?
        } else {
            None
        };
        let made = self
            .make(
                &mut tx,
                actor,
                &report.definition,
                Closed::LeaveOut,
                self.most_lines,
            )
            .await
            .map_err(closed)?;
        let owner = self.names(&mut tx, vec![report.owner]).await?;
        if let Some(file) = file {
            let object = format!("builder.report:{id}");
            let details =
                json!({"as": file, "lines": made.table.lines.len(), "personal": made.personal});
            audit::record(&mut tx, "builder.file", &object, &details).await?;
        }
        tx.commit().await?;
        Ok(Opened {
            owner: owner.into_values().next().unwrap_or_default(),
            own,
            builds: actor.may_in_org(Right::ReportBuild).is_ok(),
            schedule,
            made,
            report,
        })
    }

    /// Rows of the source, filtered, grouped, measured and sorted.
    pub(crate) async fn make(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        definition: &Definition,
        closed: Closed,
        most: usize,
    ) -> Result<Made, Error> {
        let today = self.today(tx).await?;
        let plan = self.plan(actor, definition, closed, today)?;
        let (source, _) = self.source(actor, &definition.source)?;
        let query = Query {
            today,
            fields: &plan.fields,
            only: &plan.only(),
            spans: &plan.spans(),
            most: MOST_ROWS,
        };
        let rows = source
            .rows(tx, actor, &query)
            .await
            .map_err(Error::Source)?;
        Ok(Made {
            table: engine::run(&plan, &rows.rows, most),
            cut: rows.cut,
            left_out: plan.left_out,
            personal: plan.is_personal(),
            made_at: tx.now(),
        })
    }

    /// What the definition comes to for this actor.
    pub(crate) fn plan(
        &self,
        actor: &Actor,
        definition: &Definition,
        closed: Closed,
        today: NaiveDate,
    ) -> Result<Plan, Error> {
        let (_, open) = self.source(actor, &definition.source)?;
        Plan::of(definition, &open, closed, today).map_err(Error::Wrong)
    }
}

/// Whoever opens a report is not told which of its fields are not for them.
fn closed(error: Error) -> Error {
    match error {
        Error::Wrong(all) if all.iter().all(Wrong::is_of_rights) => Error::ClosedFields,
        // A source that is not there for the reader.
        Error::NotFound => Error::ClosedFields,
        other => other,
    }
}

//! Requests of the leadership for a report, with a day.

use chrono::NaiveDate;
use kernel::{Actor, Right, Role};

use super::{Builder, saving::share_on_record};
use crate::{Error, ReportId, RequestId, store};

const LONGEST: usize = 1_000;

impl Builder {
    /// Asks for a report until a day.
    ///
    /// # Errors
    /// [`Error::BadRequest`] without a text, or for a day that has passed.
    #[tracing::instrument(name = "builder.ask", skip_all)]
    pub async fn ask(
        &self,
        actor: &Actor,
        text: &str,
        due_on: NaiveDate,
    ) -> Result<RequestId, Error> {
        actor.may_in_org(Right::ReportView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let text = text.trim();
        let fits = (1..=LONGEST).contains(&text.chars().count());
        let far = today + chrono::Days::new(731);
        if !fits || due_on < today || far < due_on {
            return Err(Error::BadRequest);
        }
        let id = store::add_request(&mut tx, actor.person, text, due_on).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Closes a request: whoever builds answers it, with a report of theirs
    /// that the director can open then; whoever asked takes it back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a request or report that is not there for the
    /// actor; [`Error::ClosedAlready`].
    #[tracing::instrument(name = "builder.close", skip_all, fields(request = %id))]
    pub async fn close(
        &self,
        actor: &Actor,
        id: RequestId,
        answer: &str,
        report: Option<ReportId>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::ReportView)?;
        let builds = actor.may_in_org(Right::ReportBuild).is_ok();
        let mut tx = self.db.begin(actor).await?;
        let all = store::requests(&mut tx).await?;
        let request = all.into_iter().find(|it| it.id == id);
        let request = request.ok_or(Error::NotFound)?;
        if !builds && request.asked_by != actor.person {
            return Err(Error::NotFound);
        }
        if answer.chars().count() > LONGEST {
            return Err(Error::BadRequest);
        }
        if let Some(report) = report {
            let mut report = self.own(&mut tx, actor, report).await?;
            if !report.shared.contains(&Role::Director) {
                report.shared.push(Role::Director);
                share_on_record(&mut tx, report.id, &report.shared).await?;
            }
        }
        let closed = store::close_request(&mut tx, id, actor.person, answer.trim(), report).await?;
        if !closed {
            return Err(Error::ClosedAlready);
        }
        tx.commit().await?;
        Ok(())
    }
}

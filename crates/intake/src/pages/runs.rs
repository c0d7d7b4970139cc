//! One run: the preview, the writing, the result, the way back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{Fault, Kind};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
    import::{Counters, Preview as PreviewView, errors_xlsx},
};
use work::{NewJob, Refusal};

use super::Pages;
use crate::{
    AskKind, Importer, Run, RunId, RunState,
    service::Preview,
    works::{COMMIT, CommitOrder, REVERT, RevertOrder, path},
};

/// The parameters of a run's own path.
#[derive(Deserialize)]
pub(super) struct Address {
    run: RunId,
}

#[derive(Serialize)]
struct AskView {
    code: &'static str,
    is_date: bool,
}

/// What `intake/run.html` shows.
#[derive(Serialize)]
struct RunPage {
    kind: String,
    state: RunState,
    file_name: String,
    counters: Counters,
    by: String,
    created_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
    reverted_at: Option<DateTime<Utc>>,
    revert_until: Option<DateTime<Utc>>,
    /// What would be written; only before it is, and while the file is kept.
    preview: Option<PreviewView>,
    notes: Vec<String>,
    asks: Vec<AskView>,
    /// Whether rows with mistakes may be left out: the mistakes are in rows, and others are good.
    may_leave_bad: bool,
    form: FormState,
    /// The page itself; what can be done is below it.
    href: String,
    list_href: String,
    again_href: String,
    back: String,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let page = it.run_page(&member, address.run, FormState::new()).await?;
    Ok(it
        .views
        .page(&member.visit, "intake/run.html", &page)?
        .into_response())
}

pub(super) async fn errors(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let preview = it.intake.preview(it.started(&member), address.run).await?;
    errors_xlsx(&preview.spec, &it.views, &preview.sheet, &preview.errors)
}

pub(super) async fn commit(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let order = CommitOrder {
        run: address.run,
        leave_bad: raw.get("leave_bad") == Some("1"),
        answers: raw
            .under("ask.")
            .map(|(code, answer)| (code.to_owned(), answer.to_owned()))
            .collect(),
        by: member.me.initials.clone(),
        today: it.views.today(&member.visit),
    };
    it.job(&member, address.run, &raw, COMMIT, &order).await
}

pub(super) async fn revert(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let order = RevertOrder { run: address.run };
    it.job(&member, address.run, &raw, REVERT, &order).await
}

pub(super) async fn cancel(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    match it.intake.abandon(&member.actor, address.run).await {
        Ok(run) => {
            let said = Flash::done("intake.abandoned").with("file", &run.file_name);
            Ok(Go::to(member.path("/import")).say(&said).into_response())
        }
        Err(error) => it.refused(&member, address.run, &raw, error.into()).await,
    }
}

/// Where the run is.
fn href(member: &Member, run: RunId) -> String {
    member.path(&path(run))
}

impl Pages {
    /// Queues the work on a run that is the member's to bring.
    async fn job(
        &self,
        member: &Member,
        run: RunId,
        raw: &Raw,
        kind: &str,
        order: &impl Serialize,
    ) -> Result<Response, Failure> {
        let (found, _) = self.intake.run(&member.actor, run).await?;
        let params = serde_json::to_value(order).map_err(work::Error::from)?;
        let job = NewJob {
            kind,
            title: &found.file_name,
            by: &member.me.initials,
            params: &params,
        };
        match self.jobs.start(&member.actor, job).await?.answer(member) {
            Ok(onward) => Ok(onward),
            Err(refusal) => self.refused(member, run, raw, refusal).await,
        }
    }

    /// The page of the run again, with the reason above it.
    async fn refused(
        &self,
        member: &Member,
        run: RunId,
        raw: &Raw,
        refusal: Refusal,
    ) -> Result<Response, Failure> {
        let fault = refusal.fault;
        if !matches!(fault.kind(), Kind::Invalid | Kind::Conflict) {
            return Err(Failure::boxed(fault));
        }
        let mut form = self.sent(raw);
        form.fault("", &*fault);
        let page = self.run_page(member, run, form).await?;
        let mut response = invalid(&self.views, &member.visit, "intake/run.html", &page)?;
        if fault.kind() == Kind::Conflict {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        Ok(response)
    }

    async fn run_page(
        &self,
        member: &Member,
        id: RunId,
        mut form: FormState,
    ) -> Result<RunPage, Failure> {
        let (run, importer) = self.intake.run(&member.actor, id).await?;
        let preview = match run.state {
            RunState::Previewed => self.intake.preview(self.started(member), id).await,
            _ => return Ok(self.page_of(member, run, &*importer, form)),
        };
        match preview {
            Ok(preview) => {
                let mut page = self.page_of(member, run, &*importer, form);
                self.add_preview(&mut page, preview);
                Ok(page)
            }
            // The file is gone, or what the list needs went away since.
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
                if form.errors().is_empty() {
                    form = self.sent(&Raw::default());
                    form.fault("", &error);
                }
                Ok(self.page_of(member, run, &*importer, form))
            }
            Err(other) => Err(other.into()),
        }
    }

    fn page_of(
        &self,
        member: &Member,
        run: Run,
        importer: &dyn Importer,
        form: FormState,
    ) -> RunPage {
        let asks = importer.asks().iter();
        RunPage {
            revert_until: run.revertible_until(self.intake.now()),
            href: href(member, run.id),
            list_href: member.path(importer.list_path()),
            again_href: member.path(&format!("/import/{}", run.kind)),
            back: member.path("/import"),
            asks: asks
                .map(|it| AskView {
                    code: it.code,
                    is_date: it.kind == AskKind::Date,
                })
                .collect(),
            kind: run.kind,
            state: run.state,
            file_name: run.file_name,
            counters: run.counters,
            by: run.started_by,
            created_at: run.created_at,
            committed_at: run.committed_at,
            reverted_at: run.reverted_at,
            preview: None,
            notes: vec![],
            may_leave_bad: false,
            form,
        }
    }

    fn add_preview(&self, page: &mut RunPage, it: Preview) {
        let writes = it.counters.create + it.counters.update;
        let mut view = PreviewView::new(
            &page.file_name,
            it.counters,
            &it.spec,
            &it.errors,
            &self.views,
        );
        if !it.errors.is_empty() {
            view.errors_href = Some(format!("{}/errors", page.href));
        }
        view.commit_action = (writes > 0).then(|| format!("{}/commit", page.href));
        view.cancel_action = format!("{}/cancel", page.href);
        view.unknown = it.unknown;
        page.counters = it.counters;
        page.may_leave_bad = writes > 0 && !it.errors.is_empty();
        let say = |note: &crate::Note| {
            self.views
                .phrase(&format!("intake.note.{}", note.code), &note.args)
        };
        page.notes = it.notes.iter().map(say).collect();
        page.preview = Some(view);
    }
}

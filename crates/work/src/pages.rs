//! «Задания»: what runs, how far it is, what came of it.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, Go, ListQuery, Member, Path, Views, job,
    table::{self, Cell, Column, Kind, List, Row, Tone},
};

use crate::{Done, Error, Jobs, Run, RunId, State as RunState};

/// Every route of this crate.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/jobs"),
    ("GET", "/o/{org}/jobs/{job}"),
    ("POST", "/o/{org}/jobs/{job}/cancel"),
];

#[derive(Clone)]
struct Pages {
    jobs: Jobs,
    views: Views,
}

/// The routes of this crate, ready to be merged by the app.
pub fn router(jobs: Jobs, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/jobs", get(all))
        .route("/o/{org}/jobs/{job}", get(one))
        .route("/o/{org}/jobs/{job}/cancel", post(cancel))
        .with_state(Pages { jobs, views })
}

#[derive(Deserialize)]
struct Address {
    job: RunId,
}

/// What `work/run.html` shows besides the progress.
#[derive(Serialize)]
struct RunPage {
    title: String,
    job: job::Progress,
    /// The name of a file or a day.
    subject: String,
    by: String,
    /// What was done, in words.
    said: Option<String>,
    cancel_action: Option<String>,
    /// The page it was started from, where it came to nothing.
    place: Option<String>,
    all_href: String,
}

async fn all(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let runs = it.jobs.runs(&member.actor).await?;
    let list = List::new(
        "work",
        vec![
            Column::text("kind").selectable(),
            Column::text("title").filtered(),
            Column::badge("state").selectable(),
            Column::text("by").filtered(),
            Column::new("created", Kind::Moment),
            Column::new("finished", Kind::Moment),
        ],
    )
    .rows(runs.iter().map(|run| row(&member, run)));
    let extra = serde_json::json!({});
    table::respond(
        &it.views,
        &member.visit,
        "work/list.html",
        &list,
        &query,
        &extra,
    )
}

async fn one(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let run = it.jobs.run(&member.actor, address.job).await?;
    let page = it.page(&member, &run);
    Ok(it
        .views
        .page(&member.visit, "work/run.html", &page)?
        .into_response())
}

async fn cancel(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let page = member.path(&format!("/jobs/{}", address.job));
    let said = match it.jobs.cancel(&member.actor, address.job).await {
        Ok(_) => Flash::done("work.cancelled"),
        Err(Error::Over) => Flash::warning("work.over"),
        Err(other) => return Err(other.into()),
    };
    Ok(Go::to(page).say(&said).into_response())
}

fn row(member: &Member, run: &Run) -> Row {
    let (state, tone) = shown(run.state);
    Row::new(
        &run.id,
        [
            Cell::word(format!("work.kind.{}", run.kind)),
            Cell::text(&run.title),
            Cell::badge(tone, format!("job.state.{}", code(state))),
            Cell::text(&run.by_name),
            Cell::moment(run.created_at),
            Cell::or_empty(run.finished_at, Cell::moment),
        ],
    )
    .href(member.path(&format!("/jobs/{}", run.id)))
}

impl Pages {
    fn page(&self, member: &Member, run: &Run) -> RunPage {
        let (state, _) = shown(run.state);
        let until = run.finished_at.unwrap_or_else(|| self.views.now());
        let mut job = job::Progress::new(
            run.id.get(),
            state,
            u64::try_from(run.done).unwrap_or_default(),
            run.total.and_then(|it| u64::try_from(it).ok()),
            (until - run.created_at).max(Duration::zero()),
        );
        let mut said = None;
        match run.state {
            RunState::Done => {
                if let Some(done) = done(run) {
                    said = Some(self.views.phrase(&done.code, &done.args));
                    job = job.result(member.path(&done.path));
                }
            }
            RunState::Failed => job = job.error(self.reason(run)),
            _ => {}
        }
        let came_to_nothing = matches!(run.state, RunState::Failed | RunState::Cancelled);
        let place = came_to_nothing.then(|| self.jobs.place(run)).flatten();
        let may_cancel = self.jobs.may_cancel(&member.actor, run);
        RunPage {
            title: self.views.word(&format!("work.kind.{}", run.kind)),
            job,
            subject: run.title.clone(),
            by: run.by_name.clone(),
            said,
            cancel_action: may_cancel.then(|| member.path(&format!("/jobs/{}/cancel", run.id))),
            place: place.map(|it| member.path(&it)),
            all_href: member.path("/jobs"),
        }
    }

    /// Why it failed, in words.
    fn reason(&self, run: &Run) -> String {
        let text = |name: &str| run.result.as_ref()?.get(name)?.as_str();
        if let Some(said) = text("said") {
            return said.to_owned();
        }
        let key = format!("fault.{}", text("reason").unwrap_or("bug"));
        let key = if self.views.has_word(&key) {
            key.as_str()
        } else {
            "fault.bug"
        };
        self.views.phrase(key, &BTreeMap::new())
    }
}

fn done(run: &Run) -> Option<Done> {
    serde_json::from_value(run.result.clone()?).ok()
}

const fn shown(state: RunState) -> (job::State, Tone) {
    match state {
        RunState::Queued => (job::State::Waiting, Tone::Plain),
        RunState::Running => (job::State::Running, Tone::Plain),
        RunState::Done => (job::State::Done, Tone::Ok),
        RunState::Failed => (job::State::Failed, Tone::Bad),
        RunState::Cancelled => (job::State::Cancelled, Tone::Warn),
    }
}

const fn code(state: job::State) -> &'static str {
    match state {
        job::State::Waiting => "waiting",
        job::State::Running => "running",
        job::State::Done => "done",
        job::State::Failed => "failed",
        job::State::Cancelled => "cancelled",
    }
}

//! «Мои отчёты», those of others, and what the leadership asks for.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use web::{Failure, Member, Views};

use super::{FormView, Pages};
use crate::{Desk, Every, Report, Request, Schedule, Timing};

#[derive(Serialize)]
pub(super) struct Page {
    builds: bool,
    own: Vec<ReportView>,
    shared: Vec<ReportView>,
    requests: Vec<RequestView>,
    form: FormView,
}

#[derive(Serialize)]
struct ReportView {
    id: String,
    title: String,
    source: String,
    /// Of another's report.
    owner: Option<String>,
    /// Codes of roles.
    shared: Vec<&'static str>,
    letters: Option<String>,
    stopped: Option<&'static str>,
    changed_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct RequestView {
    id: String,
    text: String,
    due_on: NaiveDate,
    asker: String,
    open: bool,
    late: bool,
    own: bool,
    closed_at: Option<DateTime<Utc>>,
    closer: String,
    answer: String,
    report: Option<String>,
}

pub(super) async fn desk(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = page(&it, &member, FormView::default()).await?;
    let html = it.views.page(&member.visit, "builder/desk.html", &page)?;
    Ok(html.into_response())
}

pub(super) async fn page(it: &Pages, member: &Member, form: FormView) -> Result<Page, Failure> {
    let desk = it.builder.desk(&member.actor).await?;
    let today = it.views.today(&member.visit);
    let views = &it.views;
    Ok(Page {
        builds: desk.builds,
        requests: desk
            .requests
            .iter()
            // Those closed lately are enough.
            .take(50)
            .map(|it| request_view(it, &desk, member, today))
            .collect(),
        own: desk
            .own
            .iter()
            .map(|(report, schedule)| report_view(views, report, None, schedule.as_ref()))
            .collect(),
        shared: desk
            .shared
            .iter()
            .map(|(report, owner)| report_view(views, report, Some(owner.clone()), None))
            .collect(),
        form,
    })
}

fn report_view(
    views: &Views,
    it: &Report,
    owner: Option<String>,
    schedule: Option<&Schedule>,
) -> ReportView {
    ReportView {
        id: it.id.to_string(),
        title: it.title.clone(),
        source: it.definition.source.clone(),
        owner,
        shared: it.shared.iter().map(|it| it.code()).collect(),
        letters: schedule.map(|it| timing_words(views, it.timing)),
        stopped: schedule.and_then(|it| it.stopped).map(crate::Stopped::code),
        changed_at: it.changed_at,
    }
}

fn request_view(it: &Request, desk: &Desk, member: &Member, today: NaiveDate) -> RequestView {
    let name = |id| desk.names.get(&id).cloned().unwrap_or_default();
    RequestView {
        id: it.id.to_string(),
        text: it.text.clone(),
        due_on: it.due_on,
        asker: name(it.asked_by),
        open: it.is_open(),
        late: it.is_open() && it.due_on < today,
        own: it.asked_by == member.actor.person,
        closed_at: it.closed_at,
        closer: it.closed_by.map(name).unwrap_or_default(),
        answer: it.answer.clone(),
        report: it.report.map(|it| it.to_string()),
    }
}

/// «Каждый понедельник в 8:00».
pub(super) fn timing_words(views: &Views, it: Timing) -> String {
    let day = match it.every {
        Every::Week => views.word(&format!("builder.weekday.{}", it.day)),
        _ => it.day.to_string(),
    };
    let args = BTreeMap::from([
        ("day".to_owned(), day),
        ("hour".to_owned(), it.hour.to_string()),
    ]);
    views.phrase(&format!("builder.letters.every-{}", it.every.code()), &args)
}

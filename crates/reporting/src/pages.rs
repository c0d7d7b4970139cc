//! «Отчёты»: the catalogue and one report on screen, on paper and in files.

mod archive;
mod runs;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use journal::Slot;
use kernel::Clock;
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Query, Views};

use crate::{
    Archive, Asked, Copies, Error, Kind, Made, Output, Reporting,
    output::{Shown, slot_name},
};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/reports"),
    ("GET", "/o/{org}/reports/school"),
    ("GET", "/o/{org}/reports/classes"),
    ("GET", "/o/{org}/reports/teacher"),
    ("GET", "/o/{org}/reports/class-teacher"),
    ("GET", "/o/{org}/reports/class-results"),
    ("GET", "/o/{org}/reports/report-cards"),
    ("GET", "/o/{org}/reports/copies"),
    ("POST", "/o/{org}/reports/copies"),
    ("GET", "/o/{org}/reports/copies/{copy}"),
    ("GET", "/o/{org}/reports/copies/{copy}/file"),
    ("GET", "/o/{org}/reports/log"),
    ("GET", "/o/{org}/reports/archive"),
    ("POST", "/o/{org}/reports/archive/journal"),
    ("POST", "/o/{org}/reports/archive/cards"),
    ("GET", "/o/{org}/reports/archive/{scroll}"),
    ("GET", "/o/{org}/reports/archive/{scroll}/file"),
];

#[derive(Clone)]
struct Pages {
    reporting: Reporting,
    copies: Copies,
    archive: Archive,
    jobs: work::Jobs,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
///
/// `jobs` must know [`crate::AllCards`] and [`crate::ClassJournal`].
pub fn router(
    reporting: Reporting,
    archive: Archive,
    jobs: work::Jobs,
    views: Views,
    clock: Arc<dyn Clock>,
) -> Router {
    let of = |kind: Kind| {
        get(
            async move |member: Member, it: State<Pages>, wish: Query<Wish>| {
                report(kind, member, it, wish).await
            },
        )
    };
    Router::new()
        .route("/o/{org}/reports", get(catalogue))
        .route("/o/{org}/reports/school", of(Kind::School))
        .route("/o/{org}/reports/classes", of(Kind::Classes))
        .route("/o/{org}/reports/teacher", of(Kind::Teacher))
        .route("/o/{org}/reports/class-teacher", of(Kind::ClassTeacher))
        .route("/o/{org}/reports/class-results", of(Kind::ClassResults))
        .route("/o/{org}/reports/report-cards", of(Kind::ReportCards))
        .route(
            "/o/{org}/reports/copies",
            get(runs::list).post(runs::freeze),
        )
        .route("/o/{org}/reports/copies/{copy}", get(runs::show))
        .route("/o/{org}/reports/copies/{copy}/file", get(runs::file))
        .route("/o/{org}/reports/log", get(runs::log))
        .route("/o/{org}/reports/archive", get(archive::list))
        .route("/o/{org}/reports/archive/journal", post(archive::journal))
        .route("/o/{org}/reports/archive/cards", post(archive::cards))
        .route("/o/{org}/reports/archive/{scroll}", get(archive::show))
        .route("/o/{org}/reports/archive/{scroll}/file", get(archive::file))
        .with_state(Pages {
            copies: archive.copies.clone(),
            archive,
            jobs,
            reporting,
            views,
            clock,
        })
}

#[derive(Serialize)]
struct Catalogue {
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    /// `reporting.of.<code>`
    code: &'static str,
    reports: Vec<&'static str>,
}

async fn catalogue(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let kinds = it.reporting.catalogue(&member.actor)?;
    let of = |code, belongs: fn(&Kind) -> bool| Group {
        code,
        reports: kinds
            .iter()
            .filter(|it| belongs(it))
            .map(|it| it.code())
            .collect(),
    };
    let mut groups = vec![
        of("school", |it| it.is_of_school()),
        of("teacher", |it| *it == Kind::Teacher),
        of("class", |it| it.is_of_class()),
    ];
    groups.retain(|it| !it.reports.is_empty());
    let page = Catalogue { groups };
    Ok(it
        .views
        .page(&member.visit, "reporting/catalogue.html", &page)?
        .into_response())
}

/// What the form of a report sends.
#[derive(Deserialize)]
struct Wish {
    period: Option<String>,
    class: Option<i64>,
    teacher: Option<i64>,
    names: Option<String>,
    #[serde(rename = "as")]
    shown_as: Option<String>,
}

#[derive(Serialize)]
struct Page {
    code: &'static str,
    report: Shown,
    periods: Vec<Choice>,
    classes: Vec<Choice>,
    teachers: Vec<Choice>,
    /// Whether names may be asked for, and are.
    names: Option<bool>,
    /// The same as a file; ends in `as=`.
    export: String,
    made_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

async fn report(
    kind: Kind,
    member: Member,
    State(it): State<Pages>,
    Query(wish): Query<Wish>,
) -> Result<Response, Failure> {
    let asked = asked_of(kind, &wish)?;
    let today = member.visit.day_of(it.clock.now());
    let made = it.reporting.make(&member.actor, asked, today).await?;
    let shown = Shown::of(&made, kind, &member.path(""), &it.views);
    if let Some(output) = wish.shown_as.as_deref().and_then(Output::file) {
        return runs::printed(&it, &member, (&made, asked), &shown, output).await;
    }
    let page = page(&made, kind, shown, asked, &it.views);
    Ok(it
        .views
        .page(&member.visit, "reporting/report.html", &page)?
        .into_response())
}

/// What the form asks for.
fn asked_of(kind: Kind, wish: &Wish) -> Result<Asked, Error> {
    let period = wish.period.as_deref().filter(|it| !it.is_empty());
    let period = period.map(|it| Slot::from_code(it).ok_or(Error::NotFound));
    Ok(Asked {
        kind,
        period: period.transpose()?,
        class: wish.class.map(Into::into),
        teacher: wish.teacher.map(Into::into),
        names: wish.names.is_some(),
    })
}

/// What was chosen, with what was left to us: the query of the same report,
/// each part with `&` behind it.
pub(crate) fn chosen(made: &Made, asked: Asked) -> String {
    let class = made.class.as_ref().filter(|_| asked.kind.is_of_class());
    let chosen = [
        made.term.map(|it| format!("period={}&", it.slot.code())),
        class.map(|it| format!("class={}&", it.id)),
        made.teacher
            .as_ref()
            .map(|it| format!("teacher={}&", it.id)),
        asked.names.then(|| "names=1&".to_owned()),
    ];
    chosen.into_iter().flatten().collect()
}

fn page(made: &Made, kind: Kind, report: Shown, asked: Asked, views: &Views) -> Page {
    let term = made.term.map(|it| it.slot);
    let periods = made.terms.iter().filter(|_| kind.has_period());
    let class = made.class.as_ref().map(|it| it.id);
    let teacher = made.teacher.as_ref().map(|it| it.id);
    let chosen = chosen(made, asked);
    Page {
        code: kind.code(),
        report,
        periods: periods
            .map(|it| Choice {
                value: it.slot.code(),
                label: slot_name(views, it.slot),
                selected: term == Some(it.slot),
            })
            .collect(),
        classes: made
            .classes
            .iter()
            .map(|it| Choice {
                value: it.id.to_string(),
                label: it.name(),
                selected: class == Some(it.id),
            })
            .collect(),
        teachers: made
            .teachers
            .iter()
            .map(|it| Choice {
                value: it.id.to_string(),
                label: it.full(),
                selected: teacher == Some(it.id),
            })
            .collect(),
        names: (kind == Kind::Teacher).then_some(asked.names),
        export: format!("?{chosen}as="),
        made_at: made.made_at,
    }
}

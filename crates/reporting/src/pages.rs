//! «Отчёты»: the catalogue and one report on screen, on paper and in files.

mod letters;
mod mine;
mod more;

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use journal::Slot;
use kernel::Clock;
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Query, Signed, Views, form::Raw};

use more::MoreView;

use crate::{
    Asked, Error, Kind, Made, More, Reporting,
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
    ("GET", "/o/{org}/reports/preliminary"),
    ("GET", "/o/{org}/reports/class-marks"),
    ("GET", "/o/{org}/reports/class-average"),
    ("GET", "/o/{org}/reports/subject-results"),
    ("GET", "/o/{org}/reports/parent-letter"),
    ("GET", "/o/{org}/reports/parent-letter/send"),
    ("POST", "/o/{org}/reports/parent-letter/send"),
    ("GET", "/o/{org}/reports/teacher-average"),
    ("GET", "/o/{org}/reports/teacher-average-course"),
    ("GET", "/o/{org}/reports/pupil-average"),
    ("GET", "/o/{org}/reports/pupil-average-course"),
    ("GET", "/o/{org}/reports/pupil-total"),
    ("GET", "/o/{org}/reports/pupil-marks"),
    ("GET", "/o/{org}/reports/pupil-quality"),
    ("GET", "/my/reports"),
    ("GET", "/my/reports/pupil-total"),
    ("GET", "/my/reports/pupil-marks"),
    ("GET", "/my/reports/pupil-average"),
    ("GET", "/my/reports/pupil-average-course"),
    ("GET", "/my/reports/pupil-quality"),
    ("GET", "/my/reports/parent-letter"),
    ("GET", "/my/reports/report-cards"),
];

#[derive(Clone)]
struct Pages {
    reporting: Reporting,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(reporting: Reporting, views: Views, clock: Arc<dyn Clock>) -> Router {
    let of = |kind: Kind| {
        get(
            async move |member: Member, it: State<Pages>, wish: Query<Wish>, raw: RawQuery| {
                report(kind, member, it, wish, raw).await
            },
        )
    };
    let own = |kind: Kind| {
        get(
            async move |signed: Signed, it: State<Pages>, raw: RawQuery| {
                mine::report(kind, signed, it, raw).await
            },
        )
    };
    let mut router = Router::new();
    for kind in Kind::ALL.into_iter().filter(|it| it.is_of_marks()) {
        router = router.route(&format!("/o/{{org}}/reports/{}", kind.code()), of(kind));
    }
    for kind in Kind::OF_FAMILY {
        router = router.route(&format!("/my/reports/{}", kind.code()), own(kind));
    }
    router
        .route("/my/reports", get(mine::catalogue))
        .route(
            "/o/{org}/reports/parent-letter/send",
            get(letters::preview).post(letters::send),
        )
        .route("/o/{org}/reports", get(catalogue))
        .route("/o/{org}/reports/school", of(Kind::School))
        .route("/o/{org}/reports/classes", of(Kind::Classes))
        .route("/o/{org}/reports/teacher", of(Kind::Teacher))
        .route("/o/{org}/reports/class-teacher", of(Kind::ClassTeacher))
        .route("/o/{org}/reports/class-results", of(Kind::ClassResults))
        .route("/o/{org}/reports/report-cards", of(Kind::ReportCards))
        .with_state(Pages {
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
        of("class", |it| it.is_of_class() && !it.is_of_pupil()),
        of("teacher", |it| it.is_of_teacher()),
        of("pupil", |it| it.is_of_pupil()),
    ];
    groups.retain(|it| !it.reports.is_empty());
    let page = Catalogue { groups };
    Ok(it
        .views
        .page(&member.visit, "reporting/catalogue.html", &page)?
        .into_response())
}

/// What the form of a report sends.
#[derive(Default, Deserialize)]
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
    more: MoreView,
    /// Where the letters are sent by e-mail.
    mail_href: Option<String>,
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
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let raw = Raw::parse(query.unwrap_or_default().as_bytes())?;
    let period = wish.period.as_deref().filter(|it| !it.is_empty());
    let period = period.map(|it| Slot::from_code(it).ok_or(Error::NotFound));
    let asked = Asked {
        kind,
        period: period.transpose()?,
        class: wish.class.map(Into::into),
        teacher: wish.teacher.map(Into::into),
        names: wish.names.is_some(),
        more: More::read(&raw)?,
    };
    let today = member.visit.day_of(it.clock.now());
    let made = it
        .reporting
        .make(&member.actor, asked.clone(), today)
        .await?;
    let shown = Shown::of(&made, kind, &member, &it.views);
    match wish.shown_as.as_deref() {
        Some("pdf") => Ok(shown.paper(kind, &member.visit, &it.views)?.into_response()),
        Some("xlsx") => shown.book(kind, &it.views).xlsx(&it.views, &member.visit),
        Some("csv") => shown.book(kind, &it.views).csv(),
        _ => {
            let mut page = page(&made, kind, shown, &asked, &it.views);
            if let (Kind::ParentLetter, Some(class)) = (kind, &made.class) {
                let slot = made.term.map(|it| it.slot.code()).unwrap_or_default();
                let to = format!(
                    "/reports/parent-letter/send?class={}&period={slot}",
                    class.id
                );
                page.mail_href = Some(member.path(&to));
            }
            Ok(it
                .views
                .page(&member.visit, "reporting/report.html", &page)?
                .into_response())
        }
    }
}

fn page(made: &Made, kind: Kind, report: Shown, asked: &Asked, views: &Views) -> Page {
    let term = made.term.map(|it| it.slot);
    let class = made.class.as_ref().map(|it| it.id);
    let teacher = made.teacher.as_ref().map(|it| it.id);
    let chosen = [
        term.map(|it| format!("period={}&", it.code())),
        class
            .filter(|_| kind.is_of_class())
            .map(|it| format!("class={it}&")),
        teacher.map(|it| format!("teacher={it}&")),
        asked.names.then(|| "names=1&".to_owned()),
    ];
    let mut chosen: String = chosen.into_iter().flatten().collect();
    let more = MoreView::of(made, asked, views);
    chosen.push_str(&more.query);
    Page {
        code: kind.code(),
        report,
        periods: periods(made, kind, views),
        more,
        mail_href: None,
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

fn periods(made: &Made, kind: Kind, views: &Views) -> Vec<Choice> {
    let term = made.term.map(|it| it.slot);
    let periods = made.terms.iter().filter(|_| kind.has_period());
    periods
        .map(|it| Choice {
            value: it.slot.code(),
            label: slot_name(views, it.slot),
            selected: term == Some(it.slot),
        })
        .collect()
}

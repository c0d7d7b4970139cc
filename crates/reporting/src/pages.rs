//! «Отчёты»: one report on screen, on paper and in files.

mod archive;
mod catalogue;
mod letters;
mod mine;
mod more;
mod owed;
mod runs;
mod wish;

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use kernel::Clock;
use serde::Serialize;
use web::{Failure, Member, Query, Signed, Views, form::Raw};

use more::MoreView;
use wish::{Wish, asked_of};

use crate::{
    Archive, Asked, Copies, Field, Kind, Made, Output, Reporting,
    output::{Shown, label, slot_name, week_name},
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
    ("GET", "/o/{org}/reports/class-attendance"),
    ("GET", "/o/{org}/reports/class-absences"),
    ("GET", "/o/{org}/reports/absent-today"),
    ("GET", "/o/{org}/reports/journal-access"),
    ("GET", "/o/{org}/reports/pupil-figures"),
    ("GET", "/o/{org}/reports/class-pupils"),
    ("GET", "/o/{org}/reports/class-list"),
    ("GET", "/o/{org}/reports/birthdays"),
    ("GET", "/o/{org}/reports/social-passport"),
    ("GET", "/o/{org}/reports/no-plans"),
    ("GET", "/o/{org}/reports/filling"),
    ("GET", "/o/{org}/reports/vacancies"),
    ("GET", "/o/{org}/reports/visits"),
    ("GET", "/o/{org}/reports/preliminary"),
    ("GET", "/o/{org}/reports/class-marks"),
    ("GET", "/o/{org}/reports/class-average"),
    ("GET", "/o/{org}/reports/class-average-course"),
    ("GET", "/o/{org}/reports/subject-results"),
    ("GET", "/o/{org}/reports/mark-piles"),
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
    ("GET", "/o/{org}/reports/owed"),
    ("POST", "/o/{org}/reports/owed"),
    ("GET", "/my/reports/journal-access"),
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
/// `jobs` must know [`crate::AllCards`], [`crate::ClassJournal`] and
/// [`crate::OwedReports`].
pub fn router(
    reporting: Reporting,
    archive: Archive,
    jobs: work::Jobs,
    views: Views,
    clock: Arc<dyn Clock>,
) -> Router {
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
    Router::new()
        .route("/o/{org}/reports/preliminary", of(Kind::Preliminary))
        .route("/o/{org}/reports/class-marks", of(Kind::ClassMarks))
        .route("/o/{org}/reports/class-average", of(Kind::ClassAverage))
        .route(
            "/o/{org}/reports/class-average-course",
            of(Kind::ClassAverageCourse),
        )
        .route("/o/{org}/reports/subject-results", of(Kind::SubjectResults))
        .route("/o/{org}/reports/mark-piles", of(Kind::MarkPiles))
        .route("/o/{org}/reports/parent-letter", of(Kind::ParentLetter))
        .route("/o/{org}/reports/teacher-average", of(Kind::TeacherAverage))
        .route(
            "/o/{org}/reports/teacher-average-course",
            of(Kind::TeacherAverageCourse),
        )
        .route("/o/{org}/reports/pupil-average", of(Kind::PupilAverage))
        .route(
            "/o/{org}/reports/pupil-average-course",
            of(Kind::PupilAverageCourse),
        )
        .route("/o/{org}/reports/pupil-total", of(Kind::PupilTotal))
        .route("/o/{org}/reports/pupil-marks", of(Kind::PupilMarks))
        .route("/o/{org}/reports/pupil-quality", of(Kind::PupilQuality))
        .route("/my/reports/pupil-total", own(Kind::PupilTotal))
        .route("/my/reports/pupil-marks", own(Kind::PupilMarks))
        .route("/my/reports/pupil-average", own(Kind::PupilAverage))
        .route(
            "/my/reports/pupil-average-course",
            own(Kind::PupilAverageCourse),
        )
        .route("/my/reports/pupil-quality", own(Kind::PupilQuality))
        .route("/my/reports/parent-letter", own(Kind::ParentLetter))
        .route("/my/reports/report-cards", own(Kind::ReportCards))
        .route("/my/reports/journal-access", own(Kind::JournalAccess))
        .route("/my/reports", get(mine::catalogue))
        .route(
            "/o/{org}/reports/parent-letter/send",
            get(letters::preview).post(letters::send),
        )
        .route("/o/{org}/reports", get(catalogue::show))
        .route("/o/{org}/reports/school", of(Kind::School))
        .route("/o/{org}/reports/classes", of(Kind::Classes))
        .route("/o/{org}/reports/teacher", of(Kind::Teacher))
        .route("/o/{org}/reports/class-teacher", of(Kind::ClassTeacher))
        .route("/o/{org}/reports/class-results", of(Kind::ClassResults))
        .route("/o/{org}/reports/report-cards", of(Kind::ReportCards))
        .route(
            "/o/{org}/reports/class-attendance",
            of(Kind::ClassAttendance),
        )
        .route("/o/{org}/reports/class-absences", of(Kind::ClassAbsences))
        .route("/o/{org}/reports/absent-today", of(Kind::AbsentToday))
        .route("/o/{org}/reports/journal-access", of(Kind::JournalAccess))
        .route("/o/{org}/reports/pupil-figures", of(Kind::PupilFigures))
        .route("/o/{org}/reports/class-pupils", of(Kind::ClassPupils))
        .route("/o/{org}/reports/class-list", of(Kind::ClassList))
        .route("/o/{org}/reports/birthdays", of(Kind::Birthdays))
        .route("/o/{org}/reports/social-passport", of(Kind::SocialPassport))
        .route("/o/{org}/reports/no-plans", of(Kind::NoPlans))
        .route("/o/{org}/reports/filling", of(Kind::Filling))
        .route("/o/{org}/reports/vacancies", of(Kind::Vacancies))
        .route("/o/{org}/reports/visits", of(Kind::Visits))
        .route("/o/{org}/reports/owed", get(owed::list).post(owed::make))
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
struct FieldView {
    name: &'static str,
    value: String,
    /// Nothing to choose from: a day is typed.
    choices: Vec<Choice>,
    /// What is wrong with it.
    error: Option<String>,
}

#[derive(Serialize)]
struct Page {
    code: &'static str,
    /// What else may be chosen.
    fields: Vec<FieldView>,
    /// Number, how many, and where those before and after are.
    pages: Option<(usize, usize)>,
    report: Shown,
    periods: Vec<Choice>,
    classes: Vec<Choice>,
    teachers: Vec<Choice>,
    /// Whether names may be asked for, and are.
    names: Option<bool>,
    /// Days were typed that make no sense.
    wrong: bool,
    /// Another page of it; ends in `page=`.
    turn_to: String,
    /// A copy of it can be kept.
    may_freeze: bool,
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
    let today = member.visit.day_of(it.clock.now());
    let asked = asked_of(kind, &wish, &raw, today)?;
    let made = it
        .reporting
        .make(&member.actor, asked.clone(), today)
        .await?;
    let shown = Shown::of(&made, kind, &member.path(""), &it.views);
    let output = wish.shown_as.as_deref().and_then(Output::file);
    if let Some(output) = output.filter(|_| made.faults.is_empty()) {
        return runs::printed(&it, &member, (&made, &asked), &shown, output).await;
    }
    let mut page = page(&made, kind, shown, &asked, &it.views);
    if let (Kind::ParentLetter, Some(class)) = (kind, &made.class) {
        let slot = made.period_code().unwrap_or_default();
        let to = format!(
            "/reports/parent-letter/send?class={}&period={slot}",
            class.id
        );
        page.mail_href = Some(member.path(&to));
    }
    let status = status_of(&made);
    let html = it
        .views
        .page(&member.visit, "reporting/report.html", &page)?;
    Ok((status, html).into_response())
}

/// Days that make no sense are a form with mistakes.
const fn status_of(made: &Made) -> StatusCode {
    if made.faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// What was chosen, with what was left to us: the query of the same report,
/// each part with `&` behind it.
pub(crate) fn chosen(made: &Made, asked: &Asked) -> String {
    let class = made.class.as_ref().filter(|_| asked.kind.is_of_class());
    let chosen = [
        made.period_code().map(|it| format!("period={it}&")),
        class.map(|it| format!("class={}&", it.id)),
        made.teacher
            .as_ref()
            .map(|it| format!("teacher={}&", it.id)),
        asked.names.then(|| "names=1&".to_owned()),
    ];
    let fields = made.fields.iter().filter(|it| !it.value.is_empty());
    let fields = fields.map(|it| format!("{}={}&", it.name, it.value));
    let chosen: String = chosen.into_iter().flatten().chain(fields).collect();
    chosen + &more::chosen(made, asked)
}

fn page(made: &Made, kind: Kind, report: Shown, asked: &Asked, views: &Views) -> Page {
    let teacher = made.teacher.as_ref().map(|it| it.id);
    let chosen = chosen(made, asked);
    Page {
        code: kind.code(),
        fields: fields(made, views),
        pages: made.pages,
        wrong: !made.faults.is_empty(),
        may_freeze: !kind.is_of_pupil() && kind != Kind::ParentLetter,
        turn_to: format!("?{chosen}page="),
        report,
        periods: periods(made, kind, views),
        more: MoreView::of(made, asked, views),
        mail_href: None,
        classes: classes(made, asked, views),
        teachers: made
            .teachers
            .iter()
            .map(|it| Choice {
                value: it.id.to_string(),
                label: it.full(),
                selected: teacher == Some(it.id),
            })
            .collect(),
        names: kind.has_names().then_some(asked.names),
        export: format!("?{chosen}as="),
        made_at: made.made_at,
    }
}

/// The classes that may be chosen, before them all at once for those who may.
fn classes(made: &Made, asked: &Asked, views: &Views) -> Vec<Choice> {
    let class = made.class.as_ref().map(|it| it.id);
    let all = Choice {
        value: String::new(),
        label: views.word("reporting.choice.every-class"),
        selected: class.is_none(),
    };
    let all = Some(all).filter(|_| asked.kind.has_all_classes() && made.all_classes);
    let each = made.classes.iter().map(|it| Choice {
        value: it.id.to_string(),
        label: it.name(),
        selected: class == Some(it.id),
    });
    all.into_iter().chain(each).collect()
}

fn fields(made: &Made, views: &Views) -> Vec<FieldView> {
    let choices = |field: &Field| {
        let choices = field.choices.iter().map(|it| Choice {
            value: it.0.clone(),
            label: label(views, "choice", &it.1),
            selected: it.0 == field.value,
        });
        choices.collect()
    };
    let fields = made.fields.iter().map(|field| FieldView {
        name: field.name,
        value: field.value.clone(),
        choices: choices(field),
        error: more::error_of(made, field.name, views),
    });
    fields.collect()
}

/// The periods, and below them the weeks where there are such.
fn periods(made: &Made, kind: Kind, views: &Views) -> Vec<Choice> {
    let term = made.term.map(|it| it.slot);
    let periods = made.terms.iter().filter(|_| kind.has_period());
    let periods = periods.map(|it| Choice {
        value: it.slot.code(),
        label: slot_name(views, it.slot),
        selected: term == Some(it.slot),
    });
    let weeks = made.more.weeks.iter().map(|it| Choice {
        value: format!("week-{it}"),
        label: week_name(views, *it),
        selected: made.more.week == Some(*it),
    });
    periods.chain(weeks).collect()
}

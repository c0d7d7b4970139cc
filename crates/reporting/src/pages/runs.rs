//! «Зафиксировать», «Зафиксированные отчёты», «Журнал запросов» (RPT-4, RPT-7).

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use journal::Slot;
use kernel::{Reach, Right};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, Go, ListQuery, Member, Path, Query, Views, attachment,
    form::Raw,
    print::Footer,
    table::{Cell, Column, Kind as ColumnKind, List, Row, Tone, respond},
};

use super::{
    Pages,
    wish::{Wish, asked_of},
};
use crate::{
    Asked, CopyLine, Error, Hand, Kind, Made, Output, ReportRunId, Run,
    output::{Shown, slot_name},
    runs::{Changes, Kept, NewRun, Stored},
};

/// The report as a file, with its number in the foot and in the log. Who looks
/// with the eyes of another leaves no trace there.
pub(super) async fn printed(
    it: &Pages,
    member: &Member,
    (made, asked): (&Made, &Asked),
    shown: &Shown,
    output: Output,
) -> Result<Response, Failure> {
    let footer = Footer::of(&it.views, &member.visit);
    let footer = if member.actor.looked {
        footer
    } else {
        let new = NewRun::of(made, asked, output, &member.me.initials);
        let run = it.reporting.log(&member.actor, &new).await?;
        footer.numbered(&it.views, run.get())
    };
    match output {
        Output::Xlsx => shown
            .book(asked.kind, &it.views)
            .xlsx_under(&it.views, &footer),
        Output::Csv => shown.book(asked.kind, &it.views).csv(),
        Output::Pdf | Output::Copy | Output::Mail => {
            Ok(shown.paper(asked.kind, footer, &it.views)?.into_response())
        }
    }
}

/// What is missing, before it is frozen so.
#[derive(Serialize)]
struct SurePage<'a> {
    report: &'a Shown,
    code: &'static str,
    query: String,
}

/// Freezes the report of the form: kind and what was chosen.
pub(super) async fn freeze(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let kind = raw.get("kind").and_then(Kind::from_code);
    let kind = kind.ok_or(Error::NotFound)?;
    let today = member.visit.day_of(it.clock.now());
    let asked = parsed(kind, raw.get("query").unwrap_or_default(), today)?;
    let hand = Hand::of(&member, &it.views);
    if raw.get("sure").is_none() {
        let made = it
            .reporting
            .make(&member.actor, asked.clone(), today)
            .await?;
        let shown = Shown::of(&made, kind, &hand.base, &it.views);
        if shown.gaps() > 0 {
            let page = SurePage {
                report: &shown,
                code: kind.code(),
                query: super::chosen(&made, &asked),
            };
            let page = it.views.page(&member.visit, "reporting/sure.html", &page)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    }
    let frozen = it.copies.freeze(&member.actor, asked, &hand, today).await?;
    let code = if frozen.same {
        "reporting.copies.same"
    } else {
        "reporting.copies.done"
    };
    let place = member.path(&format!("/reports/copies/{}", frozen.run));
    let flash = Flash::done(code).with("number", &frozen.run);
    Ok(Go::to(place).say(&flash).into_response())
}

impl Asked {
    /// What the address of a report inside of the organisation asks for:
    /// `/reports/class-results?class=5`.
    pub fn of_place(place: &str, today: NaiveDate) -> Option<Self> {
        let (code, query) = place.split_once('?').unwrap_or((place, ""));
        let kind = Kind::from_code(code.strip_prefix("/reports/")?)?;
        parsed(kind, query, today).ok()
    }
}

/// A report by its kind and the query of its page.
fn parsed(kind: Kind, query: &str, today: NaiveDate) -> Result<Asked, Error> {
    let query = query.trim_start_matches('?');
    let raw = Raw::parse(query.as_bytes()).map_err(|_| Error::NotFound)?;
    let uri: Uri = format!("/?{query}").parse().map_err(|_| Error::NotFound)?;
    let wish = axum::extract::Query::<Wish>::try_from_uri(&uri).map_err(|_| Error::NotFound)?;
    asked_of(kind, &wish.0, &raw, today)
}

const COLUMNS: [Column; 12] = [
    Column::text("report").selectable(),
    Column::class("class").selectable(),
    Column::text("teacher").filtered(),
    Column::text("period").selectable(),
    Column::number("number"),
    Column::new("made_at", ColumnKind::Moment),
    Column::text("by").filtered(),
    Column::number("gaps"),
    Column::badge("state").selectable(),
    Column::text("year").selectable().off(),
    Column::number("edition").off(),
    Column::new("data_at", ColumnKind::Moment).off(),
];

#[derive(Serialize)]
struct ListExtra {
    /// Who sees the whole school sees the log too.
    log: bool,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let copies = it.reporting.copies(&member.actor, today).await?;
    let rows = copies.iter().map(|copy| {
        let href = member.path(&format!("/reports/copies/{}", copy.run.id));
        copy_row(copy, &it.views).href(href)
    });
    let list = List::new("reporting.copies", COLUMNS).rows(rows);
    let extra = ListExtra {
        log: member.actor.reaches(Right::JournalView).has(Reach::Org),
    };
    let template = "reporting/copies.html";
    respond(&it.views, &member.visit, template, &list, &query, &extra)
}

fn copy_row(it: &CopyLine, views: &Views) -> Row {
    let state = if it.superseded {
        Cell::badge(Tone::Plain, "reporting.copies.superseded")
    } else {
        Cell::badge(Tone::Ok, "reporting.copies.newest")
    };
    let run = &it.run;
    Row::new(
        &run.id,
        [
            Cell::text(report_name(&run.kind, views)),
            Cell::text(&run.class_name),
            Cell::text(&run.teacher_name),
            Cell::text(period_name(&run.period, views)),
            Cell::number(run.id.get()),
            Cell::moment(run.made_at),
            Cell::text(&run.made_name),
            Cell::number(it.gaps),
            state,
            Cell::text(year_name(run.year)),
            Cell::number(it.edition),
            Cell::moment(run.data_at),
        ],
    )
}

const LOG_COLUMNS: [Column; 8] = [
    Column::text("report").selectable(),
    Column::number("number"),
    Column::class("class").selectable(),
    Column::text("teacher").filtered(),
    Column::text("period").selectable(),
    Column::new("made_at", ColumnKind::Moment),
    Column::text("by").filtered(),
    Column::text("output").selectable(),
];

/// Every request that left the screen, by the number in its foot.
pub(super) async fn log(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let runs = it.reporting.runs(&member.actor).await?;
    let rows = runs.iter().map(|run| log_row(run, &member, &it.views));
    let list = List::new("reporting.log", LOG_COLUMNS).rows(rows);
    let template = "reporting/log.html";
    let nothing = serde_json::json!({});
    respond(&it.views, &member.visit, template, &list, &query, &nothing)
}

fn log_row(run: &Run, member: &Member, views: &Views) -> Row {
    let params = run.params.query();
    let place = format!("/reports/{}?{params}", run.kind);
    Row::new(
        &run.id,
        [
            Cell::text(report_name(&run.kind, views)),
            Cell::number(run.id.get()),
            Cell::text(&run.class_name),
            Cell::text(&run.teacher_name),
            Cell::text(period_name(&run.period, views)),
            Cell::moment(run.made_at),
            Cell::text(&run.made_name),
            Cell::word(format!("reporting.output.{}", run.output)),
        ],
    )
    .href(member.path(place.trim_end_matches('?')))
}

#[derive(Serialize)]
struct CopyPage {
    number: i64,
    report: Kept,
    is_empty: bool,
    edition: i32,
    frozen_at: DateTime<Utc>,
    data_at: DateTime<Utc>,
    by: String,
    /// The first digits of the hash, and all of them.
    hash: (String, String),
    whole: bool,
    /// None where the report of today cannot be made.
    changes: Option<Changes>,
    differs: bool,
    /// The copy that follows this one.
    newest: Option<String>,
    /// The report of today.
    live: Option<String>,
    files: String,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, run)): Path<(String, ReportRunId)>,
) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let base = member.path("");
    let again = |stored: &Stored| {
        let kind = Kind::from_code(&stored.run.kind)?;
        parsed(kind, &stored.run.params.query(), today).ok()
    };
    let opened = it
        .copies
        .open(&member.actor, run, again, &base, today)
        .await?;
    let stored = &opened.stored;
    let hash = db::files::hex(&stored.sha256);
    let copies = format!("{base}/reports/copies");
    let live = format!(
        "{base}/reports/{}?{}",
        stored.run.kind,
        stored.run.params.query()
    );
    let page = CopyPage {
        number: run.get(),
        is_empty: opened.kept.is_empty(),
        edition: stored.edition,
        frozen_at: stored.frozen_at,
        data_at: stored.run.data_at,
        by: stored.run.made_name.clone(),
        hash: (hash.chars().take(12).collect(), hash),
        whole: opened.whole,
        changes: opened.changes,
        differs: opened.changes.is_some_and(|it| !it.is_none()),
        newest: (stored.newest != run).then(|| format!("{copies}/{}", stored.newest)),
        live: opened.changes.map(|_| live),
        files: format!("{copies}/{run}/file"),
        report: opened.kept,
    };
    let page = it.views.page(&member.visit, "reporting/copy.html", &page)?;
    Ok(page.into_response())
}

#[derive(Deserialize)]
pub(super) struct FileWish {
    kind: Option<String>,
}

pub(super) async fn file(
    member: Member,
    State(it): State<Pages>,
    Path((_, run)): Path<(String, ReportRunId)>,
    Query(wish): Query<FileWish>,
) -> Result<Response, Failure> {
    let output = wish.kind.as_deref().map_or(Some(Output::Pdf), Output::file);
    let output = output.ok_or(Error::NotFound)?;
    let (name, media_type, bytes) = it.copies.file(&member.actor, run, output).await?;
    Ok(attachment(&name, &media_type, bytes))
}

/// The name of a report, also of one that is not offered any more.
pub(super) fn report_name(code: &str, views: &Views) -> String {
    let key = format!("reporting.{code}");
    if views.has_word(&key) {
        views.word(&key)
    } else {
        code.to_owned()
    }
}

pub(super) fn period_name(code: &str, views: &Views) -> String {
    Slot::from_code(code).map_or_else(String::new, |it| slot_name(views, it))
}

pub(super) fn year_name(year: i16) -> String {
    format!("{year}/{}", i32::from(year) + 1)
}

//! «Архив»: journals of classes and report cards of the whole school as files
//! with their hashes (RPT-2; S3:8).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use curriculum::{Period, PeriodKind, Year};
use journal::Slot;
use kernel::{Actor, ClassId, Reach, Right, YearId};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member, Path, Views, attachment,
    form::Raw,
    table::{Cell, Column, Kind as ColumnKind, List, Row, respond},
};
use work::NewJob;

use super::{
    Choice, Pages,
    runs::{period_name, report_name, year_name},
};
use crate::{
    ArchivePaper, ArchivePaperId, Error, Hand,
    archive::{CARDS, JOURNAL, Order},
    output::slot_name,
    service::PaperCopy,
};

const COLUMNS: [Column; 8] = [
    Column::text("paper").selectable(),
    Column::class("class").selectable(),
    Column::text("year").selectable(),
    Column::text("period").selectable(),
    Column::number("parts"),
    Column::new("made_at", ColumnKind::Moment),
    Column::text("by").filtered(),
    Column::text("hash"),
];

#[derive(Serialize)]
struct Extra {
    years: Vec<Choice>,
    year: String,
    classes: Vec<Choice>,
    periods: Vec<Choice>,
    /// Whether the report cards of the whole school may be asked for.
    whole: bool,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let wanted = query.param("of").and_then(|it| it.parse::<i64>().ok());
    let extra = it.extra(&member.actor, wanted.map(Into::into)).await?;
    let papers = it.reporting.papers(&member.actor, today).await?;
    let rows = papers.iter().map(|paper| {
        let href = member.path(&format!("/reports/archive/{}", paper.id));
        paper_row(paper, &it.views).href(href)
    });
    let list = List::new("reporting.archive", COLUMNS).rows(rows);
    let template = "reporting/archive.html";
    respond(&it.views, &member.visit, template, &list, &query, &extra)
}

fn paper_row(it: &ArchivePaper, views: &Views) -> Row {
    let hash = db::files::hex(&it.sha256);
    Row::new(
        &it.id,
        [
            Cell::word(format!("reporting.archive.kind.{}", it.kind)),
            Cell::text(&it.class_name),
            Cell::text(year_name(it.year)),
            Cell::text(period_name(&it.period, views)),
            Cell::number(it.parts),
            Cell::moment(it.made_at),
            Cell::text(&it.made_name),
            Cell::text(hash.chars().take(12).collect::<String>()),
        ],
    )
}

impl Pages {
    /// What may be chosen: every year, its classes that the actor may archive.
    async fn extra(&self, actor: &Actor, wanted: Option<YearId>) -> Result<Extra, Error> {
        let whole = actor.may(Right::JournalView)?.has(Reach::Org);
        let today = self.clock.now().date_naive();
        let curriculum = &self.reporting.curriculum;
        let mut tx = self.reporting.db().begin(actor).await?;
        let ask = dues::Ask {
            today,
            from: today,
            until: today,
            known: &[],
        };
        let years: Vec<Year> = curriculum.study(&mut tx, &ask).await?.all.clone();
        let years: Vec<Year> = years
            .into_iter()
            .filter(|it| it.starts_on <= today)
            .collect();
        let year = match wanted {
            Some(id) => Some(years.iter().find(|it| it.id == id).ok_or(Error::NotFound)?),
            None => years.last(),
        };
        let (classes, periods) = match year {
            None => (vec![], vec![]),
            Some(it) => (
                curriculum.classes(&mut tx, it.id).await?,
                curriculum.periods(&mut tx, it.id).await?,
            ),
        };
        tx.commit().await?;
        let own = |it: &&curriculum::Class| {
            !it.is_preschool() && (whole || it.teacher == Some(actor.person))
        };
        let choice = |value: String, label: String, selected| Choice {
            value,
            label,
            selected,
        };
        Ok(Extra {
            years: years
                .iter()
                .rev()
                .map(|it| {
                    let label =
                        format!("{}/{}", it.starts_on.format("%Y"), it.ends_on.format("%Y"));
                    let selected = year.is_some_and(|year| year.id == it.id);
                    choice(it.id.to_string(), label, selected)
                })
                .collect(),
            year: year.map(|it| it.id.to_string()).unwrap_or_default(),
            classes: classes
                .iter()
                .filter(own)
                .map(|it| choice(it.id.to_string(), it.name(), false))
                .collect(),
            periods: slots(&periods)
                .into_iter()
                .map(|it| choice(it.code(), slot_name(&self.views, it), false))
                .collect(),
            whole,
        })
    }
}

/// The year, then each period that any class has.
fn slots(periods: &[Period]) -> Vec<Slot> {
    let mut slots = vec![Slot::YEAR];
    for it in periods.iter().filter(|it| it.kind != PeriodKind::Year) {
        let slot = Slot::of(it);
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    slots
}

/// Queues the journal of a class.
pub(super) async fn journal(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let class = raw.get("class").and_then(|it| it.parse::<i64>().ok());
    let class: ClassId = class.ok_or(Error::NotFound)?.into();
    let period = raw.get("period").unwrap_or_default();
    let (frame, _) = it.archive.frame(&member.actor, class, period).await?;
    let title = format!("{}, {}", frame.class.name(), period_name(period, &it.views));
    queue(&it, &member, JOURNAL, &title, (Some(class), period)).await
}

/// Queues the report cards of the whole school.
pub(super) async fn cards(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    if !member.actor.may(Right::JournalView)?.has(Reach::Org) {
        return Err(Error::NotFound.into());
    }
    queue(&it, &member, CARDS, "", (None, &Slot::YEAR.code())).await
}

/// Starts a job that ends in a paper of the archive.
pub(super) async fn queue(
    it: &Pages,
    member: &Member,
    kind: &'static str,
    title: &str,
    (class, period): (Option<ClassId>, &str),
) -> Result<Response, Failure> {
    let order = Order {
        class,
        period: period.to_owned(),
        today: member.visit.day_of(it.clock.now()),
        hand: Hand::of(member, &it.views),
    };
    let params = serde_json::to_value(order).map_err(work::Error::from)?;
    let job = NewJob {
        kind,
        title,
        by: &member.me.initials,
        params: &params,
    };
    let started = it.jobs.start(&member.actor, job).await?;
    started
        .answer(member)
        .map_err(|refusal| Failure::boxed(refusal.fault))
}

#[derive(Serialize)]
struct PaperPage {
    title: String,
    class: String,
    year: String,
    period: String,
    parts: i32,
    kind: String,
    /// In kilobytes.
    size: i64,
    made_at: DateTime<Utc>,
    by: String,
    hash: String,
    whole: bool,
    file: String,
    /// The copies that stand in it.
    copies: Vec<CopyView>,
}

#[derive(Serialize)]
struct CopyView {
    href: String,
    number: i64,
    title: String,
    class: String,
    period: String,
    gaps: i32,
}

/// One paper; opening it checks its bytes.
pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ArchivePaperId)>,
) -> Result<Response, Failure> {
    let (paper, bytes) = it.archive.open(&member.actor, id).await?;
    let copies = it.reporting.copies_in(&member.actor, id).await?;
    let copy = |of: &PaperCopy| CopyView {
        href: member.path(&format!("/reports/copies/{}", of.run)),
        number: of.run.get(),
        title: report_name(&of.kind, &it.views),
        class: of.class.clone(),
        period: period_name(&of.period, &it.views),
        gaps: of.gaps,
    };
    let page = PaperPage {
        copies: copies.iter().map(copy).collect(),
        title: it
            .views
            .word(&format!("reporting.archive.kind.{}", paper.kind)),
        class: paper.class_name.clone(),
        year: year_name(paper.year),
        period: period_name(&paper.period, &it.views),
        parts: paper.parts,
        size: paper.size.div_euclid(1024).max(1),
        made_at: paper.made_at,
        by: paper.made_name.clone(),
        hash: db::files::hex(&paper.sha256),
        whole: bytes.is_some(),
        file: member.path(&format!("/reports/archive/{id}/file")),
        kind: paper.kind,
    };
    let page = it
        .views
        .page(&member.visit, "reporting/paper.html", &page)?;
    Ok(page.into_response())
}

pub(super) async fn file(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ArchivePaperId)>,
) -> Result<Response, Failure> {
    let (_, bytes) = it.archive.open(&member.actor, id).await?;
    let (name, bytes) = bytes.ok_or(Error::Broken)?;
    Ok(attachment(&name, "application/pdf", bytes))
}

//! «Родительские собрания»: the list, a meeting with its minutes, who came.

mod form;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use curriculum::Class;
use kernel::{Fault, Kind, PersonId};
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    form::Raw,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, sent::ids};
use crate::{FamilyVisit, Meeting, MeetingId, OpenedMeeting};

pub(super) use form::{add, edit, new, save};

const COLUMNS: [Column; 6] = [
    Column::text("topic").filtered(),
    Column::class("class").selectable(),
    Column::date("held_on"),
    Column::text("number"),
    Column::text("came"),
    Column::badge("state").selectable(),
];

#[derive(Serialize)]
struct ListPage {
    /// None for who adds nothing here.
    add_href: Option<String>,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.portfolio.meetings(&member.actor, today).await?;
    let whole = it.views.word("meetings.of-school");
    let rows = found.meetings.iter().map(|(meeting, class)| {
        let class = class.as_ref().map_or_else(|| whole.clone(), Class::name);
        row(&member, meeting, class, today)
    });
    let list = List::new("meetings.list", COLUMNS).rows(rows);
    let page = ListPage {
        add_href: found.may_add.then(|| member.path("/meetings/new")),
    };
    let template = "portfolio/meetings.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(member: &Member, it: &Meeting, class: String, today: NaiveDate) -> Row {
    let f = &it.fields;
    let state = match () {
        () if f.held_on > today => Cell::badge(Tone::Plain, "meetings.state.planned"),
        () if f.minutes.is_empty() => Cell::badge(Tone::Warn, "meetings.state.no-minutes"),
        () => Cell::badge(Tone::Ok, "meetings.state.done"),
    };
    let came = if it.of > 0 {
        format!("{} / {}", it.came, it.of)
    } else {
        String::new()
    };
    Row::new(
        &it.id,
        [
            Cell::text(&f.topic),
            Cell::text(class),
            Cell::date(f.held_on),
            Cell::text(&f.number),
            Cell::text(came),
            state,
        ],
    )
    .href(member.path(&format!("/meetings/{}", it.id)))
}

#[derive(Serialize)]
struct Page {
    href: String,
    topic: String,
    /// None for a meeting of the school.
    class: Option<String>,
    held_on: NaiveDate,
    starts_at: String,
    place: String,
    agenda: String,
    number: String,
    minutes: String,
    decision: String,
    keeps: bool,
    /// Who came can be told.
    over: bool,
    /// Nobody has told it yet: all are ticked at first.
    called: bool,
    came: usize,
    visits: Vec<FamilyVisitView>,
}

#[derive(Serialize)]
struct FamilyVisitView {
    id: PersonId,
    name: String,
    came: bool,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, MeetingId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let opened = it.portfolio.meeting(&member.actor, id, today).await?;
    let page = meeting_page(&member, &opened, today);
    let html = it
        .views
        .page(&member.visit, "portfolio/meeting.html", &page)?;
    Ok(html.into_response())
}

fn meeting_page(member: &Member, it: &OpenedMeeting, today: NaiveDate) -> Page {
    let f = &it.meeting.fields;
    let view = |it: &FamilyVisit| FamilyVisitView {
        id: it.pupil,
        name: it.name.clone(),
        came: it.came.unwrap_or_default(),
    };
    Page {
        href: member.path(&format!("/meetings/{}", it.meeting.id)),
        topic: f.topic.clone(),
        class: it.class.as_ref().map(Class::name),
        held_on: f.held_on,
        starts_at: f.starts_at.clone(),
        place: f.place.clone(),
        agenda: f.agenda.clone(),
        number: f.number.clone(),
        minutes: f.minutes.clone(),
        decision: f.decision.clone(),
        keeps: it.keeps,
        over: f.held_on <= today,
        called: it.meeting.of > 0,
        came: it.visits.iter().filter(|it| it.came == Some(true)).count(),
        visits: it.visits.iter().map(view).collect(),
    }
}

pub(super) async fn visits(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, MeetingId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let came: Vec<PersonId> = ids(&raw, "came");
    let saved = it
        .portfolio
        .save_meeting_visits(&member.actor, id, &came, today)
        .await;
    match saved {
        Ok(()) => Ok(back(&member, id, &Flash::done("meetings.flash.visits"))),
        Err(error) if error.kind() == Kind::Invalid => {
            let flash = Flash::warning("meetings.flash.not-yet");
            Ok(back(&member, id, &flash))
        }
        Err(error) => Err(error.into()),
    }
}

fn back(member: &Member, id: MeetingId, flash: &Flash) -> Go {
    Go::to(member.path(&format!("/meetings/{id}"))).say(flash)
}

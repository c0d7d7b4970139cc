//! «Мероприятия»: the list, one of them, participants and results (PPL-8).

mod form;
mod results;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::PersonId;
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Choice, Pages};
use crate::{Event, EventId, Level, OpenedEvent, Prize};

pub(super) use form::{add, edit, new, save};
pub(super) use results::{invite, inviting, save_results, uninvite};

const COLUMNS: [Column; 8] = [
    Column::text("name").filtered(),
    Column::text("kind").selectable(),
    Column::text("level").selectable(),
    Column::date("starts_on"),
    Column::text("place").off(),
    Column::text("responsible").selectable(),
    Column::number("participants"),
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
    let found = it.portfolio.events(&member.actor).await?;
    let rows = found
        .events
        .iter()
        .map(|(event, who)| row(&member, event, who.as_deref(), today));
    let list = List::new("events.list", COLUMNS).rows(rows);
    let page = ListPage {
        add_href: found.may_add.then(|| member.path("/events/new")),
    };
    let template = "portfolio/events.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(member: &Member, it: &Event, responsible: Option<&str>, today: NaiveDate) -> Row {
    let f = &it.fields;
    let state = match () {
        () if today < f.starts_on => Cell::badge(Tone::Plain, "events.state.planned"),
        () if today <= f.ends_on => Cell::badge(Tone::Ok, "events.state.now"),
        () if it.results < it.participants => Cell::badge(Tone::Warn, "events.state.no-results"),
        () => Cell::badge(Tone::Ok, "events.state.done"),
    };
    let level = |it: Level| Cell::word(format!("portfolio.level.{}", it.code()));
    Row::new(
        &it.id,
        [
            Cell::text(&f.name),
            Cell::word(format!("portfolio.kind.{}", f.kind.code())),
            Cell::or_empty(f.level, level),
            Cell::date(f.starts_on),
            Cell::text(&f.place),
            Cell::text(responsible.unwrap_or_default()),
            Cell::number(it.participants),
            state,
        ],
    )
    .href(member.path(&format!("/events/{}", it.id)))
}

#[derive(Serialize)]
struct Page {
    href: String,
    name: String,
    kind: &'static str,
    level: Option<&'static str>,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    place: String,
    responsible: Option<String>,
    note: String,
    /// Participants and results are the actor's to enter.
    keeps: bool,
    /// The office changes the event itself.
    edits: bool,
    /// Results can be told.
    over: bool,
    prizes: Vec<Choice>,
    participants: Vec<View>,
}

#[derive(Serialize)]
struct View {
    id: PersonId,
    name: String,
    class: Option<String>,
    prize: &'static str,
    won: bool,
    entry_href: Option<String>,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let opened = it.portfolio.event(&member.actor, id, today).await?;
    let page = it.event_page(&member, &opened, today);
    let html = it
        .views
        .page(&member.visit, "portfolio/event.html", &page)?;
    Ok(html.into_response())
}

impl Pages {
    fn event_page(&self, member: &Member, it: &OpenedEvent, today: NaiveDate) -> Page {
        let f = &it.event.fields;
        let prizes = Prize::ALL.iter().map(|it| it.code());
        let entry = |id| member.path(&format!("/portfolio/entries/{id}"));
        Page {
            href: member.path(&format!("/events/{}", it.event.id)),
            name: f.name.clone(),
            kind: f.kind.code(),
            level: f.level.map(Level::code),
            starts_on: f.starts_on,
            ends_on: f.ends_on,
            place: f.place.clone(),
            responsible: it.responsible.clone(),
            note: f.note.clone(),
            keeps: it.keeps,
            edits: it.keeps_all,
            over: f.ends_on <= today,
            prizes: Choice::words(&self.views, "prize", prizes),
            participants: it
                .participants
                .iter()
                .map(|it| View {
                    id: it.participant.pupil,
                    name: it.name.clone(),
                    class: it.class.clone(),
                    prize: it.participant.prize.map_or("", Prize::code),
                    won: it.participant.prize.is_some_and(Prize::is_won),
                    entry_href: it.participant.entry.map(entry),
                })
                .collect(),
        }
    }
}

fn back(member: &Member, id: EventId, flash: &Flash) -> Go {
    Go::to(member.path(&format!("/events/{id}"))).say(flash)
}

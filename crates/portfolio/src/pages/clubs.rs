//! «Кружки»: the list and a club.

mod form;
mod members;
mod roll;

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

use super::Pages;
use crate::{Club, ClubId, OpenedClub};

pub(super) use form::{add, edit, new, save};
pub(super) use members::{join, joining, leave};
pub(super) use roll::{roll, save_roll};

const COLUMNS: [Column; 7] = [
    Column::text("name").filtered(),
    Column::text("direction").selectable(),
    Column::text("leader").selectable(),
    Column::text("schedule"),
    Column::text("place").off(),
    Column::number("members"),
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
    let found = it.portfolio.clubs(&member.actor).await?;
    let rows = found
        .clubs
        .iter()
        .map(|(club, leader)| row(&member, club, leader.as_deref()));
    let list = List::new("clubs.list", COLUMNS).rows(rows);
    let page = ListPage {
        add_href: found.may_add.then(|| member.path("/clubs/new")),
    };
    let template = "portfolio/clubs.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(member: &Member, it: &Club, leader: Option<&str>) -> Row {
    let f = &it.fields;
    let full = f.seats.is_some_and(|seats| it.members >= seats.into());
    let state = match (f.closed, full) {
        (true, _) => Cell::badge(Tone::Plain, "clubs.state.closed"),
        (_, true) => Cell::badge(Tone::Warn, "clubs.state.full"),
        _ => Cell::badge(Tone::Ok, "clubs.state.open"),
    };
    Row::new(
        &it.id,
        [
            Cell::text(&f.name),
            Cell::word(format!("portfolio.direction.{}", f.direction.code())),
            Cell::text(leader.unwrap_or_default()),
            Cell::text(&f.schedule),
            Cell::text(&f.place),
            Cell::number(it.members),
            state,
        ],
    )
    .href(member.path(&format!("/clubs/{}", it.id)))
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a club has independent facts"
)]
struct ClubPage {
    href: String,
    name: String,
    direction: &'static str,
    leader: Option<String>,
    schedule: String,
    place: String,
    seats: Option<i16>,
    count: i64,
    paid: bool,
    note: String,
    closed: bool,
    keeps: bool,
    /// The office changes the club itself.
    edits: bool,
    members: Vec<MemberView>,
    days: Vec<DayView>,
}

#[derive(Serialize)]
struct MemberView {
    id: PersonId,
    name: String,
    class: Option<String>,
    since: NaiveDate,
    came: i64,
    of: i64,
}

#[derive(Serialize)]
struct DayView {
    href: String,
    held_on: NaiveDate,
    topic: String,
    came: i64,
    of: i64,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let opened = it.portfolio.club(&member.actor, id, today).await?;
    let page = club_page(&member, &opened);
    let html = it.views.page(&member.visit, "portfolio/club.html", &page)?;
    Ok(html.into_response())
}

fn club_page(member: &Member, it: &OpenedClub) -> ClubPage {
    let f = &it.club.fields;
    let href = member.path(&format!("/clubs/{}", it.club.id));
    let edit = kernel::Right::RegisterEdit;
    ClubPage {
        name: f.name.clone(),
        direction: f.direction.code(),
        leader: it.leader.clone(),
        schedule: f.schedule.clone(),
        place: f.place.clone(),
        seats: f.seats,
        count: it.club.members,
        paid: f.paid,
        note: f.note.clone(),
        closed: f.closed,
        keeps: it.keeps,
        edits: member.actor.may_in_org(edit).is_ok(),
        members: it
            .members
            .iter()
            .map(|it| MemberView {
                id: it.member.pupil,
                name: it.name.clone(),
                class: it.class.clone(),
                since: it.member.since,
                came: it.member.came,
                of: it.member.of,
            })
            .collect(),
        days: it
            .days
            .iter()
            .map(|it| DayView {
                href: format!("{href}/days?date={}", it.held_on),
                held_on: it.held_on,
                topic: it.topic.clone(),
                came: it.came,
                of: it.of,
            })
            .collect(),
        href,
    }
}

fn back(member: &Member, id: ClubId, flash: &str) -> Go {
    Go::to(member.path(&format!("/clubs/{id}"))).say(&Flash::done(flash))
}

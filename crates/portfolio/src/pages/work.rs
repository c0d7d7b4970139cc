//! The tab «Методическая работа, кружки, база» of a card (PPL-1, S1:4).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::PersonId;
use people::{CardHead, CardKind};
use serde::Serialize;
use web::{Failure, Member, Path};

use super::Pages;
use crate::{Category, StaffWork};

#[derive(Serialize)]
struct Page {
    head: CardHead,
    attestation: AttestationView,
    associations: Vec<AssociationView>,
    clubs: Vec<ClubView>,
    events: Vec<EventView>,
    things: Vec<ThingView>,
    portfolio_href: String,
}

#[derive(Serialize)]
struct AttestationView {
    category: Option<&'static str>,
    decided_on: Option<NaiveDate>,
    order_number: String,
    next: Option<NaiveDate>,
    due: &'static str,
    /// For whoever keeps it.
    href: Option<String>,
}

/// Links are there for whoever reads the registers.
#[derive(Serialize)]
struct AssociationView {
    name: String,
    leads: bool,
    href: Option<String>,
}

#[derive(Serialize)]
struct ClubView {
    name: String,
    direction: &'static str,
    schedule: String,
    members: i64,
    closed: bool,
    href: Option<String>,
}

#[derive(Serialize)]
struct EventView {
    name: String,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    participants: i64,
    href: Option<String>,
}

#[derive(Serialize)]
struct ThingView {
    name: String,
    kind: &'static str,
    number: String,
    quantity: i32,
    room: Option<String>,
    state: &'static str,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.portfolio.staff_work(&member.actor, id, today).await?;
    let page = page(&member, &found, today);
    Ok(it
        .views
        .page(&member.visit, "portfolio/work.html", &page)?
        .into_response())
}

fn page(member: &Member, it: &StaffWork, today: NaiveDate) -> Page {
    let person = it.card.id;
    let opens = |path: String| it.reads_registers.then(|| member.path(&path));
    let room = |id| it.rooms.iter().find(|room| Some(room.id) == id);
    Page {
        head: CardHead::new(member, CardKind::Staff, &it.card, it.ties, "work"),
        attestation: AttestationView {
            category: it.attestation.category.map(Category::code),
            decided_on: it.attestation.decided_on,
            order_number: it.attestation.order_number.clone(),
            next: it.attestation.next(),
            due: it.attestation.due(today).code(),
            href: it
                .ties
                .keeps
                .then(|| member.path(&format!("/people/attestation/{person}"))),
        },
        associations: it
            .associations
            .iter()
            .map(|it| AssociationView {
                name: it.fields.name.clone(),
                leads: it.fields.head == Some(person),
                href: opens(format!("/study/associations/{}", it.id)),
            })
            .collect(),
        clubs: it
            .clubs
            .iter()
            .map(|it| ClubView {
                name: it.fields.name.clone(),
                direction: it.fields.direction.code(),
                schedule: it.fields.schedule.clone(),
                members: it.members,
                closed: it.fields.closed,
                href: opens(format!("/clubs/{}", it.id)),
            })
            .collect(),
        events: it
            .events
            .iter()
            .map(|it| EventView {
                name: it.fields.name.clone(),
                starts_on: it.fields.starts_on,
                ends_on: it.fields.ends_on,
                participants: it.participants,
                href: opens(format!("/events/{}", it.id)),
            })
            .collect(),
        things: it
            .things
            .iter()
            .map(|it| ThingView {
                name: it.fields.name.clone(),
                kind: it.fields.kind.code(),
                number: it.fields.number.clone(),
                quantity: it.fields.quantity,
                room: room(it.fields.room).map(|it| it.number.clone()),
                state: it.fields.state.code(),
            })
            .collect(),
        portfolio_href: member.path(&format!("/portfolio/staff/{person}")),
    }
}

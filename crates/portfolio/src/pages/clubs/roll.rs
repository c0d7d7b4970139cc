//! A day of a club: who came.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::Serialize;
use web::{
    Failure, FormState, Member, Path,
    form::{Raw, invalid},
};

use super::{
    super::{
        Pages,
        sent::{Sent, form_of, ids, raw_of},
    },
    back,
};
use crate::{ClubId, ClubRoll};

#[derive(Serialize)]
struct RollPage {
    href: String,
    name: String,
    form: FormState,
    /// The known day that is changed; none for a new one.
    known: bool,
    members: Vec<RollView>,
}

#[derive(Serialize)]
struct RollView {
    id: PersonId,
    name: String,
    came: bool,
}

fn roll_page(member: &Member, it: &ClubRoll, form: FormState) -> RollPage {
    RollPage {
        href: member.path(&format!("/clubs/{}", it.club.id)),
        name: it.club.fields.name.clone(),
        form,
        known: it.members.iter().any(|it| it.2.is_some()),
        members: it
            .members
            .iter()
            .map(|(id, name, came)| RollView {
                id: *id,
                name: name.clone(),
                came: came.unwrap_or(true),
            })
            .collect(),
    }
}

pub(in crate::pages) async fn roll(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let day = raw.get("date").and_then(|it| it.parse().ok());
    let found = it
        .portfolio
        .club_roll(&member.actor, id, day.unwrap_or(today))
        .await?;
    let known = raw_of([
        ("held_on", kernel::dates::show_date(found.held_on)),
        ("topic", found.topic.clone()),
    ]);
    let form = form_of(&known, &it.views);
    let page = roll_page(&member, &found, form);
    let html = it
        .views
        .page(&member.visit, "portfolio/club_roll.html", &page)?;
    Ok(html.into_response())
}

pub(in crate::pages) async fn save_roll(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.portfolio.club_roll(&member.actor, id, today).await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    let day = sent.date("held_on");
    let topic = sent.text("topic", 300);
    let came: Vec<PersonId> = ids(&raw, "came");
    if let Some(day) = day.filter(|_| sent.is_right()) {
        let saved = it
            .portfolio
            .save_club_roll(&member.actor, id, (day, &topic), &came, today)
            .await;
        match saved {
            Ok(()) => return Ok(back(&member, id, "clubs.flash.rolled").into_response()),
            Err(error) => {
                sent.note(error, "held_on")?;
            }
        }
    }
    let mut page = roll_page(&member, &found, sent.form);
    for it in &mut page.members {
        it.came = came.contains(&it.id);
    }
    invalid(&it.views, &member.visit, "portfolio/club_roll.html", &page)
}

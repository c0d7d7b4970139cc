//! Who took part in an event, and what they reached.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind, PersonId};
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::{
    super::{Link, Pages, pick::PickPage, sent::ids},
    back,
};
use crate::{EventId, Prize};

pub(in crate::pages) async fn inviting(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let class = raw.get("class").and_then(|it| it.parse().ok());
    let found = it
        .portfolio
        .inviting(&member.actor, id, class, today)
        .await?;
    let own = member.path(&format!("/events/{id}"));
    let trail = vec![
        Link {
            href: member.path("/events"),
            label: it.views.word("events.list.title"),
        },
        Link {
            href: own.clone(),
            label: found.event.fields.name.clone(),
        },
    ];
    let page = PickPage::of(
        &found.picking,
        &found.participants,
        (it.views.word("events.invite"), trail),
        (format!("{own}/participants"), own),
    );
    let html = it.views.page(&member.visit, "portfolio/pick.html", &page)?;
    Ok(html.into_response())
}

pub(in crate::pages) async fn invite(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let pupils: Vec<PersonId> = ids(&raw, "pupil");
    it.portfolio.invite(&member.actor, id, &pupils).await?;
    Ok(back(&member, id, &Flash::done("events.flash.invited")))
}

pub(in crate::pages) async fn uninvite(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, pupil)): Path<(String, EventId, PersonId)>,
) -> Result<Go, Failure> {
    it.portfolio.uninvite(&member.actor, id, pupil).await?;
    Ok(back(&member, id, &Flash::done("events.flash.uninvited")))
}

pub(in crate::pages) async fn save_results(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EventId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let said = raw.under("prize.").filter_map(|(pupil, prize)| {
        let pupil: PersonId = pupil.parse().ok()?;
        Some((pupil, Prize::from_code(prize)))
    });
    let results: Vec<(PersonId, Option<Prize>)> = said.collect();
    let saved = it
        .portfolio
        .save_event_results(&member.actor, id, &results, today)
        .await;
    match saved {
        Ok(count) => {
            let flash = Flash::done("events.flash.results").with("count", &count);
            Ok(back(&member, id, &flash))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            Ok(back(&member, id, &Flash::warning("events.flash.not-yet")))
        }
        Err(error) => Err(error.into()),
    }
}

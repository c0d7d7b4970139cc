//! Who goes to a club.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use web::{Failure, Go, Member, Path, form::Raw};

use super::{
    super::{Link, Pages, pick::PickPage, sent::ids},
    back,
};
use crate::ClubId;

pub(in crate::pages) async fn joining(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let class = raw.get("class").and_then(|it| it.parse().ok());
    let found = it
        .portfolio
        .joining(&member.actor, id, class, today)
        .await?;
    let own = member.path(&format!("/clubs/{id}"));
    let trail = vec![
        Link {
            href: member.path("/clubs"),
            label: it.views.word("clubs.list.title"),
        },
        Link {
            href: own.clone(),
            label: found.club.fields.name.clone(),
        },
    ];
    let page = PickPage::of(
        &found.picking,
        &found.members,
        (it.views.word("clubs.join"), trail),
        (format!("{own}/members"), own),
    );
    let html = it.views.page(&member.visit, "portfolio/pick.html", &page)?;
    Ok(html.into_response())
}

pub(in crate::pages) async fn join(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ClubId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    let pupils: Vec<PersonId> = ids(&raw, "pupil");
    it.portfolio.join(&member.actor, id, &pupils, today).await?;
    Ok(back(&member, id, "clubs.flash.joined"))
}

pub(in crate::pages) async fn leave(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, pupil)): Path<(String, ClubId, PersonId)>,
) -> Result<Go, Failure> {
    let today = it.today(&member.visit);
    it.portfolio.leave(&member.actor, id, pupil, today).await?;
    Ok(back(&member, id, "clubs.flash.left"))
}

//! Who looked at a card (SEC-1).

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::Serialize;
use web::{Failure, Member, Path, Signed};

use super::{Pages, cards::CardHead};
use crate::{CardKind, Look};

#[derive(Serialize)]
struct ViewersPage {
    head: CardHead,
    org: String,
    looks: Vec<Look>,
    named: bool,
    /// The reader's own card, or that of a child.
    is_self: bool,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let found = it.people.viewers(&member.actor, kind, id).await?;
    let page = ViewersPage {
        head: CardHead::of(&member, kind, &found.person, "viewers"),
        org: found.org,
        looks: found.looks,
        named: found.named,
        is_self: member.actor.person == id,
    };
    Ok(it
        .views
        .page(&member.visit, "people/viewers.html", &page)?
        .into_response())
}

#[derive(Serialize)]
struct MinePage {
    orgs: Vec<MineOrg>,
}

#[derive(Serialize)]
struct MineOrg {
    name: String,
    cards: Vec<MineCard>,
}

#[derive(Serialize)]
struct MineCard {
    kind: CardKind,
    name: String,
    href: String,
}

/// The own cards and those of the children in all organisations.
pub(super) async fn mine(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let mut orgs = Vec::new();
    for membership in &signed.me.memberships {
        let actor = signed.me.actor_in(membership);
        let card = |(kind, card): (CardKind, crate::Card)| MineCard {
            kind,
            name: card.full(),
            href: format!(
                "/o/{}/people/{}/{}/viewers",
                membership.code,
                kind.plural(),
                card.id
            ),
        };
        let cards = it.people.mine(&actor).await?;
        orgs.push(MineOrg {
            name: membership.label().to_owned(),
            cards: cards.into_iter().map(card).collect(),
        });
    }
    let page = MinePage { orgs };
    Ok(it
        .views
        .page(&signed.visit, "people/mine.html", &page)?
        .into_response())
}

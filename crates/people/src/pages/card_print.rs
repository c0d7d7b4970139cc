//! The personal card on paper (S2 annex 1).

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Path, Query};

use super::{
    Pages, card_path,
    cards::{CardHead, ConsentView, RelativeView, WayView, consent, relative},
    fields::{self, Facts},
    records::{self, Section},
};
use crate::{CardKind, Purpose, RestrictedLine};

#[derive(Serialize)]
struct CardPrint {
    head: CardHead,
    class: Option<String>,
    way: Option<WayView>,
    facts: Vec<Facts>,
    family: Vec<RelativeView>,
    /// Nothing where the reader may not see them.
    consents: Vec<ConsentView>,
    /// Nothing where no purpose was named.
    restricted: Vec<RestrictedLine>,
    sections: Vec<Section>,
}

/// For what restricted fields are printed; without it they stay out.
#[derive(Deserialize)]
pub(super) struct For {
    #[serde(default)]
    purpose: String,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    Path((_, id)): Path<(String, PersonId)>,
    Query(wish): Query<For>,
) -> Result<Response, Failure> {
    let actor = &member.actor;
    let card = it.people.card(actor, kind, id).await?;
    let restricted = match Purpose::from_code(&wish.purpose) {
        Some(purpose) => {
            let found = it.people.restricted(actor, kind, id, Some(purpose)).await?;
            found.fields
        }
        None => vec![],
    };
    let lines = it.people.records(actor, kind, id).await?;
    let page = CardPrint {
        head: CardHead::of(&member, kind, &card.person, "card"),
        class: card.class,
        way: card.way.map(|way| WayView::of(&way, &it.views)),
        facts: fields::facts(&card.person.fields, &card.details),
        family: card
            .family
            .iter()
            .map(|it| relative(&member, kind, id, it))
            .collect(),
        consents: card
            .consents
            .unwrap_or_default()
            .into_iter()
            .map(|it| consent(&member, it))
            .collect(),
        restricted,
        sections: records::sections(&card_path(&member, kind, id), kind, &lines.records),
    };
    Ok(it
        .views
        .page(&member.visit, "people/card_print.html", &page)?
        .into_response())
}

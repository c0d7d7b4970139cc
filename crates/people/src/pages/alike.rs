//! Cards that look like the one that is being typed (check 22 of `ux.md` §7).

use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Member, form::Raw};

use super::{Pages, card_path};
use crate::{CardKind, Lookalike, PersonFields};

/// A card that looks the same, with where it is opened.
#[derive(Serialize)]
pub(super) struct AlikeView {
    name: String,
    born_on: Option<NaiveDate>,
    class: Option<String>,
    same_snils: bool,
    links: Vec<AlikeLink>,
}

#[derive(Serialize)]
struct AlikeLink {
    kind: CardKind,
    href: String,
}

impl AlikeView {
    pub(super) fn of(member: &Member, it: Lookalike) -> Self {
        let id = it.card.id;
        let link = |kind| AlikeLink {
            kind,
            href: card_path(member, kind, id),
        };
        Self {
            name: it.card.full(),
            born_on: it.card.born_on,
            class: it.class,
            same_snils: it.same_snils,
            links: it.kinds.into_iter().map(link).collect(),
        }
    }
}

#[derive(Serialize)]
struct AlikePart {
    alike: Vec<AlikeView>,
}

/// What the form of a new card shows while it is filled.
pub(super) async fn typed(
    member: Member,
    State(it): State<Pages>,
    Extension(kind): Extension<CardKind>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let text = |name| raw.get(name).unwrap_or_default().to_owned();
    let fields = PersonFields {
        last_name: text("last_name"),
        first_name: text("first_name"),
        middle_name: raw
            .get("middle_name")
            .filter(|it| !it.is_empty())
            .map(str::to_owned),
        born_on: kernel::dates::parse_date(&text("born_on"), today).ok(),
        phone: text("phone"),
        mobile: text("mobile"),
        ..PersonFields::default()
    };
    let found = it
        .people
        .looks_like(&member.actor, kind, fields, &text("snils"))
        .await?;
    let alike = found
        .into_iter()
        .map(|it| AlikeView::of(&member, it))
        .collect();
    let part = AlikePart { alike };
    Ok(it
        .views
        .fragment(&member.visit, "people/_alike_typed.html", &part)?
        .into_response())
}

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Member, Query};

use super::{Pages, card_path};
use crate::{CardKind, Found};

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct SearchPage {
    query: String,
    shown_for: Option<String>,
    found: Vec<FoundView>,
}

#[derive(Serialize)]
struct FoundView {
    name: String,
    born_on: Option<chrono::NaiveDate>,
    class: Option<String>,
    post: Option<String>,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    kind: CardKind,
    href: String,
}

fn view(member: &Member, it: Found) -> FoundView {
    let id = it.card.id;
    FoundView {
        name: it.card.full(),
        born_on: it.card.born_on,
        class: it.class,
        post: it.post,
        links: it
            .kinds
            .into_iter()
            .map(|kind| Link {
                kind,
                href: card_path(member, kind, id),
            })
            .collect(),
    }
}

/// One hit opens at once; several are listed.
pub(super) async fn search(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let result = it.people.search(&member.actor, &wanted.q).await?;
    if let [only] = result.found.as_slice()
        && let Some(kind) = only.kinds.first()
    {
        return Ok(Go::to(card_path(&member, *kind, only.card.id)).into_response());
    }
    let page = SearchPage {
        query: wanted.q,
        shown_for: result.shown_for,
        found: result
            .found
            .into_iter()
            .map(|it| view(&member, it))
            .collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "people/search.html", &page)?
        .into_response())
}

//! The search of every page: people, classes, pages, actions (PPL-11).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Member, Query};

use super::{Pages, card_path};
use crate::{CardKind, Found, FoundPlaces, Place, PlaceKind};

/// The list under the search field shows so many people …
const QUICK_PEOPLE: usize = 8;
/// … and so much of every other kind.
const QUICK_PLACES: usize = 5;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct SearchPage {
    query: String,
    shown_for: Option<String>,
    people: Vec<PersonView>,
    groups: Vec<Group>,
    count: usize,
    /// Where people are looked for by the number of a document, for whoever may.
    by_number: Option<String>,
    /// There are more people than the list shows.
    more: Option<String>,
}

#[derive(Serialize)]
pub(super) struct PersonView {
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

/// What was found of one kind.
#[derive(Serialize)]
struct Group {
    kind: PlaceKind,
    places: Vec<Place>,
}

pub(super) fn person(member: &Member, it: Found) -> PersonView {
    let id = it.card.id;
    PersonView {
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

fn grouped(places: &[Place], most: usize) -> Vec<Group> {
    let kinds = [PlaceKind::Class, PlaceKind::Page, PlaceKind::Action];
    let group = |kind| {
        let of_kind = places.iter().filter(|it| it.kind == kind);
        let places: Vec<Place> = of_kind.take(most).cloned().collect();
        (!places.is_empty()).then_some(Group { kind, places })
    };
    kinds.into_iter().filter_map(group).collect()
}

impl Pages {
    async fn found(
        &self,
        member: &Member,
        query: String,
        people: usize,
        places: usize,
    ) -> Result<SearchPage, Failure> {
        let result = self.people.search(&member.actor, &query).await?;
        let found = match self.people.places() {
            Some(it) => it.find(member, &query).await?,
            None => FoundPlaces::default(),
        };
        let groups = grouped(&found.places, places);
        let beside: usize = groups.iter().map(|it| it.places.len()).sum();
        let all = result.found.len();
        Ok(SearchPage {
            count: all.min(people) + beside,
            shown_for: result.shown_for.or(found.shown_for),
            more: (all > people).then(|| all_of(member, &query)),
            people: result
                .found
                .into_iter()
                .take(people)
                .map(|it| person(member, it))
                .collect(),
            by_number: super::numbers::address(member),
            groups,
            query,
        })
    }
}

/// The page with all that the query finds.
fn all_of(member: &Member, query: &str) -> String {
    member.path(&format!("/search?q={}", web::form::encode(query)))
}

/// One hit opens at once; several are listed.
pub(super) async fn search(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let page = it.found(&member, wanted.q, usize::MAX, usize::MAX).await?;
    if page.count == 1 && !page.query.trim().is_empty() {
        let cards = page.people.iter().flat_map(|it| &it.links);
        let places = page.groups.iter().flat_map(|it| &it.places);
        let mut hrefs = cards.map(|it| &it.href).chain(places.map(|it| &it.href));
        if let Some(href) = hrefs.next() {
            return Ok(Go::to(href.clone()).into_response());
        }
    }
    Ok(it
        .views
        .page(&member.visit, "people/search.html", &page)?
        .into_response())
}

/// What the list under the search field shows while one types.
pub(super) async fn quick(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Failure> {
    let page = it
        .found(&member, wanted.q, QUICK_PEOPLE, QUICK_PLACES)
        .await?;
    Ok(it
        .views
        .fragment(&member.visit, "people/_found.html", &page)?)
}

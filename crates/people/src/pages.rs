//! Lists, cards, family, consents and search.

mod card_print;
mod cards;
mod consents;
mod edit;
mod family;
mod fields;
mod lists;
mod records;
mod restricted;
mod search;
mod viewers;

use axum::{
    Extension, Router,
    routing::{get, post},
};
use web::Views;

use crate::{CardKind, Directory};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/people/pupils"),
    ("GET", "/o/{org}/people/pupils/new"),
    ("POST", "/o/{org}/people/pupils/new"),
    ("GET", "/o/{org}/people/pupils/{id}"),
    ("GET", "/o/{org}/people/pupils/{id}/edit"),
    ("POST", "/o/{org}/people/pupils/{id}/edit"),
    ("GET", "/o/{org}/people/pupils/{id}/restricted"),
    ("POST", "/o/{org}/people/pupils/{id}/restricted"),
    ("GET", "/o/{org}/people/pupils/{id}/history"),
    ("GET", "/o/{org}/people/pupils/{id}/records"),
    ("GET", "/o/{org}/people/pupils/{id}/records/new"),
    ("POST", "/o/{org}/people/pupils/{id}/records/new"),
    ("GET", "/o/{org}/people/pupils/{id}/records/{record}"),
    ("POST", "/o/{org}/people/pupils/{id}/records/{record}"),
    (
        "POST",
        "/o/{org}/people/pupils/{id}/records/{record}/remove",
    ),
    ("GET", "/o/{org}/people/pupils/{id}/viewers"),
    ("GET", "/o/{org}/people/pupils/{id}/print"),
    ("GET", "/o/{org}/people/pupils/{id}/family"),
    ("POST", "/o/{org}/people/pupils/{id}/family"),
    ("POST", "/o/{org}/people/pupils/{id}/family/{kinship}/end"),
    ("GET", "/o/{org}/people/parents"),
    ("GET", "/o/{org}/people/parents/new"),
    ("POST", "/o/{org}/people/parents/new"),
    ("GET", "/o/{org}/people/parents/{id}"),
    ("GET", "/o/{org}/people/parents/{id}/edit"),
    ("POST", "/o/{org}/people/parents/{id}/edit"),
    ("GET", "/o/{org}/people/parents/{id}/restricted"),
    ("POST", "/o/{org}/people/parents/{id}/restricted"),
    ("GET", "/o/{org}/people/parents/{id}/history"),
    ("GET", "/o/{org}/people/parents/{id}/viewers"),
    ("GET", "/o/{org}/people/parents/{id}/print"),
    ("GET", "/o/{org}/people/staff"),
    ("GET", "/o/{org}/people/staff/dismissed"),
    ("GET", "/o/{org}/people/staff/new"),
    ("POST", "/o/{org}/people/staff/new"),
    ("GET", "/o/{org}/people/staff/{id}"),
    ("GET", "/o/{org}/people/staff/{id}/edit"),
    ("POST", "/o/{org}/people/staff/{id}/edit"),
    ("GET", "/o/{org}/people/staff/{id}/restricted"),
    ("POST", "/o/{org}/people/staff/{id}/restricted"),
    ("GET", "/o/{org}/people/staff/{id}/history"),
    ("GET", "/o/{org}/people/staff/{id}/records"),
    ("GET", "/o/{org}/people/staff/{id}/records/new"),
    ("POST", "/o/{org}/people/staff/{id}/records/new"),
    ("GET", "/o/{org}/people/staff/{id}/records/{record}"),
    ("POST", "/o/{org}/people/staff/{id}/records/{record}"),
    ("POST", "/o/{org}/people/staff/{id}/records/{record}/remove"),
    ("GET", "/o/{org}/people/staff/{id}/viewers"),
    ("GET", "/o/{org}/people/staff/{id}/print"),
    ("GET", "/o/{org}/people/consents"),
    ("GET", "/o/{org}/people/consents/new"),
    ("POST", "/o/{org}/people/consents/new"),
    ("GET", "/o/{org}/people/consents/blank"),
    ("GET", "/o/{org}/people/consents/{id}/withdraw"),
    ("POST", "/o/{org}/people/consents/{id}/withdraw"),
    ("GET", "/o/{org}/search"),
    ("GET", "/o/{org}/search/quick"),
    ("GET", "/my/viewers"),
];

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) people: Directory,
    pub(crate) views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(people: Directory, views: Views) -> Router {
    let cards = CardKind::ALL
        .into_iter()
        .map(of_kind)
        .fold(Router::new(), Router::merge);
    cards
        .route("/o/{org}/people/pupils", get(lists::pupils))
        .route("/o/{org}/people/parents", get(lists::parents))
        .route("/o/{org}/people/staff", get(lists::staff))
        .route("/o/{org}/people/staff/dismissed", get(lists::dismissed))
        .route(
            "/o/{org}/people/pupils/{id}/family",
            get(family::form).post(family::link),
        )
        .route(
            "/o/{org}/people/pupils/{id}/family/{kinship}/end",
            post(family::unlink),
        )
        .route("/o/{org}/people/consents", get(consents::list))
        .route(
            "/o/{org}/people/consents/new",
            get(consents::form).post(consents::record),
        )
        .route("/o/{org}/people/consents/blank", get(consents::blank))
        .route(
            "/o/{org}/people/consents/{id}/withdraw",
            get(consents::confirm).post(consents::withdraw),
        )
        .route("/o/{org}/search", get(search::search))
        .route("/o/{org}/search/quick", get(search::quick))
        .route("/my/viewers", get(viewers::mine))
        .with_state(Pages { people, views })
}

/// The routes that every kind of card has.
fn of_kind(kind: CardKind) -> Router<Pages> {
    let at = |rest: &str| format!("/o/{{org}}/people/{}{rest}", kind.plural());
    let cards = Router::new()
        .route(&at("/new"), get(edit::new).post(edit::enter))
        .route(&at("/{id}"), get(cards::show))
        .route(&at("/{id}/edit"), get(edit::edit).post(edit::save))
        .route(
            &at("/{id}/restricted"),
            get(restricted::show).post(restricted::save),
        )
        .route(&at("/{id}/history"), get(cards::history))
        .route(&at("/{id}/viewers"), get(viewers::show))
        .route(&at("/{id}/print"), get(card_print::show));
    let cards = match kind {
        CardKind::Parent => cards,
        CardKind::Pupil | CardKind::Staff => cards
            .route(&at("/{id}/records"), get(records::list))
            .route(
                &at("/{id}/records/new"),
                get(records::new).post(records::add),
            )
            .route(
                &at("/{id}/records/{record}"),
                get(records::edit).post(records::save),
            )
            .route(&at("/{id}/records/{record}/remove"), post(records::remove)),
    };
    cards.layer(Extension(kind))
}

/// The address of a card.
pub(crate) fn card_path(member: &web::Member, kind: CardKind, id: kernel::PersonId) -> String {
    member.path(&format!("/people/{}/{id}", kind.plural()))
}

//! Lists, cards, family, consents and search.

mod alike;
mod both;
mod card_print;
mod cards;
mod completeness;
mod consents;
mod dictionaries;
mod duplicates;
mod edit;
mod family;
mod fields;
mod lists;
mod mine;
mod names;
mod numbers;
mod proposals;
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
pub use cards::{CardHead, Ties, sees_progress};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/people/pupils"),
    ("GET", "/o/{org}/people/pupils/new"),
    ("POST", "/o/{org}/people/pupils/new"),
    ("POST", "/o/{org}/people/pupils/alike"),
    ("GET", "/o/{org}/people/pupils/{id}"),
    ("GET", "/o/{org}/people/pupils/{id}/edit"),
    ("POST", "/o/{org}/people/pupils/{id}/edit"),
    ("GET", "/o/{org}/people/pupils/{id}/restricted"),
    ("POST", "/o/{org}/people/pupils/{id}/restricted"),
    ("GET", "/o/{org}/people/pupils/{id}/history"),
    ("GET", "/o/{org}/people/pupils/{id}/name"),
    ("POST", "/o/{org}/people/pupils/{id}/name"),
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
    ("POST", "/o/{org}/people/parents/alike"),
    ("GET", "/o/{org}/people/parents/{id}"),
    ("GET", "/o/{org}/people/parents/{id}/edit"),
    ("POST", "/o/{org}/people/parents/{id}/edit"),
    ("GET", "/o/{org}/people/parents/{id}/restricted"),
    ("POST", "/o/{org}/people/parents/{id}/restricted"),
    ("GET", "/o/{org}/people/parents/{id}/history"),
    ("GET", "/o/{org}/people/parents/{id}/name"),
    ("POST", "/o/{org}/people/parents/{id}/name"),
    ("GET", "/o/{org}/people/parents/{id}/viewers"),
    ("GET", "/o/{org}/people/parents/{id}/print"),
    ("GET", "/o/{org}/people/staff"),
    ("GET", "/o/{org}/people/staff/dismissed"),
    ("GET", "/o/{org}/people/staff/new"),
    ("POST", "/o/{org}/people/staff/new"),
    ("POST", "/o/{org}/people/staff/alike"),
    ("GET", "/o/{org}/people/staff/{id}"),
    ("GET", "/o/{org}/people/staff/{id}/edit"),
    ("POST", "/o/{org}/people/staff/{id}/edit"),
    ("GET", "/o/{org}/people/staff/{id}/restricted"),
    ("POST", "/o/{org}/people/staff/{id}/restricted"),
    ("GET", "/o/{org}/people/staff/{id}/history"),
    ("GET", "/o/{org}/people/staff/{id}/name"),
    ("POST", "/o/{org}/people/staff/{id}/name"),
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
    ("GET", "/o/{org}/people/consents/classes"),
    ("GET", "/o/{org}/people/consents/collect"),
    ("POST", "/o/{org}/people/consents/collect"),
    ("GET", "/o/{org}/people/consents/texts"),
    ("POST", "/o/{org}/people/consents/texts"),
    ("GET", "/o/{org}/people/consents/{id}"),
    ("POST", "/o/{org}/people/consents/{id}/scans"),
    ("GET", "/o/{org}/people/consents/{id}/scans/{scan}"),
    ("POST", "/o/{org}/people/consents/{id}/scans/{scan}/remove"),
    ("POST", "/o/{org}/people/consents/{id}/settle"),
    ("GET", "/o/{org}/people/consents/{id}/withdraw"),
    ("POST", "/o/{org}/people/consents/{id}/withdraw"),
    ("GET", "/o/{org}/people/completeness"),
    ("GET", "/o/{org}/people/completeness/people"),
    ("GET", "/o/{org}/people/completeness/fill"),
    ("POST", "/o/{org}/people/completeness/fill"),
    ("GET", "/o/{org}/people/duplicates"),
    ("GET", "/o/{org}/people/duplicates/merge"),
    ("POST", "/o/{org}/people/duplicates/merge"),
    ("POST", "/o/{org}/people/duplicates/two-people"),
    ("POST", "/o/{org}/people/duplicates/{merge}/undo"),
    ("GET", "/o/{org}/people/by-number"),
    ("POST", "/o/{org}/people/by-number"),
    ("GET", "/o/{org}/people/proposals"),
    ("POST", "/o/{org}/people/proposals/accept"),
    ("POST", "/o/{org}/people/proposals/{proposal}/refuse"),
    ("GET", "/o/{org}/settings/directories"),
    ("GET", "/o/{org}/settings/directories/{dictionary}"),
    ("POST", "/o/{org}/settings/directories/{dictionary}"),
    ("GET", "/my/cards"),
    ("GET", "/my/cards/propose"),
    ("POST", "/my/cards/propose"),
    ("POST", "/my/cards/proposals/{proposal}/withdraw"),
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
        .merge(of_consents())
        .merge(of_proposals())
        .merge(of_duplicates())
        .route("/o/{org}/people/completeness", get(completeness::show))
        .route(
            "/o/{org}/people/completeness/people",
            get(completeness::people),
        )
        .route(
            "/o/{org}/people/completeness/fill",
            get(completeness::form).post(completeness::fill),
        )
        .route(
            "/o/{org}/people/by-number",
            get(numbers::form).post(numbers::find),
        )
        .route("/o/{org}/settings/directories", get(dictionaries::list))
        .route(
            "/o/{org}/settings/directories/{dictionary}",
            get(dictionaries::show).post(dictionaries::change),
        )
        .route("/o/{org}/search", get(search::search))
        .route("/o/{org}/search/quick", get(search::quick))
        .route("/my/viewers", get(viewers::mine))
        .with_state(Pages { people, views })
}

fn of_duplicates() -> Router<Pages> {
    let at = |rest: &str| format!("/o/{{org}}/people/duplicates{rest}");
    Router::new()
        .route(&at(""), get(duplicates::list))
        .route(
            &at("/merge"),
            get(duplicates::preview).post(duplicates::merge),
        )
        .route(&at("/two-people"), post(duplicates::two_people))
        .route(&at("/{merge}/undo"), post(duplicates::undo))
}

fn of_proposals() -> Router<Pages> {
    let at = |rest: &str| format!("/o/{{org}}/people/proposals{rest}");
    Router::new()
        .route(&at(""), get(proposals::list))
        .route(&at("/accept"), post(proposals::accept))
        .route(&at("/{proposal}/refuse"), post(proposals::refuse))
        .route("/my/cards", get(mine::cards))
        .route("/my/cards/propose", get(mine::form).post(mine::propose))
        .route(
            "/my/cards/proposals/{proposal}/withdraw",
            post(mine::withdraw),
        )
}

fn of_consents() -> Router<Pages> {
    use consents::{blanks, classes, collect, paper, texts};
    let at = |rest: &str| format!("/o/{{org}}/people/consents{rest}");
    Router::new()
        .route(&at(""), get(consents::list))
        .route(&at("/new"), get(consents::form).post(consents::record))
        .route(&at("/blank"), get(blanks::blank))
        .route(&at("/classes"), get(classes::show))
        .route(&at("/collect"), get(collect::form).post(collect::collect))
        .route(&at("/texts"), get(texts::show).post(texts::add))
        .route(&at("/{id}"), get(paper::show))
        .route(
            &at("/{id}/scans"),
            post(paper::attach).layer(web::large_body()),
        )
        .route(&at("/{id}/scans/{scan}"), get(paper::scan))
        .route(&at("/{id}/scans/{scan}/remove"), post(paper::detach))
        .route(&at("/{id}/settle"), post(paper::settle))
        .route(
            &at("/{id}/withdraw"),
            get(consents::confirm).post(consents::withdraw),
        )
}

/// The routes that every kind of card has.
fn of_kind(kind: CardKind) -> Router<Pages> {
    let at = |rest: &str| format!("/o/{{org}}/people/{}{rest}", kind.plural());
    let cards = Router::new()
        .route(&at("/new"), get(edit::new).post(edit::enter))
        .route(&at("/alike"), post(alike::typed))
        .route(&at("/{id}"), get(cards::show))
        .route(&at("/{id}/edit"), get(edit::edit).post(edit::save))
        .route(
            &at("/{id}/restricted"),
            get(restricted::show).post(restricted::save),
        )
        .route(&at("/{id}/history"), get(cards::history))
        .route(&at("/{id}/name"), get(names::show).post(names::save))
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

//! Which handler answers which route of [`super::ROUTES`].

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::Clock;
use web::Views;

use super::{
    Pages, associations, attestation, base, clubs, entry, events, meetings, mine, overview, person,
    work,
};
use crate::Portfolio;

/// The routes of this domain, ready to be merged by the app.
pub fn router(portfolio: Portfolio, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/my/portfolio", get(mine::page))
        .route("/o/{org}/portfolio", get(overview::page))
        .merge(people_routes())
        .merge(entry_routes())
        .merge(event_routes())
        .merge(club_routes())
        .merge(meeting_routes())
        .merge(association_routes())
        .merge(staff_and_base_routes())
        .with_state(Pages {
            portfolio,
            views,
            clock,
        })
}

fn people_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/portfolio/pupils/{pupil}", get(person::pupil))
        .route(
            "/o/{org}/portfolio/pupils/{pupil}/new",
            get(entry::new_of_pupil)
                .post(entry::add_to_pupil)
                .layer(web::large_body()),
        )
        .route("/o/{org}/portfolio/staff/{staff}", get(person::staff))
        .route("/o/{org}/people/staff/{staff}/work", get(work::show))
        .route(
            "/o/{org}/portfolio/staff/{staff}/new",
            get(entry::new_of_staff)
                .post(entry::add_to_staff)
                .layer(web::large_body()),
        )
}

fn entry_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/portfolio/entries/{entry}", get(entry::page))
        .route(
            "/o/{org}/portfolio/entries/{entry}/edit",
            get(entry::edit).post(entry::save),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/confirm",
            post(entry::confirm),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/refuse",
            post(entry::refuse),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/remove",
            post(entry::remove),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/files",
            post(entry::attach).layer(web::large_body()),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/files/{scan}",
            get(entry::download),
        )
        .route(
            "/o/{org}/portfolio/entries/{entry}/files/{scan}/remove",
            post(entry::detach),
        )
}

fn event_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/events", get(events::list))
        .route("/o/{org}/events/new", get(events::new).post(events::add))
        .route("/o/{org}/events/{event}", get(events::page))
        .route(
            "/o/{org}/events/{event}/edit",
            get(events::edit).post(events::save),
        )
        .route(
            "/o/{org}/events/{event}/participants",
            get(events::inviting).post(events::invite),
        )
        .route(
            "/o/{org}/events/{event}/participants/{pupil}/remove",
            post(events::uninvite),
        )
        .route(
            "/o/{org}/events/{event}/results",
            post(events::save_results),
        )
}

fn club_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/clubs", get(clubs::list))
        .route("/o/{org}/clubs/new", get(clubs::new).post(clubs::add))
        .route("/o/{org}/clubs/{club}", get(clubs::page))
        .route(
            "/o/{org}/clubs/{club}/edit",
            get(clubs::edit).post(clubs::save),
        )
        .route(
            "/o/{org}/clubs/{club}/members",
            get(clubs::joining).post(clubs::join),
        )
        .route(
            "/o/{org}/clubs/{club}/members/{pupil}/leave",
            post(clubs::leave),
        )
        .route(
            "/o/{org}/clubs/{club}/days",
            get(clubs::roll).post(clubs::save_roll),
        )
}

fn meeting_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/meetings", get(meetings::list))
        .route(
            "/o/{org}/meetings/new",
            get(meetings::new).post(meetings::add),
        )
        .route("/o/{org}/meetings/{meeting}", get(meetings::page))
        .route(
            "/o/{org}/meetings/{meeting}/edit",
            get(meetings::edit).post(meetings::save),
        )
        .route("/o/{org}/meetings/{meeting}/visits", post(meetings::visits))
}

fn association_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/study/associations", get(associations::list))
        .route(
            "/o/{org}/study/associations/new",
            get(associations::new).post(associations::add),
        )
        .route(
            "/o/{org}/study/associations/{association}",
            get(associations::page),
        )
        .route(
            "/o/{org}/study/associations/{association}/edit",
            get(associations::edit).post(associations::save),
        )
        .route(
            "/o/{org}/study/associations/{association}/items/new",
            get(associations::new_item).post(associations::add_item),
        )
        .route(
            "/o/{org}/study/associations/{association}/items/{item}",
            get(associations::edit_item).post(associations::save_item),
        )
}

fn staff_and_base_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/settings/base", get(base::list))
        .route("/o/{org}/settings/base/new", get(base::new).post(base::add))
        .route(
            "/o/{org}/settings/base/{thing}",
            get(base::edit).post(base::save),
        )
        .route("/o/{org}/people/attestation", get(attestation::list))
        .route(
            "/o/{org}/people/attestation/{staff}",
            get(attestation::edit).post(attestation::save),
        )
}

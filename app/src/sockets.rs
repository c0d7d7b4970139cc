//! What the app fills in between the domains: sockets of lower ones, lists of
//! things that each offers.

use std::sync::Arc;

use axum::{Router, response::{IntoResponse, Response}, routing::get};
use intake::Importer;
use web::{Go, Visit};

use crate::wire::Services;

/// The address without a path: the diary for families, the own organisation
/// for staff, the login page for a stranger.
pub(crate) fn front_page() -> Router {
    Router::new().route("/", get(front))
}

async fn front(visit: Visit) -> Response {
    let to = match visit.me() {
        None => "/login".to_owned(),
        Some(_) => "/my/day".to_owned(),
    };
    Go::to(to).into_response()
}

/// The lists that a school may bring as files, in the order in which a new one needs them.
pub(crate) fn importers(_services: &Services) -> Vec<Arc<dyn Importer>> {
    vec![]
}

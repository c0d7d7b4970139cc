//! Transfers between the schools of a region.

mod accept;
mod ask;
mod former;
mod list;
mod show;
mod view;

use axum::{
    Router,
    routing::{get, post},
};
use web::Views;

use crate::Transfers;

/// Every route of transfers.
pub const TRANSFER_ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/movement/transfers"),
    ("GET", "/o/{org}/movement/transfers/new"),
    ("POST", "/o/{org}/movement/transfers/new"),
    ("GET", "/o/{org}/movement/transfers/{id}"),
    ("GET", "/o/{org}/movement/transfers/{id}/print"),
    ("GET", "/o/{org}/movement/transfers/{id}/accept"),
    ("POST", "/o/{org}/movement/transfers/{id}/accept"),
    ("POST", "/o/{org}/movement/transfers/{id}/answer"),
    ("POST", "/o/{org}/movement/transfers/{id}/documents"),
    ("POST", "/o/{org}/movement/transfers/{id}/end"),
    ("GET", "/o/{org}/people/pupils/{id}/former-marks"),
];

/// What every handler needs.
#[derive(Clone)]
struct Pages {
    transfers: Transfers,
    views: Views,
}

/// The routes of transfers, ready to be merged by the app.
pub fn transfers_router(transfers: Transfers, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/movement/transfers", get(list::list))
        .route(
            "/o/{org}/movement/transfers/new",
            get(ask::new).post(ask::ask),
        )
        .route("/o/{org}/movement/transfers/{id}", get(show::show))
        .route("/o/{org}/movement/transfers/{id}/print", get(show::print))
        .route(
            "/o/{org}/movement/transfers/{id}/accept",
            get(accept::form).post(accept::accept),
        )
        .route(
            "/o/{org}/movement/transfers/{id}/answer",
            post(show::answer),
        )
        .route(
            "/o/{org}/movement/transfers/{id}/documents",
            post(show::documents),
        )
        .route("/o/{org}/movement/transfers/{id}/end", post(show::end))
        .route(
            "/o/{org}/people/pupils/{id}/former-marks",
            get(former::show),
        )
        .with_state(Pages { transfers, views })
}

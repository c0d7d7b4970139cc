//! The book of orders and the class register.

mod book;
mod books;
mod form;
mod order;
mod register;
mod study;
mod transfers;
mod view;

pub use books::{BOOK_ROUTES, books_router};
pub use transfers::{TRANSFER_ROUTES, transfers_router};

use axum::{
    Router,
    routing::{get, post},
};
use garde::Validate;
use serde::Deserialize;
use web::Views;

use crate::Movement;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/movement/orders"),
    ("GET", "/o/{org}/movement/orders/new"),
    ("POST", "/o/{org}/movement/orders/new"),
    ("GET", "/o/{org}/movement/orders/{id}"),
    ("GET", "/o/{org}/movement/orders/{id}/edit"),
    ("POST", "/o/{org}/movement/orders/{id}/edit"),
    ("POST", "/o/{org}/movement/orders/{id}/issue"),
    ("POST", "/o/{org}/movement/orders/{id}/slips"),
    ("POST", "/o/{org}/movement/orders/{id}/submit"),
    ("POST", "/o/{org}/movement/orders/{id}/take-back"),
    ("POST", "/o/{org}/movement/orders/{id}/cancel"),
    ("POST", "/o/{org}/movement/orders/{id}/discard"),
    ("GET", "/o/{org}/movement/orders/{id}/print"),
    ("POST", "/o/{org}/movement/signing"),
    ("GET", "/o/{org}/movement/register"),
    ("GET", "/o/{org}/people/pupils/{id}/study"),
];

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) movement: Movement,
    pub(crate) views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(movement: Movement, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/movement/orders", get(book::list))
        .route(
            "/o/{org}/movement/orders/new",
            get(form::new).post(form::draft),
        )
        .route("/o/{org}/movement/orders/{id}", get(order::show))
        .route(
            "/o/{org}/movement/orders/{id}/edit",
            get(form::edit).post(form::change),
        )
        .route("/o/{org}/movement/orders/{id}/issue", post(order::issue))
        .route("/o/{org}/movement/orders/{id}/slips", post(order::slips))
        .route("/o/{org}/movement/orders/{id}/submit", post(order::submit))
        .route(
            "/o/{org}/movement/orders/{id}/take-back",
            post(order::take_back),
        )
        .route("/o/{org}/movement/orders/{id}/cancel", post(order::cancel))
        .route("/o/{org}/movement/signing", post(order::signing))
        .route(
            "/o/{org}/movement/orders/{id}/discard",
            post(order::discard),
        )
        .route("/o/{org}/movement/orders/{id}/print", get(order::print))
        .route("/o/{org}/movement/register", get(register::show))
        .route("/o/{org}/people/pupils/{id}/study", get(study::show))
        .with_state(Pages { movement, views })
}

/// Which version of a thing the button stood under.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Seen {
    #[garde(skip)]
    seen: i32,
}

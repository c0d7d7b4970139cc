//! «Конструктор отчётов»: own and shared reports, the form with its preview,
//! one report on screen, on paper and in files.

mod acts;
mod edit;
mod list;
mod open;
mod sent;
mod shown;

use std::collections::BTreeMap;

use axum::{
    Router,
    routing::{get, post},
};
use serde::Serialize;
use web::Views;

use crate::Builder;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/reports/builder"),
    ("POST", "/o/{org}/reports/builder"),
    ("GET", "/o/{org}/reports/builder/new"),
    ("POST", "/o/{org}/reports/builder/preview"),
    ("POST", "/o/{org}/reports/builder/requests"),
    ("POST", "/o/{org}/reports/builder/requests/{request}/close"),
    ("GET", "/o/{org}/reports/builder/{report}"),
    ("POST", "/o/{org}/reports/builder/{report}"),
    ("GET", "/o/{org}/reports/builder/{report}/edit"),
    ("POST", "/o/{org}/reports/builder/{report}/share"),
    ("POST", "/o/{org}/reports/builder/{report}/copy"),
    ("POST", "/o/{org}/reports/builder/{report}/remove"),
    ("POST", "/o/{org}/reports/builder/{report}/schedule"),
];

#[derive(Clone)]
struct Pages {
    builder: Builder,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(builder: Builder, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/reports/builder", get(list::desk).post(edit::add))
        .route("/o/{org}/reports/builder/new", get(edit::new))
        .route("/o/{org}/reports/builder/preview", post(edit::preview))
        .route("/o/{org}/reports/builder/requests", post(acts::ask))
        .route(
            "/o/{org}/reports/builder/requests/{request}/close",
            post(acts::close),
        )
        .route(
            "/o/{org}/reports/builder/{report}",
            get(open::open).post(edit::change),
        )
        .route("/o/{org}/reports/builder/{report}/edit", get(edit::edit))
        .route("/o/{org}/reports/builder/{report}/share", post(acts::share))
        .route("/o/{org}/reports/builder/{report}/copy", post(acts::copy))
        .route(
            "/o/{org}/reports/builder/{report}/remove",
            post(acts::remove),
        )
        .route(
            "/o/{org}/reports/builder/{report}/schedule",
            post(acts::schedule),
        )
        .with_state(Pages { builder, views })
}

/// One of a list to choose from.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

/// A form as the kit wants it: what was typed, and what is wrong.
#[derive(Clone, Debug, Default, Serialize)]
struct FormView {
    values: BTreeMap<&'static str, String>,
    errors: Vec<FieldError>,
}

#[derive(Clone, Debug, Serialize)]
struct FieldError {
    field: String,
    code: &'static str,
    text: String,
}

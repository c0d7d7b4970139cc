//! Pages of the organisation: its card, rooms and settings.

mod card;
mod options;
mod rooms;
mod setup;

use std::sync::Arc;

use axum::{Router, routing::get};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use web::{Checked, FormState, Views, form::Raw};

use crate::{FieldFault, Org, ShortNames, Typed};

pub use setup::{SETUP_ROUTES, setup_router};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/settings/org"),
    ("POST", "/o/{org}/settings/org"),
    ("GET", "/o/{org}/settings/org/edit"),
    ("GET", "/o/{org}/settings/org/print"),
    ("GET", "/o/{org}/settings/org/history"),
    ("GET", "/o/{org}/settings/org/file"),
    ("GET", "/o/{org}/settings/options"),
    ("POST", "/o/{org}/settings/options"),
    ("GET", "/o/{org}/timetable/rooms"),
    ("POST", "/o/{org}/timetable/rooms"),
    ("GET", "/o/{org}/timetable/rooms/new"),
    ("GET", "/o/{org}/timetable/rooms/{room}"),
    ("POST", "/o/{org}/timetable/rooms/{room}"),
];

#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) org: Org,
    pub(crate) views: Views,
    names: Arc<dyn ShortNames>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(org: Org, names: Arc<dyn ShortNames>, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/settings/org", get(card::show).post(card::save))
        .route("/o/{org}/settings/org/edit", get(card::edit))
        .route("/o/{org}/settings/org/print", get(card::print))
        .route("/o/{org}/settings/org/history", get(card::history))
        .route("/o/{org}/settings/org/file", get(card::file))
        .route(
            "/o/{org}/settings/options",
            get(options::edit).post(options::save),
        )
        .route(
            "/o/{org}/timetable/rooms",
            get(rooms::list).post(rooms::add),
        )
        .route("/o/{org}/timetable/rooms/new", get(rooms::new))
        .route(
            "/o/{org}/timetable/rooms/{room}",
            get(rooms::edit).post(rooms::save),
        )
        .with_state(Pages { org, views, names })
}

/// A form whose fields the domain reads itself.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

/// The form as it was sent, with its mistakes.
fn sent(raw: &Raw, views: &Views, faults: &[FieldFault]) -> FormState {
    let mut form = Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(views.clone())).form;
    for it in faults {
        match &it.check {
            Some(check) => form.fault(it.field, check),
            None => form.refuse(it.field, it.code),
        }
    }
    form
}

/// The form of what is stored.
fn stored(typed: &Typed) -> FormState {
    typed.iter().fold(FormState::new(), |form, (name, value)| {
        form.with(name, value)
    })
}

fn typed(raw: &Raw) -> Typed {
    raw.iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The version that a form has seen; one that is not there has seen nothing.
fn seen<T: std::str::FromStr + Default>(raw: &Raw) -> T {
    raw.get("version")
        .and_then(|it| it.parse().ok())
        .unwrap_or_default()
}

/// A choice of a form.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: String,
}

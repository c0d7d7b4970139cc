//! «Расписание»: weeks, bells, the editor of the draft and its publication.

mod bells;
mod draft;
mod editor;
mod publish;
mod week;

use axum::{
    Router,
    routing::{get, post},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Member, Views};
use work::Jobs;

use crate::Timetable;

pub(crate) use editor::explain;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/timetable"),
    ("GET", "/o/{org}/timetable/print"),
    ("GET", "/o/{org}/timetable/bells"),
    ("POST", "/o/{org}/timetable/bells"),
    ("GET", "/o/{org}/timetable/edit"),
    ("POST", "/o/{org}/timetable/edit"),
    ("POST", "/o/{org}/timetable/edit/slots"),
    ("POST", "/o/{org}/timetable/edit/slots/{slot}/move"),
    ("POST", "/o/{org}/timetable/edit/slots/{slot}/remove"),
    ("GET", "/o/{org}/timetable/publish"),
    ("POST", "/o/{org}/timetable/publish"),
];

#[derive(Clone)]
struct Pages {
    timetable: Timetable,
    jobs: Jobs,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
///
/// `jobs` must know [`crate::Publication`].
pub fn router(timetable: Timetable, jobs: Jobs, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/timetable", get(week::show))
        .route("/o/{org}/timetable/print", get(week::print))
        .route(
            "/o/{org}/timetable/bells",
            get(bells::edit).post(bells::save),
        )
        .route(
            "/o/{org}/timetable/edit",
            get(draft::show).post(draft::begin),
        )
        .route("/o/{org}/timetable/edit/slots", post(draft::place))
        .route(
            "/o/{org}/timetable/edit/slots/{slot}/move",
            post(draft::move_slot),
        )
        .route(
            "/o/{org}/timetable/edit/slots/{slot}/remove",
            post(draft::remove),
        )
        .route(
            "/o/{org}/timetable/publish",
            get(publish::preview).post(publish::commit),
        )
        .with_state(Pages {
            timetable,
            jobs,
            views,
        })
}

impl Pages {
    /// The day it is where the organisation is.
    fn today(&self, member: &Member) -> NaiveDate {
        member.visit.day_of(self.views.now())
    }
}

/// A choice of a form.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    value: i64,
    label: String,
    selected: bool,
}

impl Choice {
    fn of(value: impl Into<i64>, label: impl Into<String>, selected: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            selected,
        }
    }
}

/// A number of a query or form; an empty one is none, and so is what is no number.
fn number<T: From<i64>>(text: Option<&str>) -> Option<T> {
    text?.parse::<i64>().ok().map(T::from)
}

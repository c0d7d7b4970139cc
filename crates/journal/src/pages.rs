//! The pages of the journal and the diary.

mod diary;
mod grid;
mod home;
mod lesson;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::Clock;
use web::Views;

use crate::Journal;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/"),
    ("GET", "/o/{org}/journal"),
    ("GET", "/o/{org}/journal/{class}/{subject}"),
    ("POST", "/o/{org}/journal/ops"),
    ("GET", "/o/{org}/journal/cell"),
    ("GET", "/o/{org}/journal/lesson/{lesson}"),
    ("POST", "/o/{org}/journal/lesson/{lesson}"),
    ("GET", "/my/day"),
    ("GET", "/my/diary/week"),
    ("GET", "/my/diary/marks"),
];

#[derive(Clone)]
struct Pages {
    journal: Journal,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(journal: Journal, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/o/{org}/", get(home::home))
        .route("/o/{org}/journal", get(home::journals))
        .route("/o/{org}/journal/{class}/{subject}", get(grid::grid))
        .route("/o/{org}/journal/ops", post(grid::operations))
        .route("/o/{org}/journal/cell", get(grid::cell))
        .route(
            "/o/{org}/journal/lesson/{lesson}",
            get(lesson::form).post(lesson::save),
        )
        .route("/my/day", get(diary::day))
        .route("/my/diary/week", get(diary::week))
        .route("/my/diary/marks", get(diary::marks))
        .with_state(Pages {
            journal,
            views,
            clock,
        })
}

impl Pages {
    /// Today, where the organisation of the path is.
    fn today(&self, visit: &web::Visit) -> chrono::NaiveDate {
        visit.day_of(self.clock.now())
    }
}

//! The books that follow from the orders.

mod alphabet;
mod leavers;
mod numbers;
mod who;

use axum::{
    Router,
    routing::{get, post},
};
use serde::Serialize;
use web::{Member, Views};

use crate::Books;

/// Every route of the books.
pub const BOOK_ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/movement/numbers"),
    ("GET", "/o/{org}/movement/numbers/classes"),
    ("GET", "/o/{org}/movement/numbers/who"),
    ("GET", "/o/{org}/movement/alphabet"),
    ("POST", "/o/{org}/movement/alphabet/fill"),
    ("POST", "/o/{org}/movement/alphabet/format"),
    ("GET", "/o/{org}/movement/alphabet/{id}"),
    ("POST", "/o/{org}/movement/alphabet/{id}/hand"),
    ("GET", "/o/{org}/movement/leavers"),
];

/// What every handler needs.
#[derive(Clone)]
struct Pages {
    books: Books,
    views: Views,
}

/// The routes of the books, ready to be merged by the app.
pub fn books_router(books: Books, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/movement/numbers", get(numbers::show))
        .route("/o/{org}/movement/numbers/classes", get(numbers::classes))
        .route("/o/{org}/movement/numbers/who", get(who::list))
        .route("/o/{org}/movement/alphabet", get(alphabet::list))
        .route("/o/{org}/movement/alphabet/fill", post(alphabet::fill))
        .route("/o/{org}/movement/alphabet/format", post(alphabet::format))
        .route("/o/{org}/movement/alphabet/{id}", get(alphabet::show))
        .route("/o/{org}/movement/alphabet/{id}/hand", post(alphabet::hand))
        .route("/o/{org}/movement/leavers", get(leavers::list))
        .with_state(Pages { books, views })
}

/// A way to another of the books.
#[derive(Serialize)]
struct Tab {
    code: &'static str,
    href: String,
    current: bool,
}

const TABS: [(&str, &str); 4] = [
    ("numbers", "/movement/numbers"),
    ("classes", "/movement/numbers/classes"),
    ("alphabet", "/movement/alphabet"),
    ("leavers", "/movement/leavers"),
];

fn tabs(member: &Member, current: &str) -> Vec<Tab> {
    let tab = |(code, path): (&'static str, &str)| Tab {
        code,
        href: member.path(path),
        current: code == current,
    };
    TABS.into_iter().map(tab).collect()
}

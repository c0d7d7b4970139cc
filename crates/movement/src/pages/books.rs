//! The books that follow from the orders.

mod alphabet;
mod certificates;
mod filling;
mod leavers;
mod numbers;
mod paper;
mod papers;
mod who;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::Right;
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
    ("GET", "/o/{org}/movement/certificates"),
    ("GET", "/o/{org}/movement/certificates/new"),
    ("POST", "/o/{org}/movement/certificates/new"),
    ("GET", "/o/{org}/movement/certificates/{id}"),
    ("POST", "/o/{org}/movement/certificates/{id}/issue"),
    ("POST", "/o/{org}/movement/certificates/{id}/end"),
    ("GET", "/o/{org}/movement/certificates/{id}/print"),
    ("GET", "/my/documents"),
    ("POST", "/my/documents"),
    ("GET", "/my/documents/{id}/print"),
    ("GET", "/public/check"),
    ("GET", "/public/check/{code}"),
];

/// What every handler needs.
#[derive(Clone)]
struct Pages {
    books: Books,
    views: Views,
    /// Where the application is found: what the code of a certificate opens.
    address: String,
    tries: papers::Tries,
}

/// The routes of the books, ready to be merged by the app; `address` is where
/// it is found from outside.
pub fn books_router(books: Books, views: Views, address: String) -> Router {
    Router::new()
        .route("/o/{org}/movement/numbers", get(numbers::show))
        .route("/o/{org}/movement/numbers/classes", get(filling::show))
        .route("/o/{org}/movement/numbers/who", get(who::list))
        .route("/o/{org}/movement/alphabet", get(alphabet::list))
        .route("/o/{org}/movement/alphabet/fill", post(alphabet::fill))
        .route("/o/{org}/movement/alphabet/format", post(alphabet::format))
        .route("/o/{org}/movement/alphabet/{id}", get(alphabet::show))
        .route("/o/{org}/movement/alphabet/{id}/hand", post(alphabet::hand))
        .route("/o/{org}/movement/leavers", get(leavers::list))
        .merge(papers())
        .with_state(Pages {
            books,
            views,
            address,
            tries: papers::Tries::default(),
        })
}

fn papers() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/movement/certificates", get(certificates::list))
        .route(
            "/o/{org}/movement/certificates/new",
            get(certificates::new).post(certificates::write),
        )
        .route(
            "/o/{org}/movement/certificates/{id}",
            get(certificates::show),
        )
        .route(
            "/o/{org}/movement/certificates/{id}/issue",
            post(certificates::issue),
        )
        .route(
            "/o/{org}/movement/certificates/{id}/end",
            post(certificates::end),
        )
        .route(
            "/o/{org}/movement/certificates/{id}/print",
            get(paper::print),
        )
        .route("/my/documents", get(papers::mine).post(papers::ask))
        .route("/my/documents/{id}/print", get(papers::print))
        .route("/public/check", get(papers::check_form))
        .route("/public/check/{code}", get(papers::check))
}

/// A way to another of the books.
#[derive(Serialize)]
struct Tab {
    code: &'static str,
    href: String,
    current: bool,
}

const TABS: [(&str, &str); 5] = [
    ("numbers", "/movement/numbers"),
    ("classes", "/movement/numbers/classes"),
    ("alphabet", "/movement/alphabet"),
    ("leavers", "/movement/leavers"),
    ("certificates", "/movement/certificates"),
];

fn tabs(member: &Member, current: &str) -> Vec<Tab> {
    let tab = |(code, path): (&'static str, &str)| Tab {
        code,
        href: member.path(path),
        current: code == current,
    };
    // Class teachers have the certificates of their class and no other book.
    let all = member.actor.may_in_org(Right::MovementView).is_ok();
    let open = TABS.into_iter().filter(|it| all || it.0 == "certificates");
    open.map(tab).collect()
}

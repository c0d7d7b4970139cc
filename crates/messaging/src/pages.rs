//! Pages of the post: what a person wants to be sent, the link that
//! unsubscribes, and the queue for the administrator.

mod leave;
mod queue;
mod wish;

use axum::{
    Router,
    routing::{get, post},
};
use web::Views;

use crate::Post;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/my/settings/notifications"),
    ("POST", "/my/settings/notifications"),
    ("GET", "/unsubscribe/{token}"),
    ("POST", "/unsubscribe/{token}"),
    ("GET", "/o/{org}/settings/mail"),
    ("POST", "/o/{org}/settings/mail"),
];

#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) post: Post,
    pub(crate) views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(post_office: Post, views: Views) -> Router {
    Router::new()
        .route("/my/settings/notifications", get(wish::show))
        .route("/my/settings/notifications", post(wish::save))
        .route("/unsubscribe/{token}", get(leave::ask).post(leave::leave))
        .route(
            "/o/{org}/settings/mail",
            get(queue::show).post(queue::retry),
        )
        .with_state(Pages {
            post: post_office,
            views,
        })
}

//! The pages of deadlines.

mod debt;
mod discipline;
mod hub;
mod hub_remind;
mod mine;
mod remind;
mod school;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::Clock;
use web::Views;

use crate::Deadlines;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/deadlines"),
    ("GET", "/o/{org}/deadlines/class"),
    ("GET", "/o/{org}/deadlines/debts/{debt}"),
    ("POST", "/o/{org}/deadlines/debts/{debt}/shift"),
    ("POST", "/o/{org}/deadlines/debts/{debt}/lift"),
    ("POST", "/o/{org}/deadlines/reliefs/{relief}/undo"),
    ("GET", "/o/{org}/control"),
    ("GET", "/o/{org}/control/debts"),
    ("GET", "/o/{org}/control/rules/{rule}"),
    ("POST", "/o/{org}/control/rules/{rule}/shift"),
    ("GET", "/o/{org}/control/reminders"),
    ("POST", "/o/{org}/control/reminders"),
    ("GET", "/o/{org}/control/discipline"),
    ("GET", "/hub/{org}/deadlines"),
    ("GET", "/hub/{org}/deadlines/reminders"),
    ("POST", "/hub/{org}/deadlines/reminders"),
    ("GET", "/hub/{org}/deadlines/{school}"),
    ("GET", "/hub/{org}/deadlines/{school}/{rule}"),
];

#[derive(Clone)]
struct Pages {
    deadlines: Deadlines,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(deadlines: Deadlines, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/o/{org}/deadlines", get(mine::mine))
        .route("/o/{org}/deadlines/class", get(mine::class))
        .route("/o/{org}/deadlines/debts/{debt}", get(debt::debt))
        .route("/o/{org}/deadlines/debts/{debt}/shift", post(debt::shift))
        .route("/o/{org}/deadlines/debts/{debt}/lift", post(debt::lift))
        .route("/o/{org}/deadlines/reliefs/{relief}/undo", post(debt::undo))
        .route("/o/{org}/control", get(school::board))
        .route("/o/{org}/control/debts", get(school::debts))
        .route("/o/{org}/control/rules/{rule}", get(school::rule))
        .route(
            "/o/{org}/control/rules/{rule}/shift",
            post(school::shift_rule),
        )
        .route(
            "/o/{org}/control/reminders",
            get(remind::form).post(remind::send),
        )
        .route("/o/{org}/control/discipline", get(discipline::page))
        .route("/hub/{org}/deadlines", get(hub::overview))
        .route(
            "/hub/{org}/deadlines/reminders",
            get(hub_remind::form).post(hub_remind::send),
        )
        .route("/hub/{org}/deadlines/{school}", get(hub::school))
        .route("/hub/{org}/deadlines/{school}/{rule}", get(hub::rule))
        .with_state(Pages {
            deadlines,
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

//! «Табель»: groups, the sheet of a month, the day on a phone, the codes, and
//! the month of one's own child.

mod codes;
mod day;
mod groups;
mod mine;
mod month;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use kernel::Clock;
use serde::Serialize;
use web::{Failure, Views, Visit, form::Raw};

use crate::{Month, Preschool};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/preschool"),
    ("GET", "/o/{org}/preschool/codes"),
    ("POST", "/o/{org}/preschool/codes"),
    ("GET", "/o/{org}/preschool/{group}"),
    ("POST", "/o/{org}/preschool/{group}"),
    ("GET", "/o/{org}/preschool/{group}/day"),
    ("POST", "/o/{org}/preschool/{group}/day"),
    ("POST", "/o/{org}/preschool/{group}/present"),
    ("POST", "/o/{org}/preschool/{group}/hand-in"),
    ("POST", "/o/{org}/preschool/{group}/reopen"),
    ("GET", "/o/{org}/preschool/{group}/history"),
    ("GET", "/o/{org}/preschool/{group}/print"),
    ("GET", "/my/preschool"),
];

#[derive(Clone)]
struct Pages {
    preschool: Preschool,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(preschool: Preschool, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/o/{org}/preschool", get(groups::page))
        .route(
            "/o/{org}/preschool/codes",
            get(codes::page).post(codes::save),
        )
        .route(
            "/o/{org}/preschool/{group}",
            get(month::page).post(month::save),
        )
        .route(
            "/o/{org}/preschool/{group}/day",
            get(day::page).post(day::save),
        )
        .route("/o/{org}/preschool/{group}/present", post(day::present))
        .route("/o/{org}/preschool/{group}/hand-in", post(month::hand_in))
        .route("/o/{org}/preschool/{group}/reopen", post(month::reopen))
        .route("/o/{org}/preschool/{group}/history", get(month::history))
        .route("/o/{org}/preschool/{group}/print", get(month::print))
        .route("/my/preschool", get(mine::page))
        .with_state(Pages {
            preschool,
            views,
            clock,
        })
}

impl Pages {
    /// Today, where the organisation of the path is.
    fn today(&self, visit: &Visit) -> NaiveDate {
        visit.day_of(self.clock.now())
    }

    fn show(
        &self,
        visit: &Visit,
        template: &str,
        page: &impl Serialize,
    ) -> Result<Response, Failure> {
        Ok(self.views.page(visit, template, page)?.into_response())
    }

    /// Shows a form again: 409 where somebody else was faster, 422 otherwise.
    fn again(
        &self,
        visit: &Visit,
        template: &str,
        page: &impl Serialize,
        stale: bool,
    ) -> Result<Response, Failure> {
        let mut response = web::form::invalid(&self.views, visit, template, page)?;
        if stale {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        Ok(response)
    }
}

/// The month that a query or a form names.
fn asked_month(raw: &Raw) -> Option<Month> {
    raw.get("month").and_then(Month::parse)
}

//! «Формы статистики»: of a school, and of those above it.

mod cell;
mod output;
mod school;
mod unit;
mod unit_sum;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use kernel::{Clock, Fault, Kind};
use serde::Serialize;
use web::{Failure, FormState, Member, Views, Visit, form::Raw};

use crate::{Error, Forms};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/reports/forms"),
    ("POST", "/o/{org}/reports/forms"),
    ("GET", "/o/{org}/reports/forms/{form}"),
    ("POST", "/o/{org}/reports/forms/{form}"),
    ("POST", "/o/{org}/reports/forms/{form}/recount"),
    ("POST", "/o/{org}/reports/forms/{form}/hand-in"),
    ("POST", "/o/{org}/reports/forms/{form}/sign"),
    ("GET", "/o/{org}/reports/forms/{form}/cell"),
    ("POST", "/o/{org}/reports/forms/{form}/cell"),
    ("GET", "/hub/{org}/forms"),
    ("POST", "/hub/{org}/forms/due"),
    ("GET", "/hub/{org}/forms/sum"),
    ("GET", "/hub/{org}/forms/sum/cell"),
    ("GET", "/hub/{org}/forms/{school}"),
    ("POST", "/hub/{org}/forms/{school}"),
];

#[derive(Clone)]
struct Pages {
    forms: Forms,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(forms: Forms, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route(
            "/o/{org}/reports/forms",
            get(school::list).post(school::compute),
        )
        .route(
            "/o/{org}/reports/forms/{form}",
            get(school::page).post(school::fill),
        )
        .route(
            "/o/{org}/reports/forms/{form}/recount",
            post(school::recount),
        )
        .route(
            "/o/{org}/reports/forms/{form}/hand-in",
            post(school::hand_in),
        )
        .route("/o/{org}/reports/forms/{form}/sign", post(school::sign))
        .route(
            "/o/{org}/reports/forms/{form}/cell",
            get(cell::page).post(cell::save),
        )
        .route("/hub/{org}/forms", get(unit::board))
        .route("/hub/{org}/forms/due", post(unit::set_due))
        .route("/hub/{org}/forms/sum", get(unit_sum::page))
        .route("/hub/{org}/forms/sum/cell", get(unit_sum::cell))
        .route(
            "/hub/{org}/forms/{school}",
            get(unit::school).post(unit::decide),
        )
        .with_state(Pages {
            forms,
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
}

/// The key of what is told on the page; everything else passes.
fn shown(error: Error) -> Result<String, Failure> {
    match error.kind() {
        Kind::Conflict | Kind::Invalid => Ok(error.code().to_owned()),
        _ => Err(error.into()),
    }
}

impl Pages {
    /// What was typed, with what is wrong with it.
    fn refusal(&self, raw: &Raw, field: &str, error: Error) -> Result<FormState, Failure> {
        if !matches!(error.kind(), Kind::Conflict | Kind::Invalid) {
            return Err(error.into());
        }
        let mut form = FormState::typed(raw, &self.views);
        form.fault(field, &error);
        Ok(form)
    }
}

/// A page of the unit.
fn hub(member: &Member, rest: &str) -> String {
    let code = member.visit.membership().map_or("", |it| it.code.as_str());
    format!("/hub/{code}/forms{rest}")
}

/// Which form of which year is asked for.
fn key(raw: &Raw, today: NaiveDate) -> Result<(String, i32), Error> {
    let code = raw
        .get("form")
        .filter(|it| !it.is_empty())
        .unwrap_or("oo-1");
    let year = match raw.get("year").filter(|it| !it.is_empty()) {
        None => crate::service::form_year(today),
        Some(year) => year.parse().map_err(|_| Error::NotFound)?,
    };
    Ok((code.to_owned(), year))
}

//! «Учёба»: years, subjects, classes, groups, load, scales and plans.

mod classes;
mod form;
mod groups;
mod load;
mod load_row;
mod plan;
mod plans;
mod scales;
mod sent;
mod subjects;
mod years;
mod years_form;

use axum::{
    Router,
    routing::{get, post},
};
use chrono::NaiveDate;
use kernel::YearId;
use serde::Serialize;
use web::{Member, TableQuery, Views, Visit};

use crate::{ChosenYear, CurriculumService, Year};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/study/years"),
    ("POST", "/o/{org}/study/years"),
    ("GET", "/o/{org}/study/years/new"),
    ("GET", "/o/{org}/study/years/{year}"),
    ("POST", "/o/{org}/study/years/{year}"),
    ("GET", "/o/{org}/study/years/{year}/print"),
    ("GET", "/o/{org}/study/subjects"),
    ("POST", "/o/{org}/study/subjects"),
    ("POST", "/o/{org}/study/subjects/usual"),
    ("GET", "/o/{org}/study/subjects/new"),
    ("GET", "/o/{org}/study/subjects/{subject}"),
    ("POST", "/o/{org}/study/subjects/{subject}"),
    ("GET", "/o/{org}/study/classes"),
    ("POST", "/o/{org}/study/classes"),
    ("GET", "/o/{org}/study/classes/new"),
    ("GET", "/o/{org}/study/classes/{class}"),
    ("POST", "/o/{org}/study/classes/{class}"),
    ("GET", "/o/{org}/study/classes/{class}/groups"),
    ("POST", "/o/{org}/study/classes/{class}/groups"),
    ("POST", "/o/{org}/study/classes/{class}/groups/{subject}"),
    ("GET", "/o/{org}/study/load"),
    ("POST", "/o/{org}/study/load"),
    ("GET", "/o/{org}/study/load/new"),
    ("GET", "/o/{org}/study/load/{load}"),
    ("POST", "/o/{org}/study/load/{load}"),
    ("POST", "/o/{org}/study/load/{load}/end"),
    ("GET", "/o/{org}/study/scales"),
    ("POST", "/o/{org}/study/scales"),
    ("POST", "/o/{org}/study/scales/usual"),
    ("GET", "/o/{org}/study/plans"),
    ("POST", "/o/{org}/study/plans"),
    ("GET", "/o/{org}/study/plans/new"),
    ("GET", "/o/{org}/study/plans/{plan}"),
    ("POST", "/o/{org}/study/plans/{plan}"),
    ("POST", "/o/{org}/study/plans/{plan}/copy"),
    ("GET", "/o/{org}/study/plans/{plan}/print"),
];

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct Pages {
    curriculum: CurriculumService,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(curriculum: CurriculumService, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/study/years", get(years::list).post(years::create))
        .route("/o/{org}/study/years/new", get(years::new))
        .route(
            "/o/{org}/study/years/{year}",
            get(years::open).post(years::save),
        )
        .route("/o/{org}/study/years/{year}/print", get(years::print))
        .route(
            "/o/{org}/study/subjects",
            get(subjects::list).post(subjects::add),
        )
        .route("/o/{org}/study/subjects/usual", post(subjects::usual))
        .route("/o/{org}/study/subjects/new", get(subjects::new))
        .route(
            "/o/{org}/study/subjects/{subject}",
            get(subjects::edit).post(subjects::save),
        )
        .route(
            "/o/{org}/study/classes",
            get(classes::list).post(classes::add),
        )
        .route("/o/{org}/study/classes/new", get(classes::new))
        .route(
            "/o/{org}/study/classes/{class}",
            get(classes::edit).post(classes::save),
        )
        .route(
            "/o/{org}/study/classes/{class}/groups",
            get(groups::open).post(groups::divide),
        )
        .route(
            "/o/{org}/study/classes/{class}/groups/{subject}",
            post(groups::assign),
        )
        .route("/o/{org}/study/load", get(load::list).post(load_row::add))
        .route("/o/{org}/study/load/new", get(load_row::new))
        .route(
            "/o/{org}/study/load/{load}",
            get(load_row::edit).post(load_row::save),
        )
        .route("/o/{org}/study/load/{load}/end", post(load_row::end))
        .route(
            "/o/{org}/study/scales",
            get(scales::open).post(scales::save),
        )
        .route("/o/{org}/study/scales/usual", post(scales::usual))
        .route("/o/{org}/study/plans", get(plans::list).post(plans::add))
        .route("/o/{org}/study/plans/new", get(plans::new))
        .route(
            "/o/{org}/study/plans/{plan}",
            get(plan::open).post(plan::save),
        )
        .route("/o/{org}/study/plans/{plan}/copy", post(plan::copy))
        .route("/o/{org}/study/plans/{plan}/print", get(plan::print))
        .with_state(Pages { curriculum, views })
}

impl Pages {
    /// The day it is where the organisation is.
    fn today(&self, member: &Member) -> NaiveDate {
        self.views.today(&member.visit)
    }
}

/// What stands around every page of «Учёба».
#[derive(Serialize)]
struct Around {
    /// `/o/{org}/study`
    base: String,
    /// The year that is looked at.
    year: Option<YearView>,
    /// The years that may be chosen, the newest first.
    years: Vec<YearView>,
}

#[derive(Serialize)]
struct YearView {
    id: YearId,
    /// «2026/2027»
    name: String,
    archived: bool,
}

impl YearView {
    fn of(it: &Year) -> Self {
        Self {
            id: it.id,
            name: year_name(it),
            archived: it.archived,
        }
    }
}

impl Around {
    /// Of a page that belongs to no year.
    fn of(member: &Member) -> Self {
        Self {
            base: member.path("/study"),
            year: None,
            years: vec![],
        }
    }

    fn of_years(member: &Member, years: &ChosenYear) -> Self {
        Self {
            year: years.year.as_ref().map(YearView::of),
            years: years.all.iter().map(YearView::of).collect(),
            ..Self::of(member)
        }
    }

    fn of_year(member: &Member, year: &Year) -> Self {
        Self {
            year: Some(YearView::of(year)),
            ..Self::of(member)
        }
    }

    /// Whether the year may be changed at all.
    fn is_open(&self) -> bool {
        self.year.as_ref().is_some_and(|it| !it.archived)
    }

    /// The visit, with the grey bar of an archived year.
    fn visit(&self, member: &Member) -> Visit {
        match &self.year {
            Some(it) if it.archived => member.visit.in_archive(&it.name),
            _ => member.visit.clone(),
        }
    }
}

/// «2026/2027»
fn year_name(year: &Year) -> String {
    kernel::dates::AcademicYear::of(year.starts_on).to_string()
}

/// `year=7` of the query; what is no number is as if it were not there.
fn wished_year(query: &TableQuery) -> Option<YearId> {
    query
        .param("year")
        .and_then(|it| it.parse::<i64>().ok())
        .map(Into::into)
}

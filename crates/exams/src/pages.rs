//! «Экзамены», «Тестирование» and the results in the diary.

mod card;
mod entry;
mod form;
mod list;
mod mine;
mod opened;
mod scales;
mod sent;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use chrono::NaiveDate;
use curriculum::Year;
use journal::Slot;
use kernel::{Clock, Reaches, Right};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{Member, Views, Visit};

use crate::{ExamKind, Exams};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/study/exams"),
    ("POST", "/o/{org}/study/exams"),
    ("GET", "/o/{org}/study/testing"),
    ("GET", "/o/{org}/study/exams/new"),
    ("GET", "/o/{org}/study/exams/scales"),
    ("POST", "/o/{org}/study/exams/scales"),
    ("GET", "/o/{org}/study/exams/scales/new"),
    ("GET", "/o/{org}/study/exams/scales/{scale}"),
    ("POST", "/o/{org}/study/exams/scales/{scale}"),
    ("GET", "/o/{org}/study/exams/{exam}"),
    ("GET", "/o/{org}/study/exams/{exam}/edit"),
    ("POST", "/o/{org}/study/exams/{exam}/edit"),
    ("POST", "/o/{org}/study/exams/{exam}/remove"),
    ("GET", "/o/{org}/study/exams/{exam}/classes/{class}"),
    ("POST", "/o/{org}/study/exams/{exam}/classes/{class}"),
    (
        "POST",
        "/o/{org}/study/exams/{exam}/classes/{class}/transfer",
    ),
    ("GET", "/o/{org}/study/exams/{exam}/pupils/{pupil}"),
    ("POST", "/o/{org}/study/exams/{exam}/pupils/{pupil}/appeals"),
    (
        "POST",
        "/o/{org}/study/exams/{exam}/pupils/{pupil}/appeals/{appeal}",
    ),
    ("GET", "/my/exams"),
];

#[derive(Clone)]
struct Pages {
    exams: Exams,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(exams: Exams, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/o/{org}/study/exams", get(list::exams).post(form::add))
        .route("/o/{org}/study/testing", get(list::testing))
        .route("/o/{org}/study/exams/new", get(form::new))
        .route(
            "/o/{org}/study/exams/scales",
            get(scales::list).post(scales::add),
        )
        .route("/o/{org}/study/exams/scales/new", get(scales::new))
        .route(
            "/o/{org}/study/exams/scales/{scale}",
            get(scales::edit).post(scales::save),
        )
        .route("/o/{org}/study/exams/{exam}", get(opened::page))
        .route(
            "/o/{org}/study/exams/{exam}/edit",
            get(form::edit).post(form::save),
        )
        .route("/o/{org}/study/exams/{exam}/remove", post(form::remove))
        .route(
            "/o/{org}/study/exams/{exam}/classes/{class}",
            get(entry::page).post(entry::save),
        )
        .route(
            "/o/{org}/study/exams/{exam}/classes/{class}/transfer",
            post(opened::transfer),
        )
        .route(
            "/o/{org}/study/exams/{exam}/pupils/{pupil}",
            get(card::page),
        )
        .route(
            "/o/{org}/study/exams/{exam}/pupils/{pupil}/appeals",
            post(card::file),
        )
        .route(
            "/o/{org}/study/exams/{exam}/pupils/{pupil}/appeals/{appeal}",
            post(card::decide),
        )
        .route("/my/exams", get(mine::page))
        .with_state(Pages {
            exams,
            views,
            clock,
        })
}

impl Pages {
    /// Today, where the organisation of the path is.
    fn today(&self, visit: &Visit) -> NaiveDate {
        visit.day_of(self.clock.now())
    }
}

/// What stands around every page here.
#[derive(Serialize)]
struct Around {
    /// `/o/{org}/study`
    base: String,
    /// The section: `exams`, `testing` or `scales`.
    section: &'static str,
    /// «2026/2027»
    year: String,
    archived: bool,
    may_import: bool,
}

impl Around {
    fn of(member: &Member, section: &'static str, year: Option<&Year>) -> Self {
        let holds = |right| member.actor.reaches(right) != Reaches::NONE;
        let whole = member.actor.may_in_org(Right::ExamEdit).is_ok();
        Self {
            base: member.path("/study"),
            section,
            year: year.map(year_name).unwrap_or_default(),
            archived: year.is_some_and(|it| it.archived),
            may_import: whole && holds(Right::ImportRun),
        }
    }

    /// Of a page about one exam.
    fn of_exam(member: &Member, kind: ExamKind, year: &Year) -> Self {
        Self::of(member, section_of(kind), Some(year))
    }

    /// The visit, with the grey bar of an archived year.
    fn visit(&self, member: &Member) -> Visit {
        if self.archived {
            member.visit.in_archive(&self.year)
        } else {
            member.visit.clone()
        }
    }
}

const fn section_of(kind: ExamKind) -> &'static str {
    match kind {
        ExamKind::Admin => "testing",
        _ => "exams",
    }
}

/// «2026/2027»
fn year_name(year: &Year) -> String {
    kernel::dates::AcademicYear::of(year.starts_on).to_string()
}

/// A choice of a form.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    value: String,
    label: String,
}

impl Choice {
    fn of(value: &impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
        }
    }

    /// The choices of these codes, under the words `<prefix>.<code>`.
    fn words(views: &Views, prefix: &str, codes: &[&str]) -> Vec<Self> {
        codes
            .iter()
            .map(|it| Self::of(it, views.word(&format!("{prefix}.{it}"))))
            .collect()
    }
}

/// «1 четверть», «год».
fn slot_name(views: &Views, slot: Slot) -> String {
    let args = [("n".to_owned(), slot.number().to_string())].into();
    views.phrase(&format!("exams.slot.{}", slot.kind().code()), &args)
}

/// A share for people: «87,3».
fn share(value: Option<Decimal>) -> Option<String> {
    value.map(|it| kernel::decimal::show(it, 1))
}

/// An average for people: «4,12».
fn average(value: Option<Decimal>) -> Option<String> {
    value.map(kernel::decimal::show2)
}

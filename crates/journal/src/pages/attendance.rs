//! The attendance of a class, reasons of absences and notices of parents.

mod view;

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{ClassId, LessonId, PersonId};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, FormState, Go, Member, Path, Query, form::Raw};

use super::Pages;
use crate::{AbsenceDocument, Basis, NoticeId, Reason, Span};
use view::{AttendancePage, Shown};
pub(super) use view::{NoticeView, notice};

pub(super) const TEMPLATE: &str = "journal/attendance.html";

/// What the address of the page may say; the rest fills the form.
#[derive(Clone, Default, Deserialize)]
pub(super) struct AttendanceQuery {
    pub(super) span: Option<String>,
    on: Option<NaiveDate>,
    pupil: Option<PersonId>,
    reason: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    notice: Option<NoticeId>,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    Query(query): Query<AttendanceQuery>,
) -> Result<Html<String>, Failure> {
    let form = prefilled(&query, it.today(&member.visit));
    let page = build(&it, &member, class, &query, form, vec![]).await?;
    Ok(it.views.page(&member.visit, TEMPLATE, &page)?)
}

/// The form with what the address says; by default of today.
fn prefilled(query: &AttendanceQuery, today: NaiveDate) -> FormState {
    let show = kernel::dates::show_date;
    let reason = query.reason.as_deref().and_then(Reason::from_code);
    let basis = if query.notice.is_some() {
        Basis::Statement
    } else {
        Basis::Certificate
    };
    let mut form = FormState::new()
        .with("reason", reason.unwrap_or(Reason::Ill).code())
        .with("basis", basis.code())
        .with("first_on", &show(query.from.unwrap_or(today)))
        .with("last_on", &show(query.to.or(query.from).unwrap_or(today)))
        .with("received_on", &show(today));
    if let Some(pupil) = query.pupil {
        form = form.with("pupil", &pupil);
    }
    if let Some(notice) = query.notice {
        form = form.with("notice", &notice);
    }
    form
}

pub(super) async fn build(
    it: &Pages,
    member: &Member,
    class: ClassId,
    query: &AttendanceQuery,
    form: FormState,
    overlaps: Vec<AbsenceDocument>,
) -> Result<AttendancePage, Failure> {
    let today = it.today(&member.visit);
    let span = query.span.as_deref().and_then(Span::from_code);
    let span = span.unwrap_or(Span::Week);
    let on = query.on.unwrap_or(today);
    let attendance = it
        .journal
        .class_attendance(&member.actor, class, span, on, today)
        .await?;
    let form_open = query.pupil.is_some() || !form.errors().is_empty() || !overlaps.is_empty();
    let shown = Shown {
        base: member.path(&format!("/journal/{class}/attendance")),
        member,
        today,
        on,
        attendance: &attendance,
    };
    Ok(shown.page(form, form_open, &overlaps))
}

/// «Все присутствуют»: somebody looked, and nobody is absent.
pub(super) async fn rolled(
    member: Member,
    State(it): State<Pages>,
    Path((_, lesson)): Path<(String, LessonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    it.journal.say_rolled(&member.actor, lesson, today).await?;
    let to = match raw.get("back") {
        Some("home") => member.path("/"),
        _ => member.path(&format!("/journal/lesson/{lesson}")),
    };
    Ok(Go::to(to)
        .say(&Flash::done("journal.rolled"))
        .into_response())
}

/// The way to attendance from the menu: the own class, of several a choice;
/// the day of the school for those who see it.
pub(super) async fn entry(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    if member.actor.may_in_org(kernel::Right::JournalView).is_ok() {
        return Ok(Go::to(member.path("/attendance/day")).into_response());
    }
    let classes = it.journal.own_classes(&member.actor, today).await?;
    if let [only] = classes.as_slice() {
        return Ok(Go::to(attendance_of(&member, only)).into_response());
    }
    let page = ClassesPage {
        classes: classes
            .iter()
            .map(|it| ClassLink {
                name: it.name(),
                href: attendance_of(&member, it),
            })
            .collect(),
    };
    let page = it
        .views
        .page(&member.visit, "journal/attendance_classes.html", &page)?;
    Ok(page.into_response())
}

/// A class has its heat map, a preschool group the sheet of its month (JRN-10).
pub(super) fn attendance_of(member: &Member, class: &curriculum::Class) -> String {
    if class.is_preschool() {
        member.path(&format!("/preschool/{}", class.id))
    } else {
        member.path(&format!("/journal/{}/attendance", class.id))
    }
}

#[derive(Serialize)]
struct ClassesPage {
    classes: Vec<ClassLink>,
}

#[derive(Serialize)]
struct ClassLink {
    name: String,
    href: String,
}

//! The pages of one child's diary (JRN-5).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate};
use curriculum::PeriodId;
use kernel::SubjectId;
use serde::Deserialize;
use web::{Failure, Flash, Go, Missing, Query, Signed, form::Raw};

use super::{Pages, asked::Diary, view};
use crate::{Error, Slot, service::monday};

pub(super) async fn day(diary: Diary) -> Result<Response, Failure> {
    let journal = diary.journal();
    let page = journal
        .my_day(diary.actor(), diary.child(), diary.now())
        .await?;
    let whose = diary.whose(&page.whose).await?;
    diary.page(
        "journal/day.html",
        &view::my_day(page, whose, diary.today()),
    )
}

#[derive(Deserialize)]
pub(super) struct WeekQuery {
    week: Option<NaiveDate>,
}

pub(super) async fn week(
    diary: Diary,
    Query(query): Query<WeekQuery>,
) -> Result<Response, Failure> {
    let today = diary.today();
    let monday = monday(query.week.unwrap_or(today));
    let journal = diary.journal();
    let page = journal
        .week(diary.actor(), diary.child(), monday, today)
        .await?;
    let whose = diary.whose(&page.whose).await?;
    diary.page("journal/week.html", &view::week(page, whose, today))
}

#[derive(Deserialize)]
pub(super) struct MarksQuery {
    period: Option<PeriodId>,
    /// The subject that is looked at closely.
    subject: Option<SubjectId>,
}

pub(super) async fn marks(
    diary: Diary,
    Query(query): Query<MarksQuery>,
    Query(plus): Query<view::Plus>,
) -> Result<Response, Failure> {
    let journal = diary.journal();
    let page = journal
        .marks_of(diary.actor(), diary.child(), query.period, diary.today())
        .await?;
    let whose = diary.whose(&page.whose).await?;
    let Some(subject) = query.subject else {
        return diary.page("journal/marks.html", &view::marks(page, whose));
    };
    let found = page.subjects.iter().find(|it| it.id == subject);
    let found = found.ok_or(Missing)?.clone();
    let page = view::subject(&page, found, &plus, whose, diary.today());
    diary.page("journal/my_subject.html", &page)
}

pub(super) async fn finals(diary: Diary) -> Result<Response, Failure> {
    let journal = diary.journal();
    let page = journal
        .finals_of(diary.actor(), diary.child(), diary.today())
        .await?;
    let whose = diary.whose(&page.whose).await?;
    diary.page("journal/my_finals.html", &view::my_finals(page, whose))
}

/// «Ознакомлен(а)». The form says which marks were on the page by the moment
/// of their last change.
pub(super) async fn acknowledge(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Go, Failure> {
    let diary = it.diary(signed, raw.get("child"))?;
    let slot = raw.get("slot").and_then(Slot::from_code);
    let slot = slot.ok_or(Error::NotFound)?;
    let seen = raw.get("seen").and_then(|it| it.parse().ok());
    let seen = seen.and_then(DateTime::from_timestamp_micros);
    let journal = diary.journal();
    let done = journal
        .acknowledge_finals(
            diary.actor(),
            diary.child(),
            slot,
            seen.unwrap_or_default(),
            diary.today(),
        )
        .await;
    let flash = match done {
        Ok(()) => Flash::done("diary.acknowledged"),
        Err(Error::ChangedMeanwhile) => Flash::warning("diary.finals-changed"),
        Err(error) => return Err(error.into()),
    };
    let child = raw
        .get("child")
        .map_or_else(String::new, |it| format!("?child={it}"));
    Ok(Go::to(format!("/my/diary/finals{child}")).say(&flash))
}

#[derive(Deserialize)]
pub(super) struct PeriodQuery {
    period: Option<PeriodId>,
}

pub(super) async fn attendance(
    diary: Diary,
    Query(query): Query<PeriodQuery>,
) -> Result<Response, Failure> {
    let today = diary.today();
    let journal = diary.journal();
    let page = journal
        .attendance_of(diary.actor(), diary.child(), query.period, today)
        .await?;
    let whose = diary.whose(&page.whose).await?;
    let page = view::my_attendance(page, whose, today);
    diary.page("journal/my_attendance.html", &page)
}

pub(super) async fn tests(diary: Diary) -> Result<Response, Failure> {
    let today = diary.today();
    let journal = diary.journal();
    let page = journal
        .tests_of(diary.actor(), diary.child(), today)
        .await?;
    let whose = diary.whose(&page.whose).await?;
    diary.page("journal/my_tests.html", &view::tests(page, whose, today))
}

pub(super) async fn notifications(
    signed: Signed,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let mut notices = vec![];
    let mut answers = vec![];
    for asked in it.everywhere(&signed) {
        let (found, of_cards) = it.journal.notices(&asked.actor, asked.today()).await?;
        let of_school = found
            .into_iter()
            .map(|it| (asked.org_code.clone(), asked.zone, it));
        notices.extend(of_school);
        answers.extend(of_cards.into_iter().map(|it| (asked.zone, it)));
    }
    let page = view::notifications(notices, answers);
    let html: Html<String> =
        it.views
            .page(&signed.visit, "journal/my_notifications.html", &page)?;
    Ok(html.into_response())
}

pub(super) async fn read_notifications(
    signed: Signed,
    State(it): State<Pages>,
) -> Result<Go, Failure> {
    for asked in it.everywhere(&signed) {
        it.journal.read_notices(&asked.actor, asked.today()).await?;
    }
    Ok(Go::to("/my/notifications"))
}

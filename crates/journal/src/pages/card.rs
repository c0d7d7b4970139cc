//! «Карточка отметки», a fragment beside the grid.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, LessonId, PersonId};
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Path, Query, form::Raw};

use super::Pages;
use crate::{
    Attendance, Error, WorkId,
    service::{CardWish, CellCard, CellChange},
};

#[derive(Clone, Copy, Deserialize)]
pub(super) struct CellQuery {
    lesson: LessonId,
    pupil: PersonId,
    work: Option<WorkId>,
}

#[derive(Serialize)]
struct CardPage {
    action: String,
    lesson: i64,
    pupil: i64,
    work: Option<i64>,
    name: String,
    held_on: NaiveDate,
    mark: String,
    mark_version: i32,
    comment: String,
    attendance: &'static str,
    attendance_version: i32,
    late: bool,
    minutes: Option<i16>,
    writable: bool,
    reasons: Vec<&'static str>,
    changes: Vec<CellChange>,
    complaint: Option<String>,
    ask_href: String,
}

pub(super) async fn card(
    member: Member,
    State(it): State<Pages>,
    Query(query): Query<CellQuery>,
) -> Result<Response, Failure> {
    show(&it, &member, query, None).await
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path(_): Path<String>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let number = |name: &str| raw.get(name).and_then(|it| it.parse::<i64>().ok());
    let version = |name: &str| number(name).and_then(|it| i32::try_from(it).ok());
    let text = |name: &str| raw.get(name).unwrap_or_default();
    let query = CellQuery {
        lesson: number("lesson").ok_or(Error::NotFound)?.into(),
        pupil: number("pupil").ok_or(Error::NotFound)?.into(),
        work: number("work").map(Into::into),
    };
    let minutes = match text("minutes") {
        "" => Ok(None),
        it => it.parse::<i16>().map(Some).map_err(|_| Error::Minutes),
    };
    let done = match minutes {
        Ok(minutes) => {
            let wish = CardWish {
                lesson: query.lesson,
                pupil: query.pupil,
                work: query.work,
                mark_version: version("mark_version").unwrap_or_default(),
                comment: text("comment").to_owned(),
                attendance_version: version("attendance_version").unwrap_or_default(),
                minutes,
            };
            it.journal.save_card(&member.actor, &wish, today, 0).await
        }
        Err(why) => Err(why),
    };
    match done {
        Ok(()) => show(&it, &member, query, None).await,
        Err(
            why @ (Error::ChangedMeanwhile
            | Error::NothingToComment
            | Error::Minutes
            | Error::TooLong),
        ) => show(&it, &member, query, Some(&why)).await,
        Err(why) => Err(why.into()),
    }
}

async fn show(
    it: &Pages,
    member: &Member,
    query: CellQuery,
    complaint: Option<&Error>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let place = (query.lesson, query.pupil);
    let card = it
        .journal
        .cell_card(&member.actor, place, query.work, today)
        .await?;
    let status = match complaint {
        None => StatusCode::OK,
        Some(Error::ChangedMeanwhile) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = page(it, member, card, complaint);
    let html = it
        .views
        .fragment(&member.visit, "journal/_cell.html", &page)?;
    Ok((status, html).into_response())
}

fn page(it: &Pages, member: &Member, card: CellCard, complaint: Option<&Error>) -> CardPage {
    CardPage {
        ask_href: super::corrections::ask_mark(member, card.lesson, card.work, card.pupil),
        action: member.path("/journal/cell"),
        lesson: card.lesson.get(),
        pupil: card.pupil.get(),
        work: card.work.map(WorkId::get),
        name: card.name,
        held_on: card.held_on,
        mark: card.mark,
        mark_version: card.mark_version,
        comment: card.comment,
        attendance: card.attendance.code(),
        attendance_version: card.attendance_version,
        late: card.attendance == Attendance::Late,
        minutes: card.minutes,
        writable: card.writable,
        reasons: Attendance::ALL.map(Attendance::code).to_vec(),
        changes: card.changes,
        complaint: complaint.map(|why| it.views.word(&format!("fault.{}", why.code()))),
    }
}

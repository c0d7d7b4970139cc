use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, LessonId};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, Wants, form::Raw};

use super::Pages;
use crate::{
    Error,
    service::{LessonWorks, WorkLine, WorkWish},
};

/// The works of a lesson: a page of its own, or a piece beside the grid.
#[derive(Serialize)]
struct WorksPage {
    action: String,
    grid_href: String,
    class: String,
    subject: String,
    held_on: NaiveDate,
    kinds: Vec<KindChoice>,
    works: Vec<WorkForm>,
    /// Made once per form shown: the form sent twice makes one work.
    key: String,
    writable: bool,
    complaint: Option<String>,
}

#[derive(Serialize)]
struct KindChoice {
    id: i64,
    name: String,
    weight: String,
}

#[derive(Serialize)]
struct WorkForm {
    id: i64,
    kind: i64,
    name: String,
    weight: String,
    topic: String,
    due_on: String,
    version: i32,
    marks: usize,
}

pub(super) async fn works(
    member: Member,
    State(it): State<Pages>,
    Path((_, lesson)): Path<(String, LessonId)>,
) -> Result<Response, Failure> {
    show(&it, &member, lesson, None).await
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, lesson)): Path<(String, LessonId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let actor = &member.actor;
    let done = match raw.get("do") {
        Some(what @ ("remove" | "restore")) => {
            let work = number(&raw, "work").ok_or(Error::NotFound)?;
            let seen = number(&raw, "version").and_then(|it| i32::try_from(it).ok());
            let seen = (work.into(), seen.unwrap_or_default());
            let back = what == "restore";
            it.journal
                .remove_work(actor, lesson, today, seen, back)
                .await
        }
        Some("comment") => {
            let work = number(&raw, "work").ok_or(Error::NotFound)?;
            let comment = raw.get("comment").unwrap_or_default();
            it.journal
                .comment_work(actor, lesson, today, (work.into(), comment))
                .await
        }
        _ => match read(&raw, today) {
            Ok(wish) => it
                .journal
                .save_work(actor, lesson, today, &wish)
                .await
                .map(|_| ()),
            Err(why) => Err(why),
        },
    };
    match done {
        Ok(()) if member.visit.wants() == Wants::Page => {
            let to = member.path(&format!("/journal/lesson/{lesson}/works"));
            Ok(Go::to(to)
                .say(&Flash::done("journal.works-saved"))
                .into_response())
        }
        Ok(()) => show(&it, &member, lesson, None).await,
        Err(
            why @ (Error::ChangedMeanwhile
            | Error::WorkWeight
            | Error::WorkDay
            | Error::TooLong
            | Error::TooManyWorks
            | Error::NothingToComment
            | Error::NoWorkKinds),
        ) => show(&it, &member, lesson, Some(&why)).await,
        Err(why) => Err(why.into()),
    }
}

/// The form as it was sent; the day and the weight must be readable.
fn read(raw: &Raw, today: NaiveDate) -> Result<WorkWish, Error> {
    let text = |name: &str| raw.get(name).unwrap_or_default();
    let weight = match text("weight").replace(',', ".") {
        it if it.is_empty() => None,
        it => Some(it.parse::<Decimal>().map_err(|_| Error::WorkWeight)?),
    };
    let due_on = match text("due_on") {
        "" => None,
        it => Some(kernel::dates::parse_date(it, today).map_err(|_| Error::WorkDay)?),
    };
    Ok(WorkWish {
        work: number(raw, "work").map(Into::into),
        key: text("key").parse().ok(),
        version: number(raw, "version")
            .and_then(|it| i32::try_from(it).ok())
            .unwrap_or_default(),
        kind: number(raw, "kind").unwrap_or_default().into(),
        weight,
        topic: text("topic").to_owned(),
        due_on,
    })
}

fn number(raw: &Raw, name: &str) -> Option<i64> {
    raw.get(name)?.parse().ok()
}

async fn show(
    it: &Pages,
    member: &Member,
    lesson: LessonId,
    complaint: Option<&Error>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let works = it.journal.works(&member.actor, lesson, today).await?;
    let page = page(it, member, &works, complaint);
    let status = match complaint {
        None => StatusCode::OK,
        Some(Error::ChangedMeanwhile) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let template = if member.visit.wants() == Wants::Page {
        "journal/works.html"
    } else {
        "journal/_works.html"
    };
    let html = it.views.page(&member.visit, template, &page)?;
    Ok((status, html).into_response())
}

fn page(it: &Pages, member: &Member, works: &LessonWorks, complaint: Option<&Error>) -> WorksPage {
    let base = format!("/journal/{}/{}", works.class.id, works.subject_id);
    WorksPage {
        action: member.path(&format!("/journal/lesson/{}/works", works.lesson)),
        grid_href: member.path(&base),
        class: works.class.name(),
        subject: works.subject.clone(),
        held_on: works.held_on,
        kinds: works
            .kinds
            .iter()
            .map(|it| KindChoice {
                id: it.id.get(),
                name: it.name.clone(),
                weight: shown(it.weight),
            })
            .collect(),
        works: works.works.iter().map(|it| form(it, works)).collect(),
        key: super::lesson::fresh().to_string(),
        writable: works.writable,
        complaint: complaint.map(|why| it.views.word(&format!("fault.{}", why.code()))),
    }
}

fn form(it: &WorkLine, works: &LessonWorks) -> WorkForm {
    let kind = works.kinds.iter().find(|kind| kind.id == it.kind);
    WorkForm {
        id: it.id.get(),
        kind: it.kind.get(),
        name: kind.map_or_else(String::new, |it| it.name.clone()),
        weight: shown(it.weight),
        topic: it.topic.clone(),
        due_on: it.due_on.map(kernel::dates::show_date).unwrap_or_default(),
        version: it.version,
        marks: it.marks,
    }
}

fn shown(weight: Decimal) -> String {
    weight.normalize().to_string().replace('.', ",")
}

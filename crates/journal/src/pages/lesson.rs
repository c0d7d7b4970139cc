use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use kernel::{Fault, LessonId};
use uuid::Uuid;
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::{Pages, view};
use crate::{Answer, Error, Field, LessonForm, LessonWish, Operation, PupilWish, Status};

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    Path((_, lesson)): Path<(String, LessonId)>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let form = it.journal.lesson_form(&member.actor, lesson, today).await?;
    let page = view::lesson(&form, &member, &[]);
    Ok(it.views.page(&member.visit, "journal/lesson.html", &page)?)
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, lesson)): Path<(String, LessonId)>,
    headers: HeaderMap,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let wish = read(&raw);
    let saved = it
        .journal
        .save_lesson(&member.actor, lesson, today, &wish)
        .await;
    let refused: Vec<(Operation, Answer)> = match saved {
        Ok(answers) => answers
            .into_iter()
            .filter(|(_, it)| it.status != Status::Ok)
            .collect(),
        Err(why @ (Error::ChangedMeanwhile | Error::TooLong)) => {
            let status = status_of(&why);
            return again(
                &it,
                &member,
                lesson,
                &wish,
                vec![it.views.word(&format!("fault.{}", why.code()))],
                status,
            )
            .await;
        }
        Err(why) => return Err(why.into()),
    };
    if refused.is_empty() && by_script(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if refused.is_empty() {
        let to = member.path(&format!("/journal/lesson/{lesson}"));
        return Ok(Go::to(to)
            .say(&Flash::done("journal.lesson-saved"))
            .into_response());
    }
    again(
        &it,
        &member,
        lesson,
        &wish,
        complaints(&it, &refused),
        StatusCode::CONFLICT,
    )
    .await
}

/// Sent by the page's script, which also sends what was typed without a network.
fn by_script(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|it| it.as_bytes().starts_with(b"application/json"))
}

fn status_of(why: &Error) -> StatusCode {
    match why {
        Error::TooLong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

/// One line for each cell that was not taken.
fn complaints(it: &Pages, refused: &[(Operation, Answer)]) -> Vec<String> {
    refused
        .iter()
        .map(|(op, answer)| {
            let why = answer.why.map(crate::Why::code).unwrap_or_default();
            let what = match op.field {
                Field::Mark => "journal.lesson.mark-refused",
                Field::Attendance => "journal.lesson.attendance-refused",
            };
            let text = it.views.word(what).replace("{typed}", &op.value);
            let now = it
                .views
                .word("journal.lesson.stands-now")
                .replace("{value}", &answer.value);
            let stands = if answer.status == Status::Conflict {
                now
            } else {
                String::new()
            };
            format!("#{} {text} {} {stands}", op.pupil, it.views.word(why))
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// The form once more with what was typed, above it what stands in the way.
async fn again(
    it: &Pages,
    member: &Member,
    lesson: LessonId,
    wish: &LessonWish,
    complaints: Vec<String>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let mut form = it.journal.lesson_form(&member.actor, lesson, today).await?;
    let complaints = named(&form, complaints);
    keep(&mut form, wish);
    let page = view::lesson(&form, member, &complaints);
    let html = it.views.page(&member.visit, "journal/lesson.html", &page)?;
    Ok((status, html).into_response())
}

/// «#17 …» becomes the pupil's name.
fn named(form: &LessonForm, complaints: Vec<String>) -> Vec<String> {
    let name = |text: &str| {
        let (id, rest) = text.strip_prefix('#')?.split_once(' ')?;
        let pupil = form.pupils.iter().find(|it| it.pupil.to_string() == id)?;
        Some(format!("{}: {rest}", pupil.name))
    };
    complaints
        .into_iter()
        .map(|it| name(&it).unwrap_or(it))
        .collect()
}

/// Nothing typed is lost; versions are the new ones, so that sending again is a decision.
fn keep(form: &mut LessonForm, wish: &LessonWish) {
    form.topic.clone_from(&wish.topic);
    form.homework.clone_from(&wish.homework);
    form.no_homework = wish.no_homework;
    form.planned_topic = None;
    form.planned_homework = None;
    for line in &mut form.pupils {
        if let Some(typed) = wish.pupils.iter().find(|it| it.pupil == line.pupil.get()) {
            line.mark.clone_from(&typed.mark);
            line.attendance =
                crate::Attendance::parse(&typed.attendance).unwrap_or(line.attendance);
        }
    }
}

fn read(raw: &Raw) -> LessonWish {
    let text = |name: &str| raw.get(name).unwrap_or_default().to_owned();
    let number = |name: &str| {
        raw.get(name)
            .and_then(|it| it.parse().ok())
            .unwrap_or_default()
    };
    let pupils = raw
        .under("v.")
        .filter_map(|(pupil, versions)| {
            let (mark_version, attendance_version) = versions.split_once('-')?;
            Some(PupilWish {
                pupil: pupil.parse().ok()?,
                mark: text(&format!("m.{pupil}")),
                mark_version: mark_version.parse().ok()?,
                attendance: text(&format!("a.{pupil}")),
                attendance_version: attendance_version.parse().ok()?,
            })
        })
        .collect();
    LessonWish {
        topic: text("topic"),
        homework: text("homework"),
        no_homework: raw.get("no_homework").is_some(),
        entry_version: number("entry_version"),
        work: raw.get("work").and_then(|it| it.parse().ok()),
        pupils,
        form: form_id(raw),
    }
}

/// The id that the page gave the form; one of its own where it came without.
pub(super) fn form_id(raw: &Raw) -> Uuid {
    raw.get("form")
        .and_then(|it| it.parse().ok())
        .unwrap_or_else(fresh)
}

/// An id for a form that came without one.
pub(super) fn fresh() -> Uuid {
    Uuid::from_u128(rand::random())
}

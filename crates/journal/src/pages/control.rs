//! How the journals are filled (JRN-6).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::Pages;
use crate::{FillingFilter, FillingPage, Lack, LackingLesson, Moment, TeacherFilling};

pub(super) fn moment(it: &Pages, member: &Member) -> Moment {
    Moment {
        now: it.clock.now(),
        zone: member.visit.zone(),
    }
}

/// One lesson that lacks something.
#[derive(Serialize)]
pub(super) struct LessonView {
    href: String,
    remark_href: String,
    held_on: NaiveDate,
    number: i16,
    class: String,
    subject: String,
    teacher: String,
    lacks: Vec<&'static str>,
}

pub(super) fn lesson(it: &LackingLesson, member: &Member) -> LessonView {
    LessonView {
        href: member.path(&format!("/journal/lesson/{}", it.lesson)),
        remark_href: member.path(&format!("/journal/remarks/new?lesson={}", it.lesson)),
        held_on: it.held_on,
        number: it.number,
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        teacher: it.teacher_name.clone(),
        lacks: it.lacks.iter().map(|it| it.code()).collect(),
    }
}

#[derive(Serialize)]
struct FillingView {
    from: NaiveDate,
    to: NaiveDate,
    heads: Vec<NaiveDate>,
    rows: Vec<TeacherRow>,
    all_done: Vec<String>,
    held: usize,
    lacking: usize,
    lessons: Vec<LessonView>,
    more: usize,
    classes: Vec<Choice>,
    staff: Vec<Choice>,
    lacks: Vec<LackChoice>,
    marks_limit: usize,
    filtered: bool,
    reset: String,
    /// Where teachers are reminded of the lessons of the last day shown.
    remind: Option<String>,
    /// Where somebody says that the journals of the month were looked through.
    looked: String,
}

#[derive(Serialize)]
struct Choice {
    value: i64,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct LackChoice {
    code: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct TeacherRow {
    name: String,
    href: String,
    cells: Vec<FillingCell>,
    held: usize,
    lacking: usize,
    /// For each of [`Lack::ALL`] the number and its address.
    lacks: Vec<(usize, String)>,
}

#[derive(Serialize)]
struct FillingCell {
    held: usize,
    lacking: usize,
    level: usize,
    href: String,
}

fn read<T: std::str::FromStr>(raw: &Raw, name: &str) -> Option<T> {
    raw.get(name)?.parse().ok()
}

fn day(raw: &Raw, name: &str, today: NaiveDate) -> Option<NaiveDate> {
    kernel::dates::parse_date(raw.get(name)?, today).ok()
}

pub(super) async fn filling(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let moment = moment(&it, &member);
    let today = moment.today();
    let filter = FillingFilter {
        from: day(&raw, "from", today),
        to: day(&raw, "to", today),
        teacher: read(&raw, "teacher"),
        class: read(&raw, "class"),
        lack: raw.get("lack").and_then(Lack::from_code),
    };
    let found = it.journal.filling(&member.actor, filter, moment).await?;
    let page = shown(&found, filter, &member);
    Ok(it
        .views
        .page(&member.visit, "journal/control_filling.html", &page)?)
}

fn shown(it: &FillingPage, filter: FillingFilter, member: &Member) -> FillingView {
    let base = member.path("/control/filling");
    let class = filter
        .class
        .map_or_else(String::new, |it| format!("&class={it}"));
    let row = |row: &TeacherFilling| {
        let whole = format!(
            "{base}?teacher={}&from={}&to={}{class}",
            row.teacher, it.from, it.to
        );
        TeacherRow {
            name: row.name.clone(),
            cells: row
                .days
                .iter()
                .zip(&it.days)
                .map(|((held, lacking), day)| FillingCell {
                    held: *held,
                    lacking: *lacking,
                    level: (lacking * 4).div_ceil((*held).max(1)),
                    href: format!(
                        "{base}?teacher={}&from={day}&to={day}{class}#lessons",
                        row.teacher
                    ),
                })
                .collect(),
            held: row.held,
            lacking: row.lacking,
            lacks: row
                .lacks
                .iter()
                .zip(Lack::ALL)
                .map(|(count, lack)| (*count, format!("{whole}&lack={}#lessons", lack.code())))
                .collect(),
            href: whole,
        }
    };
    FillingView {
        from: it.from,
        to: it.to,
        heads: it.days.clone(),
        rows: it.teachers.iter().map(row).collect(),
        all_done: it.all_done.clone(),
        held: it.held,
        lacking: it.teachers.iter().map(|it| it.lacking).sum(),
        lessons: it.lessons.iter().map(|it| lesson(it, member)).collect(),
        more: it.more,
        classes: it
            .classes
            .iter()
            .map(|it| Choice {
                value: it.id.get(),
                label: it.name(),
                chosen: filter.class == Some(it.id),
            })
            .collect(),
        staff: it
            .staff
            .iter()
            .map(|(id, name)| Choice {
                value: id.get(),
                label: name.clone(),
                chosen: filter.teacher == Some(*id),
            })
            .collect(),
        lacks: Lack::ALL
            .map(|it| LackChoice {
                code: it.code(),
                chosen: filter.lack == Some(it),
            })
            .into(),
        marks_limit: it.marks_limit,
        filtered: filter.teacher.is_some() || filter.class.is_some() || filter.lack.is_some(),
        remind: it.days.last().map(|it| remind_of(*it, member)),
        looked: member.path("/control/looked"),
        reset: base,
    }
}

/// The boards of deadlines remind of the lessons of a day (check 17).
pub(super) fn remind_of(day: NaiveDate, member: &Member) -> String {
    member.path(&format!("/control/reminders?day={day}"))
}

/// «Журналы за месяц просмотрены» (S3:8.8).
pub(super) async fn looked(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let today = moment(&it, &member).today();
    it.journal.looked_through(&member.actor, today).await?;
    let to = member.path("/control/filling");
    Ok(Go::to(to)
        .say(&Flash::done("control.looked"))
        .into_response())
}

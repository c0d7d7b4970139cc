//! A week of lessons, day by day.

use std::collections::BTreeSet;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{Days, NaiveDate};
use kernel::{
    LessonId, Reach, Right,
    dates::{parse_date, show_period},
};
use serde::Serialize;
use web::{Failure, Member, TableQuery};

use super::{Choice, Pages};
use crate::{Error, Lesson, Of, WeekPage};

#[derive(Serialize)]
struct Page {
    base: String,
    /// «7Б», «Петрова А. И.», «12»: whose week it is; empty for nobody's.
    name: String,
    /// class, teacher or room: the key of the word before the name.
    kind: &'static str,
    monday: NaiveDate,
    sunday: NaiveDate,
    prev: String,
    next: String,
    this: String,
    print: String,
    days: Vec<DayView>,
    /// The hours that occur in the week, for the table.
    numbers: Vec<i16>,
    classes: Vec<Choice>,
    teachers: Vec<Choice>,
    rooms: Vec<Choice>,
    /// ISO date, for the forms that choose another week's owner.
    date: NaiveDate,
    may_edit: bool,
    has_lessons: bool,
}

#[derive(Serialize)]
struct DayView {
    date: NaiveDate,
    /// 1 is Monday: the word `schedule.day.<n>`.
    weekday: usize,
    today: bool,
    lessons: Vec<LessonView>,
}

#[derive(Serialize)]
struct LessonView {
    id: LessonId,
    number: i16,
    time: String,
    class: String,
    group: String,
    subject: String,
    teacher: String,
    room: String,
    cancelled: bool,
    /// The lesson's own page, for those who fill it.
    href: Option<String>,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let page = it.week(&member, &query).await?;
    Ok(it
        .views
        .page(&member.visit, "schedule/week.html", &page)?
        .into_response())
}

pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let page = it.week(&member, &query).await?;
    Ok(it
        .views
        .page(&member.visit, "schedule/week_print.html", &page)?
        .into_response())
}

/// Whose week the URL asks for; what is no number is nobody of ours.
fn wish(query: &TableQuery) -> Result<Option<Of>, Error> {
    let asked = |name: &str| query.param(name).filter(|it| !it.is_empty());
    if let Some(text) = asked("class") {
        let id = text.parse().map_err(|_| Error::NoSuchClass)?;
        return Ok(Some(Of::Class(id)));
    }
    if let Some(text) = asked("teacher") {
        let id = text.parse().map_err(|_| Error::NoSuchTeacher)?;
        return Ok(Some(Of::Teacher(id)));
    }
    if let Some(text) = asked("room") {
        let id = text.parse().map_err(|_| Error::NoSuchRoom)?;
        return Ok(Some(Of::Room(id)));
    }
    Ok(None)
}

impl Pages {
    async fn week(&self, member: &Member, query: &TableQuery) -> Result<Page, Failure> {
        let today = self.today(member);
        let date = query
            .param("date")
            .and_then(|it| parse_date(it, today).ok())
            .unwrap_or(today);
        let found = self
            .timetable
            .week(&member.actor, wish(query)?, date, today)
            .await?;
        Ok(page(member, &found, date, today))
    }
}

fn page(member: &Member, found: &WeekPage, date: NaiveDate, today: NaiveDate) -> Page {
    let base = member.path("/timetable");
    let names = &found.names;
    let (kind, name, param) = match found.of {
        Some(Of::Class(id)) => ("class", names.class_name(id), format!("class={id}")),
        Some(Of::Teacher(id)) => ("teacher", names.teacher(id), format!("teacher={id}")),
        Some(Of::Room(id)) => ("room", names.room(Some(id)), format!("room={id}")),
        None => ("class", String::new(), String::new()),
    };
    let week = |day: NaiveDate| format!("{base}?{param}&date={day}");
    let classes = if found.all {
        &names.classes
    } else {
        &found.own
    };
    let staff = names.staff.iter().filter(|_| found.all);
    let rooms = names.rooms.iter().filter(|_| found.all);
    let numbers: BTreeSet<i16> = found.lessons.iter().map(|it| it.number).collect();
    let chosen = |of: Of| found.of == Some(of);
    Page {
        name,
        kind,
        monday: found.monday,
        sunday: found.monday + Days::new(6),
        prev: week(found.monday - Days::new(7)),
        next: week(found.monday + Days::new(7)),
        this: week(today),
        print: format!("{base}/print?{param}&date={date}"),
        days: days(member, found, today),
        numbers: numbers.into_iter().collect(),
        classes: classes
            .iter()
            .map(|it| Choice::of(it.id, it.name(), chosen(Of::Class(it.id))))
            .collect(),
        teachers: staff
            .map(|it| Choice::of(it.id, it.short(), chosen(Of::Teacher(it.id))))
            .collect(),
        rooms: rooms
            .map(|it| Choice::of(it.id, &it.number, chosen(Of::Room(it.id))))
            .collect(),
        date,
        may_edit: member.actor.may_in_org(Right::TimetableEdit).is_ok(),
        has_lessons: !found.lessons.is_empty(),
        base,
    }
}

/// The working days, and a weekend day only where it has lessons.
fn days(member: &Member, found: &WeekPage, today: NaiveDate) -> Vec<DayView> {
    let week = usize::try_from(found.days_a_week).unwrap_or(5);
    let day = |(weekday, date): (usize, NaiveDate)| {
        let lessons = found.lessons.iter().filter(|it| it.held_on == date);
        let lessons: Vec<_> = lessons.map(|it| lesson(member, found, it)).collect();
        let is_shown = weekday <= week || !lessons.is_empty();
        is_shown.then_some(DayView {
            date,
            weekday,
            today: date == today,
            lessons,
        })
    };
    (1..)
        .zip(kernel::dates::week_of(found.monday))
        .filter_map(day)
        .collect()
}

fn lesson(member: &Member, found: &WeekPage, it: &Lesson) -> LessonView {
    let names = &found.names;
    let fills = member.actor.reaches(Right::JournalView);
    let may_open =
        fills.has(Reach::Org) || (fills.has(Reach::OwnLoad) && it.teacher == member.actor.person);
    LessonView {
        id: it.id,
        number: it.number,
        time: show_period(it.starts_at, it.ends_at),
        class: names.class_name(it.class),
        group: it
            .group
            .and_then(|id| names.group(id))
            .map_or_else(String::new, |it| it.name.clone()),
        subject: names.subject(it.subject),
        teacher: names.teacher(it.teacher),
        room: names.room(it.room),
        cancelled: it.cancelled,
        href: may_open.then(|| member.path(&format!("/journal/lesson/{}", it.id))),
    }
}

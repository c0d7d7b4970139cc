//! What the templates see: one struct for each, with nothing left to decide.

mod diary;
mod grid;
mod grid_links;
mod homework;
mod marks;
mod my_finals;
mod notices;
mod times;

use chrono::NaiveDate;
use serde::Serialize;
use web::Member;

use crate::{Attendance, BellBlock, Home, HomeLesson, JournalOf, LessonForm};

pub(super) use diary::{absence_key, links, my_day, week, whose};
pub(super) use grid::{TermLink, cell_text, grid, terms};
pub(super) use homework::{HomeworkView, MyHomeworkView, homework, my_homework};
pub(super) use marks::{Plus, marks, subject};
pub(super) use my_finals::my_finals;
pub(super) use notices::notifications;
pub(super) use times::{my_attendance, tests};

/// A link of which one is the page itself; its word follows from the code.
#[derive(Serialize)]
pub(super) struct Tab {
    pub(super) code: &'static str,
    pub(super) href: String,
    pub(super) current: bool,
}

#[derive(Serialize)]
pub(super) struct HomePage {
    today: NaiveDate,
    teaches: bool,
    notices: Vec<super::attendance::NoticeView>,
    attendance_href: Option<String>,
    own_class: String,
    remarks: i64,
    remarks_href: String,
    /// Answers to the own requests for correction: approved and refused.
    answered: Option<(i64, i64)>,
    corrections_href: String,
    lessons: Vec<LessonLink>,
    owed: Vec<LessonLink>,
    school: Option<SchoolView>,
    bell: Vec<BellBlock>,
}

#[derive(Serialize)]
struct LessonLink {
    href: String,
    grid_href: String,
    held_on: NaiveDate,
    number: i16,
    starts_at: String,
    ends_at: String,
    class: String,
    subject: String,
    marks: i64,
    absences: i64,
    cancelled: bool,
    lacks: Vec<&'static str>,
    /// Where to say that everybody is there.
    rolled_to: String,
}

#[derive(Serialize)]
struct SchoolView {
    lessons_today: usize,
    held: usize,
    filled: usize,
    percent: usize,
    owe: Vec<OwedView>,
    filling_href: String,
    yesterday: Option<YesterdayView>,
}

/// The last school day, and the way to remind of it.
#[derive(Serialize)]
struct YesterdayView {
    day: NaiveDate,
    lessons: usize,
    teachers: usize,
    href: String,
}

#[derive(Serialize)]
struct OwedView {
    name: String,
    href: String,
    lessons: usize,
    oldest: NaiveDate,
}

pub(super) fn home(
    home: &Home,
    bell: Vec<BellBlock>,
    member: &Member,
    today: NaiveDate,
) -> HomePage {
    HomePage {
        today,
        bell,
        teaches: home.teaches,
        notices: home
            .notices
            .iter()
            .map(|it| super::attendance::notice(it, member))
            .collect(),
        attendance_href: home
            .own_class
            .as_ref()
            .map(|it| member.path(&format!("/journal/{}/attendance", it.0))),
        own_class: home
            .own_class
            .as_ref()
            .map_or_else(String::new, |it| it.1.clone()),
        remarks: home.remarks,
        remarks_href: member.path("/journal/remarks"),
        answered: Some((home.answered.approved, home.answered.refused)).filter(|it| *it != (0, 0)),
        corrections_href: member.path("/journal/corrections"),
        lessons: home.lessons.iter().map(|it| link(it, member)).collect(),
        owed: home.owed.iter().map(|it| link(it, member)).collect(),
        school: home.school.as_ref().map(|it| SchoolView {
            lessons_today: it.lessons_today,
            held: it.held,
            filled: it.filled,
            percent: (it.filled * 100).checked_div(it.held).unwrap_or(100),
            owe: it
                .owe
                .iter()
                .map(|it| OwedView {
                    name: it.name.clone(),
                    href: member.path(&format!("/control/filling?teacher={}", it.teacher)),
                    lessons: it.lessons,
                    oldest: it.oldest,
                })
                .collect(),
            filling_href: member.path("/control/filling"),
            yesterday: it.yesterday.as_ref().map(|it| YesterdayView {
                day: it.day,
                lessons: it.lessons,
                teachers: it.teachers,
                href: super::control::remind_of(it.day, member),
            }),
        }),
    }
}

fn link(it: &HomeLesson, member: &Member) -> LessonLink {
    let group = it
        .group
        .map_or_else(String::new, |it| format!("?group={it}"));
    LessonLink {
        href: member.path(&format!("/journal/lesson/{}", it.lesson)),
        grid_href: member.path(&format!("/journal/{}/{}{group}", it.class, it.subject)),
        held_on: it.held_on,
        number: it.number,
        starts_at: time(it.starts_at),
        ends_at: time(it.ends_at),
        class: it.class_name.clone(),
        subject: it.subject_name.clone(),
        marks: it.marks,
        absences: it.absences,
        cancelled: it.cancelled,
        lacks: it.lacks.iter().map(|it| it.code()).collect(),
        rolled_to: member.path(&format!("/journal/lesson/{}/rolled", it.lesson)),
    }
}

fn time(it: chrono::NaiveTime) -> String {
    kernel::dates::show_time(it)
}

#[derive(Serialize)]
pub(super) struct JournalsPage {
    classes: Vec<ClassLinks>,
}

#[derive(Serialize)]
struct ClassLinks {
    name: String,
    own_class: bool,
    /// For those who see all subjects of the class.
    finals_href: Option<String>,
    /// Grade 1 has no marks to sum up.
    summary_href: Option<String>,
    subjects: Vec<SubjectLink>,
}

#[derive(Serialize)]
struct SubjectLink {
    href: String,
    name: String,
    mine: bool,
}

pub(super) fn journals(journals: &[JournalOf], member: &Member) -> JournalsPage {
    let reaches = member.actor.reaches(kernel::Right::JournalView);
    let all = reaches.has(kernel::Reach::Org);
    let classes = journals
        .iter()
        .map(|it| ClassLinks {
            name: it.class.name(),
            own_class: it.own_class,
            finals_href: (all || it.own_class)
                .then(|| member.path(&format!("/journal/{}/finals", it.class.id))),
            summary_href: (it.class.grade > 1)
                .then(|| member.path(&format!("/journal/{}/summary", it.class.id))),
            subjects: it
                .subjects
                .iter()
                .map(|(subject, name, mine)| SubjectLink {
                    href: member.path(&format!("/journal/{}/{subject}", it.class.id)),
                    name: name.clone(),
                    mine: *mine,
                })
                .collect(),
        })
        .collect();
    JournalsPage { classes }
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a page shows independent facts"
)]
pub(super) struct LessonPage {
    action: String,
    grid_href: String,
    form: String,
    class: String,
    subject: String,
    held_on: NaiveDate,
    number: i16,
    starts_at: String,
    topic: String,
    homework: String,
    no_homework: bool,
    entry_version: i32,
    planned: bool,
    work: Option<i64>,
    work_name: String,
    pupils: Vec<PupilLine>,
    absences: Vec<AbsenceChoice>,
    without_marks: bool,
    writable: bool,
    ahead: bool,
    cancelled: bool,
    rolled: bool,
    remark_href: Option<String>,
    complaints: Vec<String>,
}

#[derive(Serialize)]
struct PupilLine {
    id: i64,
    name: String,
    mark: String,
    attendance: &'static str,
    versions: String,
    ask_href: Option<String>,
}

#[derive(Serialize)]
struct AbsenceChoice {
    value: &'static str,
    code: &'static str,
}

/// What a teacher notes at the lesson; reasons are the class teacher's.
const CHOICES: [Attendance; 3] = [Attendance::Present, Attendance::Absent, Attendance::Late];

pub(super) fn lesson(it: &LessonForm, member: &Member, complaints: &[String]) -> LessonPage {
    let planned = it.planned_topic.is_some();
    let or_planned = |text: &str, planned: &Option<String>| match planned {
        Some(planned) if text.is_empty() => planned.clone(),
        _ => text.to_owned(),
    };
    LessonPage {
        action: member.path(&format!("/journal/lesson/{}", it.lesson)),
        grid_href: member.path(&format!("/journal/{}/{}", it.class.id, it.subject_id)),
        form: super::lesson::fresh().to_string(),
        class: it.class.name(),
        subject: it.subject.clone(),
        held_on: it.held_on,
        number: it.number,
        starts_at: time(it.starts_at),
        topic: or_planned(&it.topic, &it.planned_topic),
        homework: or_planned(&it.homework, &it.planned_homework),
        no_homework: it.no_homework,
        entry_version: it.entry_version,
        planned,
        work: it.work.map(crate::WorkId::get),
        work_name: it.work_name.clone(),
        pupils: it
            .pupils
            .iter()
            .map(|line| (line, it.lesson, it.work))
            .map(|(it, lesson, work)| PupilLine {
                ask_href: it
                    .closed
                    .then(|| super::corrections::ask_mark(member, lesson, work, it.pupil)),
                id: it.pupil.get(),
                name: it.name.clone(),
                mark: it.mark.clone(),
                attendance: it.attendance.letter(),
                versions: format!("{}-{}", it.mark_version, it.attendance_version),
            })
            .collect(),
        absences: CHOICES
            .iter()
            .map(|it| AbsenceChoice {
                value: it.letter(),
                code: it.code(),
            })
            .collect(),
        without_marks: it.without_marks,
        writable: it.writable,
        ahead: it.ahead,
        cancelled: it.cancelled,
        rolled: it.rolled,
        remark_href: it
            .may_remark
            .then(|| member.path(&format!("/journal/remarks/new?lesson={}", it.lesson))),
        complaints: complaints.to_vec(),
    }
}

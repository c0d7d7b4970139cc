use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use db::files::FileId;
use kernel::{LessonId, PersonId};
use rust_decimal::Decimal;
use serde::Serialize;
use web::diary::{ChildLink, Whose as WhoseView, child_links};

use super::time;
use crate::{
    Attached, Attendance,
    service::{
        Child, Day, DayAbsence, DiaryLesson, DiaryMark, MyDay, NewMark, NowLesson, Week, Whose,
    },
};

/// Links to the children of one organisation.
pub(crate) fn links(org: &str, children: &[Child], current: Option<PersonId>) -> Vec<ChildLink> {
    let children = children.iter().map(|it| (it.pupil, it.name.as_str()));
    child_links(org, children, current)
}

pub(crate) fn whose(org: &str, it: &Whose, others: Vec<ChildLink>) -> WhoseView {
    let child = it.child.as_ref();
    let mut children = links(org, &it.children, child.map(|it| it.pupil));
    children.extend(others);
    WhoseView {
        org: org.to_owned(),
        children,
        key: child.map_or_else(String::new, |it| format!("{org}:{}", it.pupil)),
        name: child.map_or_else(String::new, |it| it.name.clone()),
        class: it.class.clone(),
        own: it.own,
        preschool: it.preschool,
    }
}

#[derive(Serialize)]
pub(super) struct DayView {
    day: NaiveDate,
    /// From 1, Monday.
    weekday: u32,
    today: bool,
    holiday: Option<String>,
    lessons: Vec<LessonView>,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a lesson has independent facts"
)]
struct LessonView {
    id: LessonId,
    number: i16,
    starts_at: String,
    ends_at: String,
    subject: String,
    teacher: String,
    topic: String,
    homework: String,
    no_homework: bool,
    cancelled: bool,
    /// Whether homework may be expected by now.
    over: bool,
    marks: Vec<MarkView>,
    absence: &'static str,
    absence_code: &'static str,
    files: Vec<FileLink>,
    minutes: Option<i16>,
    /// The state of the answer, as the end of a word's key.
    answer: Option<&'static str>,
    done: bool,
}

#[derive(Serialize)]
pub(super) struct MarkView {
    text: String,
    kind: String,
    weight: Option<String>,
    /// What the work is about, where its teacher said so.
    topic: String,
    comment: String,
}

/// A file to download.
#[derive(Serialize)]
pub(super) struct FileLink {
    id: FileId,
    name: String,
    /// «240 КБ» is made of it.
    kilobytes: i64,
    href: String,
}

pub(super) fn files(org: &str, files: Vec<Attached>) -> Vec<FileLink> {
    files
        .into_iter()
        .map(|it| FileLink {
            id: it.id,
            href: format!("/o/{org}/homework/files/{}", it.id),
            kilobytes: it.kilobytes(),
            name: it.name,
        })
        .collect()
}

pub(super) fn mark(it: DiaryMark) -> MarkView {
    let weight = (it.weight != Decimal::ONE).then(|| weight(it.weight));
    MarkView {
        text: it.text,
        kind: it.kind,
        weight,
        topic: it.topic,
        comment: it.comment,
    }
}

/// «1,5», «3»
pub(super) fn weight(it: Decimal) -> String {
    it.normalize().to_string().replace('.', ",")
}

fn lesson(org: &str, it: DiaryLesson, over: bool) -> LessonView {
    LessonView {
        id: it.id,
        number: it.number,
        starts_at: time(it.starts_at),
        ends_at: time(it.ends_at),
        subject: it.subject,
        teacher: it.teacher,
        topic: it.topic,
        homework: it.homework,
        no_homework: it.no_homework,
        cancelled: it.cancelled,
        over,
        marks: it.marks.into_iter().map(mark).collect(),
        absence: it.attendance.letter(),
        absence_code: absence_key(it.attendance),
        files: files(org, it.files),
        minutes: it.minutes,
        answer: it.answer.map(crate::AnswerState::code),
        done: it.done,
    }
}

/// The key of the words for an absence.
pub(in crate::pages) const fn absence_key(it: Attendance) -> &'static str {
    match it {
        Attendance::Present => "",
        Attendance::Absent => "journal.absence.absent",
        Attendance::Ill => "journal.absence.ill",
        Attendance::Excused => "journal.absence.excused",
        Attendance::Truant => "journal.absence.truant",
        Attendance::Late => "journal.absence.late",
        Attendance::Exempt => "journal.absence.exempt",
    }
}

fn day(org: &str, it: Day, today: NaiveDate) -> DayView {
    let over = it.day < today;
    DayView {
        day: it.day,
        weekday: it.day.weekday().number_from_monday(),
        today: it.day == today,
        holiday: it.holiday,
        lessons: it
            .lessons
            .into_iter()
            .map(|it| lesson(org, it, over))
            .collect(),
    }
}

#[derive(Serialize)]
pub(crate) struct DayPage {
    whose: WhoseView,
    now: Option<NowView>,
    today: Option<DayView>,
    next: Option<DayView>,
    new_marks: Vec<NewMarkView>,
    absences: Vec<AbsenceView>,
    unread: usize,
}

#[derive(Serialize)]
struct NowView {
    running: bool,
    lesson: LessonView,
}

#[derive(Serialize)]
struct NewMarkView {
    subject: String,
    held_on: NaiveDate,
    topic: String,
    mark: MarkView,
    set_at: DateTime<Utc>,
    was: Option<String>,
    unread: bool,
}

#[derive(Serialize)]
struct AbsenceView {
    held_on: NaiveDate,
    subjects: Vec<String>,
    letter: &'static str,
    code: &'static str,
}

fn new_mark(it: NewMark) -> NewMarkView {
    NewMarkView {
        subject: it.subject,
        held_on: it.held_on,
        topic: it.topic,
        mark: mark(it.mark),
        set_at: it.set_at,
        was: it.was,
        unread: it.unread,
    }
}

/// One line for a day and a reason.
fn absences(found: Vec<DayAbsence>) -> Vec<AbsenceView> {
    let mut lines: Vec<AbsenceView> = vec![];
    for it in found {
        let code = absence_key(it.attendance);
        let same = |line: &&mut AbsenceView| line.held_on == it.held_on && line.code == code;
        if let Some(line) = lines.iter_mut().find(same) {
            line.subjects.insert(0, it.subject);
            continue;
        }
        lines.push(AbsenceView {
            held_on: it.held_on,
            subjects: vec![it.subject],
            letter: it.attendance.letter(),
            code,
        });
    }
    lines
}

pub(crate) fn my_day(page: MyDay, whose: WhoseView, today: NaiveDate) -> DayPage {
    let org = whose.org.as_str();
    DayPage {
        now: page.now.map(|it| {
            let NowLesson {
                lesson: it,
                running,
            } = it;
            NowView {
                running,
                lesson: lesson(org, it, false),
            }
        }),
        today: page.today.map(|it| day(org, it, today)),
        next: page.next.map(|it| day(org, it, today)),
        new_marks: page.new_marks.into_iter().map(new_mark).collect(),
        absences: absences(page.absences),
        unread: page.unread,
        whose,
    }
}

#[derive(Serialize)]
pub(crate) struct WeekPage {
    whose: WhoseView,
    monday: NaiveDate,
    last: NaiveDate,
    before: NaiveDate,
    after: NaiveDate,
    this: bool,
    days: Vec<DayView>,
}

pub(crate) fn week(page: Week, whose: WhoseView, today: NaiveDate) -> WeekPage {
    let org = whose.org.as_str();
    WeekPage {
        monday: page.monday,
        last: page.days.last().map_or(page.monday, |it| it.day),
        before: page.monday - Days::new(7),
        after: page.monday + Days::new(7),
        this: crate::service::monday(today) == page.monday,
        days: page
            .days
            .into_iter()
            .map(|it| day(org, it, today))
            .collect(),
        whose,
    }
}

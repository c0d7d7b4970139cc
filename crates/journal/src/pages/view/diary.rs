use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::{PersonId, decimal::show2};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    grid::{TermLink, terms},
    time,
};
use crate::{
    Attendance,
    service::{Child, Day, DiaryLesson, DiaryMark, MarksPage, MyDay, NewMark, Week},
};

/// A link that switches to a child.
#[derive(Serialize)]
pub(crate) struct ChildLink {
    key: String,
    name: String,
    current: bool,
}

/// Links to the children of one organisation.
pub(crate) fn child_links(
    org: &str,
    children: &[Child],
    current: Option<PersonId>,
) -> Vec<ChildLink> {
    children
        .iter()
        .map(|it| ChildLink {
            key: format!("{org}:{}", it.pupil),
            name: it.name.clone(),
            current: current == Some(it.pupil),
        })
        .collect()
}

/// The part that all pages of a diary share.
#[derive(Serialize)]
struct Whose {
    children: Vec<ChildLink>,
    /// The value of `child` in links; empty where there is no child.
    key: String,
    name: String,
    class: Option<String>,
}

fn whose(
    org: &str,
    children: &[Child],
    child: Option<&Child>,
    class: Option<String>,
    others: Vec<ChildLink>,
) -> Whose {
    let mut links = child_links(org, children, child.map(|it| it.pupil));
    links.extend(others);
    Whose {
        children: links,
        key: child.map_or_else(String::new, |it| format!("{org}:{}", it.pupil)),
        name: child.map_or_else(String::new, |it| it.name.clone()),
        class,
    }
}

#[derive(Serialize)]
struct DayView {
    day: NaiveDate,
    today: bool,
    holiday: Option<String>,
    lessons: Vec<LessonView>,
}

#[derive(Serialize)]
struct LessonView {
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
}

#[derive(Serialize)]
struct MarkView {
    text: String,
    kind: String,
    weight: Option<String>,
}

fn mark(it: DiaryMark) -> MarkView {
    let weight =
        (it.weight != Decimal::ONE).then(|| it.weight.normalize().to_string().replace('.', ","));
    MarkView {
        text: it.text,
        kind: it.kind,
        weight,
    }
}

fn lesson(it: DiaryLesson, over: bool) -> LessonView {
    LessonView {
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
    }
}

/// The key of the words for an absence.
const fn absence_key(it: Attendance) -> &'static str {
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

fn day(it: Day, today: NaiveDate) -> DayView {
    let over = it.day < today;
    DayView {
        day: it.day,
        today: it.day == today,
        holiday: it.holiday,
        lessons: it.lessons.into_iter().map(|it| lesson(it, over)).collect(),
    }
}

#[derive(Serialize)]
pub(crate) struct DayPage {
    whose: Whose,
    today: Option<DayView>,
    next: Option<DayView>,
    new_marks: Vec<NewMarkView>,
}

#[derive(Serialize)]
struct NewMarkView {
    subject: String,
    held_on: NaiveDate,
    topic: String,
    mark: MarkView,
    set_at: DateTime<Utc>,
}

fn new_mark(it: NewMark) -> NewMarkView {
    NewMarkView {
        subject: it.subject,
        held_on: it.held_on,
        topic: it.topic,
        mark: mark(it.mark),
        set_at: it.set_at,
    }
}

pub(crate) fn my_day(page: MyDay, org: &str, others: Vec<ChildLink>, today: NaiveDate) -> DayPage {
    DayPage {
        whose: whose(org, &page.children, page.child.as_ref(), page.class, others),
        today: page.today.map(|it| day(it, today)),
        next: page.next.map(|it| day(it, today)),
        new_marks: page.new_marks.into_iter().map(new_mark).collect(),
    }
}

#[derive(Serialize)]
pub(crate) struct WeekPage {
    whose: Whose,
    monday: NaiveDate,
    last: NaiveDate,
    before: NaiveDate,
    after: NaiveDate,
    days: Vec<DayView>,
}

pub(crate) fn week(page: Week, org: &str, others: Vec<ChildLink>, today: NaiveDate) -> WeekPage {
    WeekPage {
        whose: whose(org, &page.children, page.child.as_ref(), page.class, others),
        monday: page.monday,
        last: page.days.last().map_or(page.monday, |it| it.day),
        before: page.monday - Days::new(7),
        after: page.monday + Days::new(7),
        days: page.days.into_iter().map(|it| day(it, today)).collect(),
    }
}

#[derive(Serialize)]
pub(crate) struct MarksView {
    whose: Whose,
    terms: Vec<TermLink>,
    subjects: Vec<SubjectView>,
    without_marks: bool,
}

#[derive(Serialize)]
struct SubjectView {
    subject: String,
    marks: Vec<DatedMark>,
    average: Option<String>,
    low: bool,
    missed: usize,
}

#[derive(Serialize)]
struct DatedMark {
    held_on: NaiveDate,
    mark: MarkView,
}

pub(crate) fn marks(page: MarksPage, org: &str, others: Vec<ChildLink>) -> MarksView {
    let whose = whose(org, &page.children, page.child.as_ref(), page.class, others);
    let key = whose.key.clone();
    MarksView {
        terms: terms(&page.terms, page.term, |id| {
            format!("/my/diary/marks?child={key}&period={id}")
        }),
        subjects: page
            .subjects
            .into_iter()
            .map(|it| SubjectView {
                subject: it.subject,
                low: it.average.is_some_and(|it| it < Decimal::new(25, 1)),
                average: it.average.map(show2),
                missed: it.missed,
                marks: it
                    .marks
                    .into_iter()
                    .map(|(held_on, it)| DatedMark {
                        held_on,
                        mark: mark(it),
                    })
                    .collect(),
            })
            .collect(),
        without_marks: page.without_marks,
        whose,
    }
}

//! The attendance of a class, reasons of absences and notices of parents.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::{Days, Months, NaiveDate};
use kernel::{ClassId, LessonId, PersonId};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, FormState, Go, Member, Path, Query, form::Raw};

use super::{Pages, view};
use crate::{
    AbsenceDocument, Attendance, AttendanceCell, AttendanceColumn, AttendanceRow, Basis,
    ClassAttendance, NoticeId, NoticeLine, Reason, Span,
};

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

/// The whole page.
#[derive(Serialize)]
pub(super) struct AttendancePage {
    class: String,
    span: &'static str,
    spans: Vec<view::Tab>,
    before: String,
    after: String,
    from: NaiveDate,
    to: NaiveDate,
    heads: Vec<Head>,
    rows: Vec<RowView>,
    documents: Vec<DocumentView>,
    notices: Vec<NoticeView>,
    may_tell: bool,
    action: String,
    form: FormState,
    form_open: bool,
    pupils: Vec<Choice>,
    reasons: [&'static str; 4],
    bases: [&'static str; 3],
    overlaps: Vec<DocumentView>,
    school_day: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: i64,
    label: String,
}

#[derive(Serialize)]
struct Head {
    day: NaiveDate,
    href: String,
    /// Of one lesson.
    number: Option<i16>,
    subject: String,
    today: bool,
    /// Held, but nobody looked who is there in some of the lessons.
    open: usize,
}

#[derive(Serialize)]
struct RowView {
    name: String,
    cells: Vec<CellView>,
    missed: u32,
    ill: u32,
    excused: u32,
    truant: u32,
    absent: u32,
    late: u32,
    days: usize,
    /// To the form with the pupil and the days without reason.
    reason: Option<String>,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    /// From 1 to 4: how much of the day was missed; 0: nothing.
    level: u32,
    kind: &'static str,
    missed: u32,
    lessons: u32,
}

#[derive(Serialize)]
struct DocumentView {
    pupil: String,
    reason: &'static str,
    first_on: NaiveDate,
    last_on: NaiveDate,
    basis: &'static str,
    received_on: NaiveDate,
    note: String,
    by: String,
    withdraw: String,
}

/// A notice as the class teacher answers it.
#[derive(Serialize)]
pub(super) struct NoticeView {
    pupil: String,
    sender: String,
    class: String,
    reason: &'static str,
    first_on: NaiveDate,
    last_on: NaiveDate,
    text: String,
    late: bool,
    sent_at: String,
    accept: String,
    refuse: String,
}

pub(super) fn notice(it: &NoticeLine, member: &Member) -> NoticeView {
    let path = member.path(&format!("/journal/{}/notices/{}", it.class, it.notice.id));
    NoticeView {
        pupil: it.pupil.clone(),
        sender: it.sender.clone(),
        class: it.class_name.clone(),
        reason: it.notice.reason.code(),
        first_on: it.notice.first_on,
        last_on: it.notice.last_on,
        text: it.notice.text.clone(),
        late: it.notice.late,
        sent_at: it.notice.sent_at.to_rfc3339(),
        accept: format!("{path}/accept"),
        refuse: format!("{path}/refuse"),
    }
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
    let base = member.path(&format!("/journal/{class}/attendance"));
    let form_open = query.pupil.is_some() || !form.errors().is_empty() || !overlaps.is_empty();
    let shown = Shown {
        base: &base,
        member,
        today,
        attendance: &attendance,
    };
    let all = member.actor.may_in_org(kernel::Right::JournalView).is_ok();
    Ok(AttendancePage {
        class: attendance.class.name(),
        span: span.code(),
        spans: Span::ALL
            .map(|it| view::Tab {
                code: it.code(),
                href: format!("{base}?span={}&on={on}", it.code()),
                current: it == span,
            })
            .into(),
        before: shown.step(false),
        after: shown.step(true),
        from: attendance.from,
        to: attendance.to,
        heads: attendance.columns.iter().map(|it| shown.head(it)).collect(),
        rows: attendance.rows.iter().map(|it| shown.row(it)).collect(),
        documents: attendance
            .documents
            .iter()
            .rev()
            .map(|(it, by)| shown.document(it, by))
            .collect(),
        notices: attendance
            .notices
            .iter()
            .map(|it| notice(it, member))
            .collect(),
        may_tell: attendance.may_tell,
        action: format!("{base}?span={}&on={on}", span.code()),
        form,
        form_open,
        pupils: attendance
            .rows
            .iter()
            .map(|it| Choice {
                value: it.pupil.get(),
                label: it.name.clone(),
            })
            .collect(),
        reasons: Reason::ALL.map(Reason::code),
        bases: Basis::ALL.map(Basis::code),
        overlaps: overlaps.iter().map(|it| shown.document(it, "")).collect(),
        school_day: all.then(|| member.path("/attendance/day")),
    })
}

struct Shown<'a> {
    base: &'a str,
    member: &'a Member,
    today: NaiveDate,
    attendance: &'a ClassAttendance,
}

impl Shown<'_> {
    fn step(&self, forward: bool) -> String {
        let it = self.attendance;
        let on = match (it.span, forward) {
            (Span::Month, true) => it.from + Months::new(1),
            (Span::Month, false) => it.from - Months::new(1),
            (_, true) => it.to + Days::new(1),
            (_, false) => it.from - Days::new(1),
        };
        format!("{}?span={}&on={on}", self.base, it.span.code())
    }

    fn head(&self, it: &AttendanceColumn) -> Head {
        let href = match &it.lesson {
            Some(lesson) => self.member.path(&format!("/journal/lesson/{}", lesson.id)),
            None => format!("{}?span=day&on={}", self.base, it.day),
        };
        Head {
            day: it.day,
            href,
            number: it.lesson.as_ref().map(|it| it.number),
            subject: it
                .lesson
                .as_ref()
                .map_or_else(String::new, |it| it.subject.clone()),
            today: it.day == self.today,
            open: it.held - it.rolled,
        }
    }

    fn row(&self, it: &AttendanceRow) -> RowView {
        let reason = it.unexplained.filter(|_| self.attendance.may_tell);
        let span = self.attendance.span.code();
        let on = self.attendance.from;
        RowView {
            name: it.name.clone(),
            cells: it.cells.iter().map(cell).collect(),
            missed: it.total.missed(),
            ill: it.total.ill,
            excused: it.total.excused,
            truant: it.total.truant,
            absent: it.total.absent,
            late: it.total.late,
            days: it.whole_days,
            reason: reason.map(|(from, to)| {
                let pupil = it.pupil;
                let base = self.base;
                format!("{base}?span={span}&on={on}&pupil={pupil}&from={from}&to={to}#reason-form")
            }),
        }
    }

    fn document(&self, it: &AbsenceDocument, by: &str) -> DocumentView {
        let rows = &self.attendance.rows;
        let pupil = rows.iter().find(|row| row.pupil == it.pupil);
        DocumentView {
            pupil: pupil.map_or_else(String::new, |it| it.name.clone()),
            reason: it.reason.code(),
            first_on: it.first_on,
            last_on: it.last_on,
            basis: it.basis.code(),
            received_on: it.received_on,
            note: it.note.clone(),
            by: by.to_owned(),
            withdraw: format!("{}/{}/withdraw", self.base, it.id),
        }
    }
}

/// «Н» for a whole day, «Н2» for two of its lessons; a letter in brackets is
/// what a document says of a day to come.
fn cell(it: &AttendanceCell) -> CellView {
    let missed = it.tally.missed();
    let whole = missed == it.lessons;
    let letter = |(code, count): (Attendance, u32)| {
        let alone = it.lessons == 1 || code == Attendance::Late && count == 1;
        if alone || whole && count == missed {
            return code.letter().to_owned();
        }
        format!("{}{count}", code.letter())
    };
    let letters: Vec<String> = it.tally.parts().map(letter).collect();
    let (text, kind) = match it.expected {
        Some(reason) => (format!("({})", reason.attendance().letter()), "plan"),
        None if it.lessons == 0 => (String::new(), "out"),
        None if it.tally.absent > 0 => (letters.join(" "), "open"),
        None => (letters.join(" "), ""),
    };
    CellView {
        text,
        level: (missed * 4).div_ceil(it.lessons.max(1)),
        kind,
        missed,
        lessons: it.lessons,
    }
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

//! What the template of attendance sees.

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;
use web::{FormState, Member};

use crate::{
    AbsenceDocument, Attached, Attendance, AttendanceCell, AttendanceColumn, AttendanceRow, Basis,
    ClassAttendance, DocumentLine, NoticeLine, Reason, Span,
    pages::{lesson::fresh, view::Tab},
};

/// The whole page.
#[derive(Serialize)]
pub(in crate::pages) struct AttendancePage {
    class: String,
    span: &'static str,
    spans: Vec<Tab>,
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
    form_id: String,
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
    add_file: String,
    /// The id of the form that adds a file.
    form: String,
    files: Vec<FileView>,
}

/// A scan or a photo of a document.
#[derive(Serialize)]
struct FileView {
    href: String,
    name: String,
    kilobytes: i64,
}

/// A notice as the class teacher answers it.
#[derive(Serialize)]
pub(in crate::pages) struct NoticeView {
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
    files: Vec<FileView>,
}

pub(in crate::pages) fn notice(it: &NoticeLine, member: &Member) -> NoticeView {
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
        files: files(&it.notice.files, &format!("{path}/files")),
    }
}

fn files(files: &[Attached], path: &str) -> Vec<FileView> {
    let file = |it: &Attached| FileView {
        href: format!("{path}/{}", it.id),
        name: it.name.clone(),
        kilobytes: it.kilobytes(),
    };
    files.iter().map(file).collect()
}

/// What a page of attendance is made of.
pub(super) struct Shown<'a> {
    pub(super) base: String,
    pub(super) member: &'a Member,
    pub(super) today: NaiveDate,
    pub(super) on: NaiveDate,
    pub(super) attendance: &'a ClassAttendance,
}

impl Shown<'_> {
    pub(super) fn page(
        &self,
        form: FormState,
        form_open: bool,
        overlaps: &[AbsenceDocument],
    ) -> AttendancePage {
        let (attendance, on) = (self.attendance, self.on);
        let all = self
            .member
            .actor
            .may_in_org(kernel::Right::JournalView)
            .is_ok();
        AttendancePage {
            class: attendance.class.name(),
            span: attendance.span.code(),
            spans: Span::ALL
                .map(|it| Tab {
                    code: it.code(),
                    href: format!("{}?span={}&on={on}", self.base, it.code()),
                    current: it == attendance.span,
                })
                .into(),
            before: self.step(false),
            after: self.step(true),
            from: attendance.from,
            to: attendance.to,
            heads: attendance.columns.iter().map(|it| self.head(it)).collect(),
            rows: attendance.rows.iter().map(|it| self.row(it)).collect(),
            documents: attendance
                .documents
                .iter()
                .rev()
                .map(|it| self.line(it))
                .collect(),
            notices: attendance
                .notices
                .iter()
                .map(|it| notice(it, self.member))
                .collect(),
            may_tell: attendance.may_tell,
            action: format!("{}?span={}&on={on}", self.base, attendance.span.code()),
            form,
            form_id: fresh().to_string(),
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
            overlaps: overlaps.iter().map(|it| self.document(it, "")).collect(),
            school_day: all.then(|| self.member.path("/attendance/day")),
        }
    }

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
                let base = &self.base;
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
            add_file: format!("{}/{}/files", self.base, it.id),
            form: fresh().to_string(),
            files: vec![],
        }
    }

    fn line(&self, it: &DocumentLine) -> DocumentView {
        let mut shown = self.document(&it.document, &it.by);
        shown.files = files(&it.files, &shown.add_file);
        shown
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

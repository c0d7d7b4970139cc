//! An exam: what was reached, beside the marks of the year (JRN-9).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use journal::Slot;
use kernel::ClassId;
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member, Path,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Around, Pages, average, share, slot_name};
use crate::{
    ExamId, Line, Opened, Summary, Turnout, Verdict,
    compare::{percent, whole_percent},
};

#[derive(Serialize)]
struct Page {
    around: Around,
    exam: ExamView,
    keeps: bool,
    version: i32,
    has_results: bool,
    enters: Vec<Link>,
    transfers: Vec<Link>,
    sums: Vec<SumView>,
    slots: Vec<Link>,
    /// «1 четверть»; none where the journal has no marks yet.
    with: Option<String>,
}

/// The head of every page about an exam.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "an exam has independent facts"
)]
pub(super) struct ExamView {
    pub(super) href: String,
    kind: &'static str,
    subject: String,
    grade: i16,
    held_on: NaiveDate,
    stage: &'static str,
    title: String,
    form: String,
    place: String,
    elective: bool,
    max_primary: i16,
    scale: Option<String>,
    scale_href: Option<String>,
    pass_primary: Option<i16>,
    pub(super) has_marks: bool,
    pub(super) has_tests: bool,
    /// Marks follow from the scale.
    pub(super) by_scale: bool,
}

#[derive(Serialize)]
struct Link {
    href: String,
    label: String,
    current: bool,
}

/// A class, or all, added up.
#[derive(Serialize)]
struct SumView {
    /// None for all.
    class: Option<String>,
    listed: usize,
    entered: usize,
    present: usize,
    absent: usize,
    average_primary: Option<String>,
    average_test: Option<String>,
    average_mark: Option<String>,
    marks: [usize; 4],
    success: Option<String>,
    quality: Option<String>,
    failed: usize,
    compared: usize,
    verdicts: [VerdictView; 3],
}

#[derive(Serialize)]
struct VerdictView {
    code: &'static str,
    count: usize,
    percent: Option<String>,
    /// From 0 to 100, for the bar.
    width: u32,
}

impl ExamView {
    pub(super) fn of(member: &Member, exam: &crate::Exam, subject: String) -> Self {
        let f = &exam.fields;
        let scale = exam.scale.as_ref();
        Self {
            href: member.path(&format!("/study/exams/{}", exam.id)),
            kind: f.kind.code(),
            subject,
            grade: f.grade,
            held_on: f.held_on,
            stage: f.stage.code(),
            title: f.title.clone(),
            form: f.form.clone(),
            place: f.place.clone(),
            elective: f.elective,
            max_primary: f.max_primary,
            scale: scale.map(|it| it.name.clone()),
            scale_href: scale.map(|it| member.path(&format!("/study/exams/scales/{}", it.id))),
            pass_primary: scale.and_then(|it| it.pass_primary),
            has_marks: f.kind.has_marks(),
            has_tests: f.kind.has_test_scores(),
            by_scale: scale.is_some(),
        }
    }
}

impl SumView {
    fn of(class: Option<String>, it: &Summary) -> Self {
        let verdict = |verdict: Verdict, count| VerdictView {
            code: verdict.code(),
            count,
            percent: share(percent(count, it.compared())),
            width: whole_percent(count, it.compared()),
        };
        Self {
            class,
            listed: it.listed,
            entered: it.entered,
            present: it.present,
            absent: it.absent,
            average_primary: average(it.average_primary()),
            average_test: average(it.average_test()),
            average_mark: average(it.average_mark()),
            marks: it.marks,
            success: share(it.success()),
            quality: share(it.quality()),
            failed: it.failed,
            compared: it.compared(),
            verdicts: [
                verdict(Verdict::Confirmed, it.confirmed),
                verdict(Verdict::Raised, it.raised),
                verdict(Verdict::Lowered, it.lowered),
            ],
        }
    }
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ExamId)>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let wish = query.param("with").and_then(Slot::from_code);
    let opened = it.exams.open(&member.actor, id, wish).await?;
    let around = Around::of_exam(&member, opened.exam.fields.kind, &opened.year);
    let visit = around.visit(&member);
    let list = list(&member, &opened);
    let page = it.exam_page(&member, around, &opened);
    respond(&it.views, &visit, "exams/exam.html", &list, &query, &page)
}

impl Pages {
    fn exam_page(&self, member: &Member, around: Around, it: &Opened) -> Page {
        let exam = ExamView::of(member, &it.exam, it.subject.clone());
        let name = |id: ClassId| {
            let class = it.classes.iter().find(|it| it.id == id);
            class.map_or_else(String::new, curriculum::Class::name)
        };
        let link = |id: &ClassId, tail: &str| Link {
            href: format!("{}/classes/{id}{tail}", exam.href),
            label: name(*id),
            current: false,
        };
        let mut sums = vec![];
        if it.by_class.len() > 1 {
            let of = |it: &(ClassId, Summary)| SumView::of(Some(name(it.0)), &it.1);
            sums.extend(it.by_class.iter().map(of));
        }
        sums.push(SumView::of(None, &it.summary));
        let slot = |slot: &Slot| Link {
            href: format!("{}?with={}", exam.href, slot.code()),
            label: slot_name(&self.views, *slot),
            current: Some(*slot) == it.with,
        };
        Page {
            keeps: it.keeps,
            version: it.exam.version,
            has_results: it.lines.iter().any(|it| it.entry.turnout != Turnout::Unset),
            enters: it.enters.iter().map(|id| link(id, "")).collect(),
            transfers: it
                .transfers
                .iter()
                .map(|id| link(id, "/transfer"))
                .collect(),
            sums,
            slots: it.slots.iter().map(slot).collect(),
            with: it.with.map(|it| slot_name(&self.views, it)),
            around,
            exam,
        }
    }
}

fn list(member: &Member, opened: &Opened) -> List {
    let fields = &opened.exam.fields;
    let (tests, marks) = (fields.kind.has_test_scores(), fields.kind.has_marks());
    let mut columns = vec![
        Column::text("name").filtered(),
        Column::class("class").selectable(),
        Column::text("turnout").selectable(),
        Column::text("variant").off(),
        Column::number("primary"),
    ];
    if tests {
        columns.push(Column::number("test"));
    }
    if marks {
        columns.push(Column::number("mark").selectable());
    }
    columns.push(Column::badge("passed").selectable());
    columns.push(Column::text("journal"));
    if marks {
        columns.push(Column::badge("verdict").selectable());
        columns.push(Column::text("exam_mark").off());
    }
    let rows = opened.lines.iter().map(|it| row(member, opened, it));
    List::new("exams.results", columns).rows(rows)
}

fn row(member: &Member, opened: &Opened, it: &Line) -> Row {
    let kind = opened.exam.fields.kind;
    let class = opened.classes.iter().find(|class| class.id == it.class);
    let turnout = match it.entry.turnout {
        Turnout::Unset => Cell::empty(),
        other => Cell::word(format!("exams.turnout.{}", other.code())),
    };
    let mut cells = vec![
        Cell::text(&it.name),
        Cell::text(class.map(curriculum::Class::name).unwrap_or_default()),
        turnout,
        Cell::text(&it.entry.variant),
        Cell::or_empty(it.entry.primary, Cell::number),
    ];
    if kind.has_test_scores() {
        cells.push(Cell::or_empty(it.outcome.test, Cell::number));
    }
    if kind.has_marks() {
        cells.push(Cell::or_empty(it.outcome.mark, Cell::number));
    }
    cells.push(Cell::or_empty(it.outcome.passed, |passed| {
        if passed {
            Cell::badge(Tone::Ok, "exams.passed")
        } else {
            Cell::badge(Tone::Bad, "exams.failed")
        }
    }));
    cells.push(Cell::text(&it.journal));
    if kind.has_marks() {
        cells.push(Cell::or_empty(it.verdict, |verdict| {
            let tone = match verdict {
                Verdict::Confirmed => Tone::Ok,
                Verdict::Raised => Tone::Plain,
                Verdict::Lowered => Tone::Warn,
            };
            Cell::badge(tone, format!("exams.verdict.{}", verdict.code()))
        }));
        cells.push(Cell::text(&it.exam_mark));
    }
    let row = Row::new(&it.pupil, cells);
    if it.entry.turnout == Turnout::Unset {
        return row;
    }
    row.href(member.path(&format!(
        "/study/exams/{}/pupils/{}",
        opened.exam.id, it.pupil
    )))
}

pub(super) async fn transfer(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, class)): Path<(String, ExamId, ClassId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let done = it.exams.transfer(&member.actor, id, class, today).await?;
    let code = if done.locked + done.other == 0 {
        Flash::done("exams.flash.transferred")
    } else {
        Flash::warning("exams.flash.transferred-but")
    };
    let flash = code
        .with("taken", &done.taken)
        .with("same", &done.same)
        .with("other", &done.other)
        .with("locked", &done.locked);
    let path = member.path(&format!("/study/exams/{id}"));
    Ok(Go::to(path).say(&flash).into_response())
}

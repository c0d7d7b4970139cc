//! Reports of one pupil's lessons one by one: §1.15 «Отчёт об успеваемости и
//! посещаемости ученика», a day a column, and §1.16 «Отчёт об успеваемости
//! ученика», a work a line.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use curriculum::{Subject, WorkKindId};
use journal::{Attendance, DOT, FinalValue, MarkSum, PupilLesson, Slot};
use kernel::SubjectId;

use crate::{Cell, Column, Label, Line, Report, Section, Term};

/// The lessons of a pupil with what is shown beside them.
#[derive(Clone, Debug)]
pub(crate) struct PupilLessons {
    /// By name.
    pub(crate) subjects: Vec<Subject>,
    pub(crate) lessons: Vec<PupilLesson>,
    /// Periods that the days touch; their averages stand at the end.
    pub(crate) terms: Vec<Term>,
    pub(crate) finals: HashMap<(SubjectId, Slot), FinalValue>,
    pub(crate) kinds: HashMap<WorkKindId, String>,
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8",
    "month-9", "month-10", "month-11", "month-12",
];

pub(crate) fn pupil_total(of: &PupilLessons) -> Report {
    // A day without anything to show is no column.
    let days: BTreeSet<NaiveDate> = of
        .lessons
        .iter()
        .filter(|it| !it.works.is_empty() || it.attendance != Attendance::Present)
        .map(|it| it.lesson.held_on)
        .collect();
    let mut columns = vec![Column::text("subject")];
    columns.extend(days.iter().map(|it| Column {
        label: Label::Text(format!("{:02}", it.day())),
        group: Some(Label::Word(MONTHS[it.month0() as usize])),
        // «35» are two marks.
        number: false,
    }));
    let slot = |it: &Term| Column {
        label: Label::Slot(it.slot),
        group: Some(Label::Word("average")),
        number: true,
    };
    columns.extend(of.terms.iter().map(slot));
    columns.extend(of.terms.iter().map(|it| Column {
        group: Some(Label::Word("final")),
        ..slot(it)
    }));
    columns.push(Column::number("all-days"));
    let lines = of
        .subjects
        .iter()
        .map(|it| total_line(of, it.id, &it.name, &days));
    Report {
        columns,
        sections: vec![Section {
            title: None,
            lines: lines.collect(),
        }],
        ..Report::default()
    }
}

fn total_line(
    of: &PupilLessons,
    subject: SubjectId,
    name: &str,
    days: &BTreeSet<NaiveDate>,
) -> Line {
    let lessons = || {
        of.lessons
            .iter()
            .filter(move |it| it.lesson.subject == subject)
    };
    let mut cells = vec![Cell::text(name)];
    cells.extend(days.iter().map(|day| {
        let texts = lessons().filter(|it| it.lesson.held_on == *day);
        let texts: Vec<String> = texts.flat_map(shown).collect();
        Cell::text(joined(&texts))
    }));
    let sum = |here: &dyn Fn(NaiveDate) -> bool| -> MarkSum {
        let works = lessons().filter(|it| here(it.lesson.held_on));
        works.flat_map(|it| &it.works).map(|it| it.sum).sum()
    };
    cells.extend(of.terms.iter().map(|term| {
        let here = |day| (term.starts_on..=term.ends_on).contains(&day);
        average_cell(&sum(&here))
    }));
    cells.extend(of.terms.iter().map(|term| {
        let set = of.finals.get(&(subject, term.slot));
        set.map_or(Cell::EMPTY, |it| Cell::mark(it.text()))
    }));
    cells.push(average_cell(&sum(&|_| true)));
    Line::plain(cells)
}

fn average_cell(sum: &MarkSum) -> Cell {
    sum.average()
        .map_or(Cell::EMPTY, |it| Cell::share(Some(it)))
}

/// Absence and marks of a lesson as short texts: «НП», «4», «.».
fn shown(lesson: &PupilLesson) -> Vec<String> {
    let absence = lesson.attendance.code();
    let absence = (!absence.is_empty()).then(|| absence.to_owned());
    let marks = lesson.works.iter().map(|it| {
        let text = it.mark.text();
        if text == DOT { "." } else { text }.to_owned()
    });
    absence.into_iter().chain(marks).collect()
}

/// «35» for two marks; with a space where one is longer than a digit.
fn joined(texts: &[String]) -> String {
    let short = texts.iter().all(|it| it.chars().count() == 1);
    texts.join(if short { "" } else { " " })
}

pub(crate) fn pupil_marks(of: &PupilLessons) -> Report {
    let works = of
        .lessons
        .iter()
        .flat_map(|lesson| lesson.works.iter().map(move |it| (lesson, it)));
    let mut sum = MarkSum::default();
    let mut lines: Vec<Line> = vec![];
    for (lesson, it) in works {
        sum += it.sum;
        let kind = of.kinds.get(&it.kind).map_or("", String::as_str);
        lines.push(Line::plain(vec![
            Cell::text(kind),
            Cell::text(&it.topic),
            Cell::date(it.due_on.unwrap_or(lesson.lesson.held_on)),
            Cell::date(it.set_at.date_naive()),
            Cell::mark(it.mark.text()),
            Cell::mark(&it.weight.normalize().to_string().replace('.', ",")),
        ]));
    }
    if !lines.is_empty() {
        lines.push(Line::sum(vec![
            Cell::word("mean-of-marks"),
            Cell::EMPTY,
            Cell::EMPTY,
            Cell::EMPTY,
            Cell::share(sum.average()),
            Cell::EMPTY,
        ]));
    }
    let columns = ["work-kind", "work-topic", "work-due", "work-set"].map(Column::text);
    let mut columns = columns.to_vec();
    columns.extend(["mark", "weight"].map(Column::number));
    Report {
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

//! The sheets of a journal on paper.

use std::{collections::HashMap, ops::Range};

use curriculum::{Frame, Period};
use journal::{Column, Grid, GridRow, Locked, Missed, Slot, Summary};
use kernel::{PersonId, decimal::show2};
use web::{
    Views,
    paper::{Align, Block, Grid as Table},
};

use crate::output::slot_name;

/// So many columns of marks fit on the long side of a sheet.
const A_SHEET: usize = 20;

/// The first lines: whose journal of what.
pub(super) fn title(views: &Views, frame: &Frame, term: Option<&Period>) -> Vec<Block> {
    let word = |key: &str| views.word(&format!("reporting.{key}"));
    let year = |day: chrono::NaiveDate| day.format("%Y").to_string();
    let (first, last) = (frame.year.starts_on, frame.year.ends_on);
    let period = term.map_or(Slot::YEAR, Slot::of);
    let rows = vec![
        (word("about.class"), frame.class.name()),
        (
            word("about.year"),
            format!("{}/{}", year(first), year(last)),
        ),
        (word("about.period"), slot_name(views, period)),
        (word("archive.subjects"), frame.subjects.len().to_string()),
    ];
    let heading = format!("{}: {}", word("archive.journal"), frame.class.name());
    vec![Block::heading(heading), Block::Fields { rows }]
}

/// A subject: marks in sheets of some twenty columns, then its lessons.
pub(super) fn subject(views: &Views, grid: &Grid) -> Vec<Block> {
    let mut blocks = vec![Block::Page, heading(&grid.subject.name)];
    if !grid.teachers.is_empty() {
        blocks.push(Block::text(grid.teachers.join(", ")));
    }
    if grid.columns.is_empty() {
        blocks.push(Block::text(views.word("reporting.archive.no-lessons")));
        return blocks;
    }
    let parts = parts(&grid.columns);
    let last = parts.len().saturating_sub(1);
    let mut first = 0;
    for (place, columns) in parts.into_iter().enumerate() {
        let count: usize = columns.iter().map(|it| it.works.len()).sum();
        let table = marks(views, grid, columns, first..first + count, place == last);
        blocks.push(Block::Table(table));
        first += count;
    }
    blocks.push(Block::Table(lessons(views, &grid.columns)));
    blocks
}

/// The lessons in sheets of like width; the works of a lesson stay together.
fn parts(columns: &[Column]) -> Vec<&[Column]> {
    let mut parts = vec![];
    let all: usize = columns.iter().map(|it| it.works.len()).sum();
    let most = all.div_ceil(all.div_ceil(A_SHEET).max(1));
    let (mut first, mut count) = (0, 0);
    for (at, column) in columns.iter().enumerate() {
        if count + column.works.len() > most && at > first {
            parts.push(&columns[first..at]);
            (first, count) = (at, 0);
        }
        count += column.works.len();
    }
    if first < columns.len() {
        parts.push(&columns[first..]);
    }
    parts
}

fn marks(views: &Views, grid: &Grid, columns: &[Column], range: Range<usize>, last: bool) -> Table {
    let mut head = vec![(views.word("reporting.col.pupil"), false)];
    let mut begins_lesson = vec![];
    for column in columns {
        for (place, work) in column.works.iter().enumerate() {
            let day = column.held_on.format("%d.%m");
            head.push((format!("{day} {}", work.abbr).trim().to_owned(), true));
            begins_lesson.push(place == 0);
        }
    }
    if last {
        head.push((views.word("reporting.col.average"), true));
        head.push((views.word("reporting.archive.final"), true));
    }
    let row = |it: &GridRow| {
        let mut cells = vec![it.name.clone()];
        let own = it.cells.get(range.clone()).unwrap_or_default();
        cells.extend(own.iter().zip(&begins_lesson).map(|(cell, begins)| {
            if cell.locked == Some(Locked::NotEnrolled) {
                return String::new();
            }
            let absence = match (begins, grid.letters) {
                (false, _) => "",
                (true, true) => cell.attendance.letter(),
                (true, false) => cell.attendance.code(),
            };
            format!("{absence} {}", cell.mark).trim().to_owned()
        }));
        if last {
            cells.push(it.average.map(show2).unwrap_or_default());
            cells.push(it.final_mark.clone());
        }
        cells
    };
    Table::new(head, grid.rows.iter().map(row).collect())
}

fn lessons(views: &Views, columns: &[Column]) -> Table {
    let head = ["date", "number", "topic", "homework", "works"];
    let head = head.map(|it| {
        let label = views.word(&format!("reporting.archive.{it}"));
        (label, it == "number")
    });
    let row = |it: &Column| {
        let topic = if it.cancelled {
            views.word("reporting.archive.cancelled")
        } else {
            it.topic.clone()
        };
        let homework = if it.no_homework {
            views.word("reporting.archive.no-homework")
        } else {
            it.homework.clone()
        };
        let works = it.works.iter().filter(|it| it.work.is_some());
        let works: Vec<&str> = works.map(|it| it.name.as_str()).collect();
        vec![
            it.held_on.format("%d.%m.%Y").to_string(),
            it.number.to_string(),
            topic,
            homework,
            works.join(", "),
        ]
    };
    Table::new(head.into(), columns.iter().map(row).collect())
}

/// «Сводная ведомость учёта успеваемости».
pub(super) fn summary(views: &Views, it: &Summary) -> Vec<Block> {
    if it.without_marks() || it.shown.is_empty() {
        return vec![];
    }
    let mut head = vec![
        (views.word("reporting.col.pupil"), false),
        (views.word("reporting.about.period"), false),
    ];
    head.extend(it.subjects.iter().map(|it| (it.short_name.clone(), true)));
    head.push((views.word("reporting.col.average"), true));
    let mut rows = vec![];
    for pupil in &it.rows {
        for (slot, line) in it.shown.iter().zip(&pupil.lines) {
            let mut cells = vec![pupil.name.clone(), slot_name(views, *slot)];
            let marks = line.marks.iter();
            cells.extend(marks.map(|it| it.as_ref().map_or("", |it| it.text()).to_owned()));
            cells.push(line.average.map(show2).unwrap_or_default());
            rows.push(cells);
        }
    }
    let title = views.word("reporting.archive.summary");
    let table = Table::new(head, rows);
    vec![Block::Page, heading(&title), Block::Table(table)]
}

/// Lessons missed in each period: all, and those of them for illness.
pub(super) fn missed(
    views: &Views,
    of: &Summary,
    names: &[String],
    missed: &[HashMap<PersonId, Missed>],
) -> Vec<Block> {
    let mut head = vec![(views.word("reporting.col.pupil"), false)];
    for name in names {
        for column in ["all", "ill"] {
            let label = views.word(&format!("reporting.col.{column}"));
            head.push((format!("{name}: {label}"), true));
        }
    }
    let row = |it: &journal::SummaryRow| {
        let mut cells = vec![it.name.clone()];
        for term in missed {
            let own = term.get(&it.pupil).copied().unwrap_or_default();
            cells.push(own.all().to_string());
            cells.push(own.ill.to_string());
        }
        cells
    };
    let title = views.word("reporting.group.missed");
    let table = Table::new(head, of.rows.iter().map(row).collect());
    vec![Block::Page, heading(&title), Block::Table(table)]
}

pub(super) fn signs(views: &Views) -> Block {
    let rows = ["class-teacher", "deputy"];
    Block::Signs {
        rows: rows
            .map(|it| (views.word(&format!("reporting.sign.{it}")), String::new()))
            .into(),
    }
}

fn heading(text: &str) -> Block {
    Block::Heading {
        level: 2,
        text: text.to_owned(),
        align: Align::Left,
    }
}

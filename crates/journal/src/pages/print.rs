//! The journal on paper, as paper journals are: pupils and marks on the left
//! page, topics and homework on the right one (`ux.md` §4.12, JRN-8).

use axum::{extract::State, response::Html};
use chrono::{Datelike, NaiveDate};
use kernel::{ClassId, SubjectId, decimal::show2};
use serde::Serialize;
use web::{Failure, Member, Path, Query};

use super::{
    Pages,
    grid::GridQuery,
    view::{TermLink, cell_text, terms},
};
use crate::{Column, Grid, GridSpan};

/// So many columns of marks fit on a page.
const A_PAGE: usize = 24;

#[derive(Serialize)]
struct PrintPage {
    class: String,
    subject: String,
    teachers: String,
    group: Option<String>,
    year: String,
    /// `None` for the whole year.
    term: Option<TermLink>,
    grid_href: String,
    sheets: Vec<Sheet>,
    without_marks: bool,
}

/// A left and a right page.
#[derive(Serialize)]
struct Sheet {
    lessons: Vec<LessonLine>,
    rows: Vec<Row>,
    columns: usize,
    /// Averages and final marks stand on the last one.
    last: bool,
}

#[derive(Serialize)]
struct LessonLine {
    held_on: NaiveDate,
    topic: String,
    homework: String,
    no_homework: bool,
    cancelled: bool,
    works: Vec<WorkLine>,
}

#[derive(Serialize)]
struct WorkLine {
    abbr: String,
    name: String,
    /// Where it is not 1.
    weight: Option<String>,
    topic: String,
}

#[derive(Serialize)]
struct Row {
    name: String,
    left_on: Option<NaiveDate>,
    cells: Vec<Mark>,
    average: String,
    final_mark: String,
}

#[derive(Serialize)]
struct Mark {
    text: String,
    /// Not in the class on that day.
    out: bool,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<GridQuery>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let mut open = query.open(class, subject, today);
    if open.span.days().is_none() {
        open.span = GridSpan::All;
    }
    let grid = it.journal.grid(&member.actor, open).await?;
    let back = format!("/journal/{class}/{subject}{}", query.address());
    let page = view(&grid, member.path(&back));
    Ok(it.views.page(&member.visit, "journal/print.html", &page)?)
}

fn view(grid: &Grid, grid_href: String) -> PrintPage {
    let parts = parts(&grid.columns);
    let last = parts.len().saturating_sub(1);
    let mut first = 0;
    let sheets = parts
        .into_iter()
        .enumerate()
        .map(|(at, columns)| {
            let count = columns.iter().map(|it| it.works.len()).sum();
            let sheet = Sheet {
                lessons: columns.iter().map(lesson).collect(),
                rows: rows(grid, columns, first),
                columns: count,
                last: at == last,
            };
            first += count;
            sheet
        })
        .collect();
    let group = grid.groups.iter().find(|it| Some(it.id) == grid.group);
    PrintPage {
        class: grid.class.name(),
        subject: grid.subject.name.clone(),
        teachers: grid.teachers.join(", "),
        group: group.map(|it| it.name.clone()),
        year: format!("{}/{}", grid.year.0.year(), grid.year.1.year()),
        term: terms(&grid.terms, grid.term, |_| String::new())
            .into_iter()
            .find(|it| it.current),
        grid_href,
        sheets,
        without_marks: grid.without_marks(),
    }
}

/// The lessons in pages; the works of a lesson stay together.
fn parts(columns: &[Column]) -> Vec<&[Column]> {
    let mut parts = vec![];
    let (mut first, mut count) = (0, 0);
    for (at, column) in columns.iter().enumerate() {
        if count + column.works.len() > A_PAGE && at > first {
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

fn lesson(it: &Column) -> LessonLine {
    LessonLine {
        held_on: it.held_on,
        topic: it.topic.clone(),
        homework: it.homework.clone(),
        no_homework: it.no_homework,
        cancelled: it.cancelled,
        works: it
            .works
            .iter()
            .map(|it| WorkLine {
                abbr: it.abbr.clone(),
                name: it.work.map_or_else(String::new, |_| it.name.clone()),
                weight: (it.work.is_some() && it.weight != rust_decimal::Decimal::ONE)
                    .then(|| it.weight.normalize().to_string().replace('.', ",")),
                topic: it.topic.clone(),
            })
            .collect(),
    }
}

fn rows(grid: &Grid, columns: &[Column], first: usize) -> Vec<Row> {
    let places: Vec<usize> = columns.iter().flat_map(|it| 0..it.works.len()).collect();
    grid.rows
        .iter()
        .map(|row| Row {
            name: row.name.clone(),
            left_on: row.left_on,
            cells: places
                .iter()
                .zip(row.cells.iter().skip(first))
                .map(|(place, cell)| Mark {
                    text: cell_text(cell, *place == 0, grid.letters),
                    out: cell.locked == Some(crate::Locked::NotEnrolled),
                })
                .collect(),
            average: row.average.map(show2).unwrap_or_default(),
            final_mark: row.final_mark.clone(),
        })
        .collect()
}

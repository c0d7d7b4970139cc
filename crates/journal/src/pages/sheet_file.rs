//! The journal as a workbook to fill at home, and back (`ux.md` §4.9): what
//! comes back is shown before it is written, by the page that sent it.

use axum::{extract::State, response::Response};
use kernel::{ClassId, Fault, SubjectId};
use serde::Serialize;
use web::{
    Failure, Json, Member, Path, Query,
    import::{RawValue, Upload, rows},
    table::{Book, Value},
};

use super::{Pages, grid::GridQuery, view::cell_text};
use crate::{Column, Grid};

/// In the first row and column of the workbook.
const KEY: &str = "zvonok";
/// The code of a file that is none of ours.
const NOT_OURS: &str = "journal.not-our-sheet";

pub(super) async fn download(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<GridQuery>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let open = query.open(class, subject, today);
    let grid = it.journal.grid(&member.actor, open).await?;
    let word = |key: &str| it.views.word(key);
    book(&grid, word).xlsx(&it.views, &member.visit)
}

fn book(grid: &Grid, word: impl Fn(&str) -> String) -> Book {
    let open: Vec<(&Column, usize)> = grid
        .columns
        .iter()
        .filter(|it| !it.cancelled)
        .flat_map(|it| (0..it.works.len()).map(move |work| (it, work)))
        .collect();
    let mut keys = vec![KEY.to_owned(), String::new()];
    let mut head = vec![String::new(), word("journal.pupil")];
    for (column, work) in &open {
        let Some(it) = column.works.get(*work) else {
            continue;
        };
        let id = it.work.map(|it| format!("-{it}")).unwrap_or_default();
        keys.push(format!("{}{id}", column.lesson));
        let day = column.held_on.format("%d.%m");
        head.push(format!("{day} {}", it.abbr).trim().to_owned());
    }
    let places: Vec<(bool, bool)> = grid
        .columns
        .iter()
        .flat_map(|it| (0..it.works.len()).map(|work| (it.cancelled, work == 0)))
        .collect();
    let rows = grid
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![
                Value::Text(row.pupil.to_string()),
                Value::Text(row.name.clone()),
            ];
            let marks = row.cells.iter().zip(&places);
            let marks = marks.filter(|(_, (cancelled, _))| !cancelled);
            cells
                .extend(marks.map(|(cell, (_, first))| Value::Text(cell_text(cell, *first, true))));
            cells
        })
        .collect();
    Book {
        name: format!("journal-{}-{}", grid.class.id, grid.subject.id),
        title: format!("{}, {}", grid.class.name(), grid.subject.name),
        head,
        rows,
        pinned: 2,
        keys,
    }
}

/// What a workbook says, as the preview of the page reads it.
#[derive(Serialize)]
pub(super) struct Filled {
    /// Of each column: lesson and work.
    columns: Vec<FilledColumn>,
    rows: Vec<FilledRow>,
    /// Why the file cannot be read.
    fault: Option<String>,
}

#[derive(Serialize)]
struct FilledColumn {
    lesson: i64,
    work: Option<i64>,
}

#[derive(Serialize)]
struct FilledRow {
    pupil: i64,
    values: Vec<String>,
}

/// Reads a workbook that [`download`] gave out. Nothing is written: the page
/// shows what would be, and sends its operations.
pub(super) async fn upload(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    sent: Upload,
) -> Result<Json<Filled>, Failure> {
    let today = it.today(&member.visit);
    // Who may not see the journal is told nothing of the file either.
    let open = GridQuery::default().open(class, subject, today);
    it.journal.grid(&member.actor, open).await?;
    let read = tokio::task::spawn_blocking(move || filled(&sent.bytes)).await;
    let code = match read {
        Ok(Ok(filled)) => return Ok(Json(filled)),
        Ok(Err(code)) => code,
        Err(_) => NOT_OURS,
    };
    Ok(Json(Filled {
        columns: vec![],
        rows: vec![],
        fault: Some(it.views.word(&format!("fault.{code}"))),
    }))
}

fn filled(bytes: &[u8]) -> Result<Filled, &'static str> {
    let mut rows = rows(bytes).map_err(|why| why.code())?.into_iter();
    let keys: Vec<String> = rows
        .next()
        .map(|it| it.cells.iter().map(RawValue::show).collect())
        .unwrap_or_default();
    if keys.first().map(String::as_str) != Some(KEY) {
        return Err(NOT_OURS);
    }
    // Columns that somebody added on the right say nothing.
    let keys = keys.iter().skip(2).take_while(|it| !it.is_empty());
    let columns: Option<Vec<FilledColumn>> = keys.map(|it| column(it)).collect();
    let columns = columns.ok_or(NOT_OURS)?;
    let rows = rows
        .filter_map(|row| {
            let mut texts = row.cells.iter().map(RawValue::show);
            let pupil = texts.next()?.parse().ok()?;
            let values = texts.skip(1).take(columns.len()).collect();
            Some(FilledRow { pupil, values })
        })
        .collect();
    Ok(Filled {
        rows,
        columns,
        fault: None,
    })
}

/// `512-77`, or `512` for a lesson without works.
fn column(key: &str) -> Option<FilledColumn> {
    let (lesson, work) = match key.split_once('-') {
        None => (key, None),
        Some((lesson, work)) => (lesson, Some(work.parse().ok()?)),
    };
    Some(FilledColumn {
        lesson: lesson.parse().ok()?,
        work,
    })
}

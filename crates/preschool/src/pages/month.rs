//! The sheet of a month as a table that is a form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{ClassId, Fault, Kind};
use serde::Serialize;
use web::{
    Failure, Flash, Go, Member, Path, TableQuery,
    form::Raw,
    table::{As, Cell, Column, List, Row, respond},
};

use super::{
    Pages, asked_month,
    view::{SheetView, field, joined},
};
use crate::{CellChange, Error, Month, Saved, Sheet};

const TEMPLATE: &str = "preschool/sheet.html";

#[derive(Serialize)]
struct Page {
    sheet: SheetView,
    /// The key of the fault above the form.
    fault: Option<String>,
}

#[derive(Serialize)]
struct HistoryPage {
    sheet: SheetView,
    changes: Vec<ChangeView>,
}

#[derive(Serialize)]
struct ChangeView {
    at: DateTime<Utc>,
    by: String,
    child: String,
    day: NaiveDate,
    old: String,
    new: String,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let month = query.param("month").and_then(Month::parse);
    let told = it
        .preschool
        .month(&member.actor, class, month, today)
        .await?;
    let page = Page {
        sheet: SheetView::of(&member, &told, today),
        fault: None,
    };
    if query.shown_as != As::Page {
        let list = list(&told.sheet);
        return respond(&it.views, &member.visit, TEMPLATE, &list, &query, &page);
    }
    it.show(&member.visit, TEMPLATE, &page)
}

/// The columns of the days; words under `preschool.sheet.col.d1` …
const DAYS: [&str; 31] = [
    "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15",
    "d16", "d17", "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25", "d26", "d27", "d28",
    "d29", "d30", "d31",
];

fn list(sheet: &Sheet) -> List {
    let mut columns = vec![Column::text("name")];
    columns.extend(
        DAYS.iter()
            .take(sheet.days.len())
            .map(|it| Column::text(it)),
    );
    columns.extend(["attended", "missed", "payable"].map(Column::number));
    columns.push(Column::text("reasons"));
    let row = |it: &crate::SheetRow| {
        let mut cells = vec![Cell::text(&it.name)];
        let signs = it.cells.iter();
        cells.extend(signs.map(|it| Cell::text(it.clone().unwrap_or_default())));
        let tally = &it.tally;
        cells.extend([tally.attended, tally.missed, tally.payable].map(Cell::number));
        let reasons = tally.by_sign.iter();
        let reasons: Vec<String> = reasons.map(|(sign, n)| format!("{sign} {n}")).collect();
        cells.push(Cell::text(reasons.join(", ")));
        Row::new(&it.pupil, cells)
    };
    List::new("preschool.sheet", columns)
        .without_search()
        .rows(sheet.rows.iter().map(row))
}

/// What was touched in the table.
fn touched(raw: &Raw, sheet: &Sheet) -> Vec<CellChange> {
    let mut changes = vec![];
    for row in &sheet.rows {
        let now = joined(row);
        let was = raw.get(&format!("w.{}", row.pupil)).unwrap_or(&now);
        let was: Vec<&str> = was.split(',').collect();
        for it in &sheet.days {
            let Some(typed) = raw.get(&field(row.pupil, it.day)) else {
                continue;
            };
            let at = usize::try_from(it.day.day0()).unwrap_or_default();
            let was = was.get(at).copied().unwrap_or_default();
            if typed != was {
                changes.push(CellChange {
                    pupil: row.pupil,
                    day: it.day,
                    typed: typed.to_owned(),
                    was: was.to_owned(),
                });
            }
        }
    }
    changes
}

impl SheetView {
    /// The table as it was typed, over what is there now.
    fn typed(&mut self, raw: &Raw, stale: bool) {
        for row in &mut self.rows {
            let now = row.was.clone();
            for (at, cell) in (1..).zip(&mut row.cells) {
                if let Some(typed) = raw.get(&format!("c.{}.{at}", row.id)) {
                    typed.clone_into(&mut cell.sign);
                }
            }
            // Saved again, it goes over what is there now.
            row.was = match raw.get(&format!("w.{}", row.id)) {
                Some(was) if !stale => was.to_owned(),
                _ => now,
            };
        }
    }
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let told = it
        .preschool
        .month(&member.actor, class, asked_month(&raw), today)
        .await?;
    let month = told.sheet.month;
    let changes = touched(&raw, &told.sheet);
    let saved = it
        .preschool
        .save(&member.actor, class, month, &changes, today)
        .await;
    let mut page = Page {
        sheet: SheetView::of(&member, &told, today),
        fault: None,
    };
    let mut stale = false;
    match saved {
        Ok(Saved::Done(count)) => {
            let flash = Flash::done("preschool.flash.saved").with("count", &count);
            return Ok(back(&member, class, month, &flash));
        }
        Ok(Saved::Stale(cells)) => {
            stale = true;
            // What others wrote in cells that were not touched is kept.
            let now = it
                .preschool
                .month(&member.actor, class, Some(month), today)
                .await?;
            page.sheet = SheetView::of(&member, &now, today);
            page.sheet.touch(&changes);
            page.sheet.tell_stale(&cells);
        }
        Ok(Saved::Wrong(cells)) => {
            page.sheet.typed(&raw, false);
            page.sheet.refuse(&cells);
        }
        Err(error) => {
            page.fault = Some(shown(error)?);
            page.sheet.typed(&raw, false);
            stale = true;
        }
    }
    it.again(&member.visit, TEMPLATE, &page, stale)
}

impl SheetView {
    /// The cells that were typed into, over what is there now.
    fn touch(&mut self, changes: &[CellChange]) {
        for it in changes {
            let row = self.rows.iter_mut().find(|row| row.id == it.pupil);
            let at = usize::try_from(it.day.day0()).unwrap_or_default();
            if let Some(cell) = row.and_then(|row| row.cells.get_mut(at)) {
                it.typed.clone_into(&mut cell.sign);
            }
        }
    }
}

/// The key of what is told above the form; everything else passes.
fn shown(error: Error) -> Result<String, Failure> {
    match error.kind() {
        Kind::Conflict | Kind::Invalid => Ok(error.code().to_owned()),
        _ => Err(error.into()),
    }
}

fn back(member: &Member, class: ClassId, month: Month, flash: &Flash) -> Response {
    let path = format!("/preschool/{class}?month={}", month.code());
    Go::to(member.path(&path)).say(flash).into_response()
}

pub(super) async fn hand_in(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let told = it
        .preschool
        .month(&member.actor, class, asked_month(&raw), today)
        .await?;
    let month = told.sheet.month;
    let done = it
        .preschool
        .hand_in(&member.actor, class, month, today)
        .await;
    let Err(error) = done else {
        let flash = Flash::done("preschool.flash.handed-in");
        return Ok(back(&member, class, month, &flash));
    };
    it.refused(&member, &told, error)
}

pub(super) async fn reopen(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let told = it
        .preschool
        .month(&member.actor, class, asked_month(&raw), today)
        .await?;
    let month = told.sheet.month;
    let reason = raw.get("reason").unwrap_or_default();
    let done = it
        .preschool
        .reopen(&member.actor, class, month, reason)
        .await;
    let Err(error) = done else {
        let flash = Flash::done("preschool.flash.reopened");
        return Ok(back(&member, class, month, &flash));
    };
    it.refused(&member, &told, error)
}

impl Pages {
    /// The sheet with what was refused above it.
    fn refused(
        &self,
        member: &Member,
        told: &crate::Told,
        error: Error,
    ) -> Result<Response, Failure> {
        let stale = error.kind() == Kind::Conflict;
        let page = Page {
            sheet: SheetView::of(member, told, self.today(&member.visit)),
            fault: Some(shown(error)?),
        };
        self.again(&member.visit, TEMPLATE, &page, stale)
    }
}

pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let told = it
        .preschool
        .month(&member.actor, class, asked_month(&raw), today)
        .await?;
    let page = Page {
        sheet: SheetView::of(&member, &told, today),
        fault: None,
    };
    it.show(&member.visit, "preschool/print.html", &page)
}

pub(super) async fn history(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let (sheet, changes) = it
        .preschool
        .history(&member.actor, class, asked_month(&raw), today)
        .await?;
    let base = member.path(&format!("/preschool/{class}"));
    let changes = changes.into_iter().map(|it| ChangeView {
        at: it.at,
        by: it.by,
        child: it.child,
        day: it.day,
        old: it.old,
        new: it.new,
    });
    let page = HistoryPage {
        sheet: SheetView::of_sheet(base, &sheet, today),
        changes: changes.collect(),
    };
    it.show(&member.visit, "preschool/history.html", &page)
}

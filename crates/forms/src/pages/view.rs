//! A table of a form as its page shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use web::Views;

use crate::{
    Content, Line, Section, Version,
    expr::Place,
    sheet::{Failed, Figures, Jump, Origin, Sheet},
};

/// A tab of a section.
#[derive(Serialize)]
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) current: bool,
}

#[derive(Serialize)]
pub(super) struct TableView {
    code: String,
    title: String,
    note: String,
    provenance: &'static str,
    cols: Vec<LineView>,
    rows: Vec<RowView>,
    /// There is something to write into.
    pub(super) writes: bool,
}

#[derive(Serialize)]
struct LineView {
    code: String,
    title: String,
    verify: bool,
}

#[derive(Serialize)]
struct RowView {
    line: LineView,
    cells: Vec<CellView>,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a template asks, not a state"
)]
struct CellView {
    place: String,
    text: String,
    href: Option<String>,
    origin: &'static str,
    /// What is said of it besides: corrected, changed, far from last year.
    notes: Vec<String>,
    failed: bool,
    jump: bool,
    changed: bool,
    /// It is written into.
    input: bool,
}

/// What a table shows besides figures.
#[derive(Default)]
pub(super) struct Around<'a> {
    /// What the figures would be without corrections.
    pub(super) computed: Option<&'a Figures>,
    pub(super) corrected: BTreeSet<String>,
    pub(super) changed: Option<&'a BTreeMap<String, Option<i64>>>,
    pub(super) before: Option<&'a Figures>,
    pub(super) failed: &'a [Failed],
    /// Begins the address of a cell; ends in `at=`.
    pub(super) cell: Option<String>,
    pub(super) edits: bool,
}

fn line(it: &Line) -> LineView {
    LineView {
        code: it.code.clone(),
        title: it.title.clone(),
        verify: it.verify,
    }
}

impl TableView {
    pub(super) fn of(
        views: &Views,
        section: &Section,
        figures: &Figures,
        around: &Around<'_>,
    ) -> Self {
        let rows = section
            .rows
            .iter()
            .zip(&section.cells)
            .map(|(row, contents)| {
                let cells = section.cols.iter().zip(contents).map(|(col, content)| {
                    let place = Place::new(&section.code, &row.code, &col.code).to_string();
                    around.cell(views, place, content, figures)
                });
                RowView {
                    line: line(row),
                    cells: cells.collect(),
                }
            });
        let rows: Vec<RowView> = rows.collect();
        Self {
            code: section.code.clone(),
            title: section.title.clone(),
            note: section.note.clone(),
            provenance: section.provenance.code(),
            cols: section.cols.iter().map(line).collect(),
            writes: rows.iter().any(|it| it.cells.iter().any(|it| it.input)),
            rows,
        }
    }
}

impl Around<'_> {
    fn cell(&self, views: &Views, place: String, content: &Content, figures: &Figures) -> CellView {
        let figure = figures.get(&place).copied();
        let mut notes = vec![];
        let mut say = |key: &str, args: &[(&str, String)]| {
            let args = args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()));
            notes.push(views.phrase(&format!("forms.cell.{key}"), &args.collect()));
        };
        let corrected = self.corrected.contains(&place) && *content != Content::Manual;
        if corrected {
            let computed = self.computed.and_then(|it| it.get(&place));
            say(
                "corrected",
                &[("n", computed.map_or_else(|| "–".to_owned(), i64::to_string))],
            );
        }
        let changed = self.changed.and_then(|it| it.get(&place));
        if let Some(was) = changed {
            say(
                "changed",
                &[("n", was.map_or_else(|| "–".to_owned(), |it| it.to_string()))],
            );
        }
        let before = self
            .before
            .map(|it| it.get(&place).copied().unwrap_or_default());
        let jump = before
            .zip(figure)
            .and_then(|(before, now)| Jump::between(before, now));
        if let Some(jump) = jump {
            say("jump", &[("n", jump.before.to_string())]);
        }
        let origin = match content {
            Content::Closed => Origin::Closed,
            Content::Manual => Origin::Manual,
            Content::Formula(_) if corrected => Origin::Corrected,
            Content::Formula(it) if it.cells().is_empty() => Origin::Counted,
            Content::Formula(_) => Origin::Sum,
        };
        let input = self.edits && origin == Origin::Manual;
        let closed = origin == Origin::Closed;
        CellView {
            text: figure.map_or_else(String::new, |it| it.to_string()),
            href: self
                .cell
                .as_ref()
                .filter(|_| !closed && !input)
                .map(|it| format!("{it}{place}")),
            origin: origin.code(),
            failed: self.failed.iter().any(|it| it.at == place),
            jump: jump.is_some(),
            changed: changed.is_some(),
            notes,
            input,
            place,
        }
    }
}

/// A check that does not hold, with the cell it leads to.
#[derive(Serialize)]
pub(super) struct FailedView {
    text: String,
    place: String,
    href: String,
    weak: bool,
}

/// What does not hold; `section` makes the address of a section.
pub(super) fn failed(
    views: &Views,
    failed: &[Failed],
    section: impl Fn(&str) -> String,
) -> Vec<FailedView> {
    let view = |it: &Failed| {
        let args = [
            ("left", it.left.to_string()),
            ("sign", it.sign.clone()),
            ("right", it.right.to_string()),
        ];
        let args = args.map(|(name, value)| (name.to_owned(), value));
        let fault = views.phrase("forms.check.stands", &args.into());
        let code = it.at.split('/').next().unwrap_or_default();
        FailedView {
            text: format!("{}: {fault}", it.text),
            place: it.at.clone(),
            href: format!("{}#c-{}", section(code), anchor(&it.at)),
            weak: it.weak,
        }
    };
    failed.iter().map(view).collect()
}

/// The place as the id of an element.
pub(super) fn anchor(place: &str) -> String {
    place.replace(['/', '.'], "-")
}

/// Tabs of the sections; `href` makes their addresses.
pub(super) fn tabs(version: &Version, current: &str, href: impl Fn(&str) -> String) -> Vec<Tab> {
    let tab = |it: &Section| Tab {
        href: href(&it.code),
        label: it.code.clone(),
        current: it.code == current,
    };
    version.sections.iter().map(tab).collect()
}

/// What every page of a form says of its version.
#[derive(Serialize)]
pub(super) struct VersionView {
    code: String,
    short: String,
    title: String,
    act: String,
    provenance: &'static str,
    note: String,
    year: i32,
    /// The day of the data.
    day: Option<chrono::NaiveDate>,
    replaced_by: Option<String>,
}

impl VersionView {
    pub(super) fn of(version: &Version, year: i32) -> Self {
        let next = version.replaced_by.as_deref();
        let next = next.and_then(|code| crate::version_of(code, year));
        Self {
            code: version.code.clone(),
            short: version.short.clone(),
            title: version.title.clone(),
            act: version.act.clone(),
            provenance: version.provenance.code(),
            note: version.note.clone(),
            year,
            day: version.day_of(year),
            replaced_by: next.map(|it| it.short.clone()),
        }
    }
}

/// So many cells of a section still wait for a figure by hand.
pub(super) fn blanks(sheet: &Sheet<'_>) -> usize {
    sheet
        .version
        .sections
        .iter()
        .map(|it| sheet.blanks(it))
        .sum()
}

//! Versions of forms as data: files of the crate, read once, each cell with
//! what it is worked out from.
//!
//! A cell is what stands in `cells` for it, else the formula of its column,
//! else the formula of its row, else written by hand where row or column say
//! so, else the count of facts that fulfil the conditions of section, row and
//! column together.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    expr::{Around, Cond, Formula, Place, Rule, parse_check, parse_cond, parse_formula},
    fact::Source,
};

mod check;

/// The files, in the order of the list of forms.
const FILES: [(&str, &str); 4] = [
    ("oo-1.toml", include_str!("../versions/oo-1.toml")),
    ("osh-1.toml", include_str!("../versions/osh-1.toml")),
    ("osh-5.toml", include_str!("../versions/osh-5.toml")),
    ("osh-9.toml", include_str!("../versions/osh-9.toml")),
];

static VERSIONS: LazyLock<Vec<Version>> = LazyLock::new(|| {
    // A test reads every file; one that cannot be read would not be offered.
    let read = |it: &(&str, &str)| Version::read(it.1).ok();
    FILES.iter().filter_map(read).collect()
});

/// Where a statement comes from, as the specification marks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The words of the act were seen.
    Seen,
    /// From memory: to be compared with the act in force.
    Verify,
    /// Our own proposal.
    Ours,
}

impl Provenance {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Verify => "verify",
            Self::Ours => "ours",
        }
    }
}

/// A version of a form (RPT-3).
#[derive(Clone, Debug)]
pub struct Version {
    /// `oo-1`
    pub code: String,
    /// «ОО-1»
    pub short: String,
    pub title: String,
    /// The legal act that it follows.
    pub act: String,
    pub provenance: Provenance,
    pub effective_from: NaiveDate,
    /// Every school owes it each year.
    pub required: bool,
    /// Month and day of the data.
    pub day: (u32, u32),
    /// Month and day until which it is handed in, where nobody agreed on another.
    pub due: (u32, u32),
    /// The code of the form that took its place.
    pub replaced_by: Option<String>,
    pub note: String,
    pub sections: Vec<Section>,
    pub checks: Vec<Check>,
}

/// A table of a form.
#[derive(Clone, Debug)]
pub struct Section {
    pub code: String,
    pub title: String,
    pub note: String,
    pub provenance: Provenance,
    pub rows: Vec<Line>,
    pub cols: Vec<Line>,
    /// By row, then by column.
    pub cells: Vec<Vec<Content>>,
}

/// A row or a column.
#[derive(Clone, Debug)]
pub struct Line {
    pub code: String,
    pub title: String,
    pub verify: bool,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Our data do not tell it: it is written by hand.
    Manual,
    /// The form has no figure there («X»).
    Closed,
    Formula(Formula),
}

/// What must hold within a form.
#[derive(Clone, Debug)]
pub struct Check {
    pub text: String,
    pub rule: Rule,
    /// The cell that the message leads to.
    pub at: Place,
    /// Worth a look, and no obstacle.
    pub weak: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    short: String,
    title: String,
    act: String,
    provenance: Provenance,
    effective_from: NaiveDate,
    #[serde(default)]
    required: bool,
    day: String,
    due: String,
    replaced_by: Option<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    columns: BTreeMap<String, Vec<FileLine>>,
    section: Vec<FileSection>,
    #[serde(default)]
    check: Vec<FileCheck>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSection {
    code: String,
    title: String,
    provenance: Provenance,
    #[serde(default)]
    note: String,
    of: Option<String>,
    #[serde(default, rename = "where")]
    cond: String,
    columns: Option<String>,
    #[serde(default)]
    cols: Vec<FileLine>,
    rows: Vec<FileLine>,
    #[serde(default)]
    cells: Vec<FileCell>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    code: String,
    title: String,
    of: Option<String>,
    #[serde(default, rename = "where")]
    cond: String,
    formula: Option<String>,
    #[serde(default)]
    manual: bool,
    #[serde(default)]
    verify: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCell {
    row: String,
    col: String,
    formula: Option<String>,
    #[serde(default)]
    manual: bool,
    #[serde(default)]
    closed: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Each {
    Row,
    Col,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCheck {
    section: String,
    text: String,
    rule: String,
    /// The rule holds for every row or column of the section …
    each: Option<Each>,
    /// … or for these only.
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    weak: bool,
}

/// All versions, in the order of the list.
pub fn versions() -> &'static [Version] {
    &VERSIONS
}

/// The version of a form that holds for the data of a year.
pub fn version_of(code: &str, year: i32) -> Option<&'static Version> {
    let holds = |it: &&Version| {
        it.code == code && it.day_of(year).is_some_and(|day| it.effective_from <= day)
    };
    versions()
        .iter()
        .filter(holds)
        .max_by_key(|it| it.effective_from)
}

impl Version {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|it| it.to_string())?;
        let sections: Result<Vec<Section>, String> = file
            .section
            .iter()
            .map(|it| Section::of(it, &file.columns))
            .collect();
        let sections = sections?;
        let mut checks = vec![];
        for it in &file.check {
            let about = |why| format!("check «{}»: {why}", it.text);
            checks.extend(it.of(&sections).map_err(about)?);
        }
        let version = Self {
            code: file.code,
            short: file.short,
            title: file.title,
            act: file.act,
            provenance: file.provenance,
            effective_from: file.effective_from,
            required: file.required,
            day: month_day(&file.day)?,
            due: month_day(&file.due)?,
            replaced_by: file.replaced_by,
            note: file.note,
            sections,
            checks,
        };
        version.must_hold_together()?;
        Ok(version)
    }

    /// The day of the data in that year.
    pub fn day_of(&self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.day.0, self.day.1)
    }

    /// The day until which it is handed in, where nobody agreed on another.
    pub fn due_of(&self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.due.0, self.due.1)
    }

    /// The section of that code.
    pub fn section(&self, code: &str) -> Option<&Section> {
        self.sections.iter().find(|it| it.code == code)
    }

    /// What stands at a place; nothing where the form has no such cell.
    pub fn content(&self, place: &Place) -> Option<&Content> {
        self.section(&place.section)?
            .content(&place.row, &place.col)
    }

    /// Every cell, in the order of the form.
    pub fn cells(&self) -> impl Iterator<Item = (Place, &Content)> {
        self.sections.iter().flat_map(Section::places)
    }

    /// What it counts.
    pub fn sources(&self) -> BTreeSet<Source> {
        let formulas = self.cells().filter_map(|(_, it)| match it {
            Content::Formula(formula) => Some(formula.counts()),
            _ => None,
        });
        formulas.flatten().map(|it| it.0).collect()
    }
}

impl Section {
    fn of(file: &FileSection, columns: &BTreeMap<String, Vec<FileLine>>) -> Result<Self, String> {
        let about = |why: String| format!("section {}: {why}", file.code);
        let shared = match &file.columns {
            None => &file.cols,
            Some(name) => columns
                .get(name)
                .ok_or_else(|| about(format!("no columns {name}")))?,
        };
        let codes = |lines: &[FileLine]| lines.iter().map(|it| it.code.clone()).collect();
        let (rows, cols): (Vec<String>, Vec<String>) = (codes(&file.rows), codes(shared));
        let mut cells = vec![];
        for row in &file.rows {
            let mut line = vec![];
            for col in shared {
                let around = Around {
                    section: &file.code,
                    row: Some(&row.code),
                    col: Some(&col.code),
                    rows: &rows,
                    cols: &cols,
                };
                let content = file.content(row, col, around);
                line.push(
                    content
                        .map_err(|why| about(format!("cell {}/{}: {why}", row.code, col.code)))?,
                );
            }
            cells.push(line);
        }
        let line = |it: &FileLine| Line {
            code: it.code.clone(),
            title: it.title.clone(),
            verify: it.verify,
        };
        Ok(Self {
            code: file.code.clone(),
            title: file.title.clone(),
            note: file.note.clone(),
            provenance: file.provenance,
            rows: file.rows.iter().map(line).collect(),
            cols: shared.iter().map(line).collect(),
            cells,
        })
    }

    fn content(&self, row: &str, col: &str) -> Option<&Content> {
        let row = self.rows.iter().position(|it| it.code == row)?;
        let col = self.cols.iter().position(|it| it.code == col)?;
        self.cells.get(row)?.get(col)
    }

    /// Every cell of the section.
    pub fn places(&self) -> impl Iterator<Item = (Place, &Content)> {
        self.rows
            .iter()
            .zip(&self.cells)
            .flat_map(move |(row, line)| {
                self.cols.iter().zip(line).map(move |(col, content)| {
                    (Place::new(&self.code, &row.code, &col.code), content)
                })
            })
    }
}

impl FileSection {
    fn content(
        &self,
        row: &FileLine,
        col: &FileLine,
        around: Around<'_>,
    ) -> Result<Content, String> {
        let own = self
            .cells
            .iter()
            .find(|it| it.row == row.code && it.col == col.code);
        if let Some(own) = own {
            return match (&own.formula, own.manual, own.closed) {
                (Some(text), false, false) => parse_formula(text, around).map(Content::Formula),
                (None, true, false) => Ok(Content::Manual),
                (None, false, true) => Ok(Content::Closed),
                _ => Err("formula, manual or closed: one of them".to_owned()),
            };
        }
        if let Some(text) = col.formula.as_ref().or(row.formula.as_ref()) {
            return parse_formula(text, around).map(Content::Formula);
        }
        if row.manual || col.manual {
            return Ok(Content::Manual);
        }
        let source = row.of.as_ref().or(col.of.as_ref()).or(self.of.as_ref());
        let source = source.ok_or("nothing to count")?;
        let source = Source::from_code(source).ok_or_else(|| format!("no source {source}"))?;
        let mut all = Cond::Always;
        for text in [&self.cond, &row.cond, &col.cond] {
            all = all.and(parse_cond(text, source)?);
        }
        Ok(Content::Formula(Formula::Count(source, all)))
    }
}

impl FileCheck {
    fn of(&self, sections: &[Section]) -> Result<Vec<Check>, String> {
        let section = sections.iter().find(|it| it.code == self.section);
        let section = section.ok_or_else(|| format!("no section {}", self.section))?;
        let codes =
            |lines: &[Line]| -> Vec<String> { lines.iter().map(|it| it.code.clone()).collect() };
        let (rows, cols) = (codes(&section.rows), codes(&section.cols));
        let wanted = |code: &&String| self.only.is_empty() || self.only.contains(code);
        let missing = |all: &[String]| self.only.iter().find(|it| !all.contains(it)).cloned();
        let around = |row, col| Around {
            section: &section.code,
            row,
            col,
            rows: &rows,
            cols: &cols,
        };
        let over: Vec<Around<'_>> = match self.each {
            None => vec![around(None, None)],
            Some(Each::Row) => {
                if let Some(it) = missing(&rows) {
                    return Err(format!("no row {it}"));
                }
                rows.iter()
                    .filter(wanted)
                    .map(|it| around(Some(it), None))
                    .collect()
            }
            Some(Each::Col) => {
                if let Some(it) = missing(&cols) {
                    return Err(format!("no column {it}"));
                }
                cols.iter()
                    .filter(wanted)
                    .map(|it| around(None, Some(it)))
                    .collect()
            }
        };
        over.into_iter()
            .map(|around| {
                let rule = parse_check(&self.rule, around)?;
                let at = rule.left.cells().first().map(|it| (*it).clone());
                Ok(Check {
                    text: self.text.clone(),
                    rule,
                    at: at.ok_or("no cell on the left")?,
                    weak: self.weak,
                })
            })
            .collect()
    }
}

fn month_day(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('-');
    let parts = parts.and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    let (month, day) = parts.ok_or_else(|| format!("{text} is no day of a year"))?;
    NaiveDate::from_ymd_opt(2025, month, day)
        .ok_or_else(|| format!("{text} is no day of a year"))?;
    Ok((month, day))
}

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;

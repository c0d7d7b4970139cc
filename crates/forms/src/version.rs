//! Versions of forms as data: files of the crate, read once, each cell with
//! what it is worked out from.
//!
//! A cell is what stands in `cells` for it, else the formula of its column,
//! else the formula of its row, else written by hand where row or column say
//! so, else the count of facts that fulfil the conditions of section, row and
//! column together.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    expr::{Formula, Place, Rule},
    fact::Source,
};

mod check;
mod file;

/// The files, in the order of the list of forms.
const FILES: [(&str, &str); 5] = [
    ("oo-1.toml", include_str!("../versions/oo-1.toml")),
    ("oo-2.toml", include_str!("../versions/oo-2.toml")),
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
    /// 1 says yes and 2 says no; a sum of such cells tells how many say yes.
    pub yes_no: bool,
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

impl Check {
    /// Whether it compares with last year's form.
    pub fn looks_back(&self) -> bool {
        let sides = [&self.rule.left, &self.rule.right];
        sides.iter().any(|it| !it.last_cells().is_empty())
    }
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
    /// The day of the data in that year.
    pub fn day_of(&self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.day.0, self.day.1)
    }

    /// The day until which it is handed in, where nobody agreed on another:
    /// the first such day after that of the data.
    pub fn due_of(&self, year: i32) -> Option<NaiveDate> {
        let year = year + i32::from(self.due < self.day);
        NaiveDate::from_ymd_opt(year, self.due.0, self.due.1)
    }

    /// The places whose cells say yes or no.
    pub fn yes_no(&self) -> BTreeSet<String> {
        let all = self.sections.iter().flat_map(|it| {
            let says = |(row, col): &(&Line, &Line)| row.yes_no || col.yes_no;
            let pairs = it.rows.iter();
            let pairs = pairs.flat_map(|row| it.cols.iter().map(move |col| (row, col)));
            pairs
                .filter(says)
                .map(|(row, col)| Place::new(&it.code, &row.code, &col.code).to_string())
        });
        all.collect()
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

#[cfg(test)]
#[path = "version_tests.rs"]
mod tests;

//! A report as plain data: what the page, the paper and the workbook show alike.

use chrono::{NaiveDate, NaiveDateTime};
use journal::Slot;
use rust_decimal::Decimal;
use web::heat_map::HeatMap;

/// A report that was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What it is about: «Класс», «7Б».
    pub about: Vec<(&'static str, String)>,
    /// What is missing, so that nobody takes the report for whole.
    pub notes: Vec<Note>,
    pub columns: Vec<Column>,
    pub sections: Vec<Section>,
    /// The same as a picture; the words of its shades begin with
    /// `reporting.heat.<word>`.
    pub heat: Option<(&'static str, HeatMap)>,
    /// Drawn above the table, which says the same.
    pub charts: Vec<Chart>,
}

/// Averages, shares or counts to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub form: Form,
    /// What of: a subject of the school.
    pub title: Option<String>,
    /// Who is drawn and who stands beside: `reporting.chart.<word>`.
    pub word: &'static str,
    pub points: Vec<Point>,
}

/// How they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Bars,
    Line,
    /// Averages as dots, the best first.
    Ranks,
    /// Shares in percent, against what the school aims at.
    Shares(Option<Decimal>),
    /// How often there is what, as columns.
    Counts,
}

/// A value with what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub label: Label,
    pub value: Option<Decimal>,
    pub beside: Option<Decimal>,
}

/// Something that is missing, with the page where it is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `reporting.note.<word>`
    pub word: &'static str,
    pub args: Vec<(&'static str, String)>,
    /// Inside of the organisation: `/journal/7/finals`.
    pub path: Option<String>,
}

/// A word of the templates, or a text of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// `reporting.col.<word>`
    Word(&'static str),
    Text(String),
    /// A period, the year, the exam or the final mark.
    Slot(Slot),
    /// «сентябрь 2026», by any of its days.
    Month(NaiveDate),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: Label,
    /// Stands above columns that belong together: `reporting.group.<word>`.
    pub group: Option<Label>,
    pub number: bool,
}

impl Column {
    pub fn text(word: &'static str) -> Self {
        Self {
            label: Label::Word(word),
            group: None,
            number: false,
        }
    }

    pub fn number(word: &'static str) -> Self {
        Self {
            number: true,
            ..Self::text(word)
        }
    }

    /// A column named by the school, such as a subject.
    pub fn named(name: &str) -> Self {
        Self {
            label: Label::Text(name.to_owned()),
            group: None,
            number: true,
        }
    }

    #[must_use]
    pub fn under(self, group: &'static str) -> Self {
        self.of_group(Label::Word(group))
    }

    /// The same under any label.
    #[must_use]
    pub fn of_group(mut self, group: Label) -> Self {
        self.group = Some(group);
        self
    }
}

/// Lines under a heading; a report of one table has one without a title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    pub title: Option<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub cells: Vec<Cell>,
    pub weight: Weight,
}

impl Line {
    pub fn plain(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            weight: Weight::Plain,
        }
    }

    pub fn sum(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            weight: Weight::Sum,
        }
    }
}

/// How a line stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Plain,
    /// Sums up the lines above it.
    Sum,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub value: Value,
    /// What the figure is made of, inside of the organisation.
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Empty,
    Text(String),
    /// `reporting.<word>`
    Word(&'static str),
    Count(u32),
    /// More or fewer than before: «+2», «−1», «0».
    Change(i64),
    /// Names of the school with words of the templates between them.
    Said(Vec<Piece>),
    /// The name of a period.
    Slot(Slot),
    /// Percent or average, shown with two places; «—» where there is nothing to divide by.
    Share(Option<Decimal>),
    Date(NaiveDate),
    /// By the clock of the school.
    Moment(NaiveDateTime),
    /// Words under their whole keys, one after another.
    Words(Vec<String>),
    /// An obligatory field that is empty.
    Missing,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// `reporting.say.<word>` with what is filled in.
    Phrase(&'static str, Vec<(&'static str, String)>),
}

impl Cell {
    pub const EMPTY: Self = Self {
        value: Value::Empty,
        path: None,
    };

    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Value::Text(text.into()))
    }

    /// A mark, so that a workbook can count with it: a number, or «н/а».
    pub fn mark(text: &str) -> Self {
        let is_number = !text.starts_with('0') && text.chars().all(|it| it.is_ascii_digit());
        match text.parse().ok().filter(|_| is_number) {
            Some(number) => Self::count(number),
            None => Self::text(text),
        }
    }

    pub fn said(pieces: Vec<Piece>) -> Self {
        Self::of(Value::Said(pieces))
    }

    pub const fn word(word: &'static str) -> Self {
        Self::of(Value::Word(word))
    }

    pub const fn date(day: NaiveDate) -> Self {
        Self::of(Value::Date(day))
    }

    pub const fn count(count: u32) -> Self {
        Self::of(Value::Count(count))
    }

    pub const fn share(share: Option<Decimal>) -> Self {
        Self::of(Value::Share(share))
    }

    pub const fn slot(slot: Slot) -> Self {
        Self::of(Value::Slot(slot))
    }

    #[must_use]
    pub fn to(mut self, path: String) -> Self {
        self.path = Some(path);
        self
    }

    pub const fn of(value: Value) -> Self {
        Self { value, path: None }
    }
}

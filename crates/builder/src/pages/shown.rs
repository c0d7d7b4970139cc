//! A finished report in words: one shape for the page, the paper and the files.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{
    dates::show_date,
    decimal::{round2_half_up, show, show2},
};
use rust_decimal::Decimal;
use serde::Serialize;
use sources::{Field, Kind, Value};
use web::{
    Views, Visit,
    paper::{Block, Grid, Paper},
    table::{Book, Value as BookValue},
};

use crate::{Head, How, Made};

/// A hundred pages or so.
const MOST_ON_PAPER: usize = 3_000;

/// A report as people read it.
#[derive(Serialize)]
pub(super) struct Shown {
    columns: Vec<Column>,
    lines: Vec<Vec<String>>,
    total: Option<Vec<String>>,
    /// So many lines there are; more than are shown where it is cut.
    of: usize,
    kept: usize,
    cut: bool,
    fits_paper: bool,
    /// The source has more rows than are looked at.
    source_cut: bool,
    left_out: usize,
    made_at: DateTime<Utc>,
    #[serde(skip)]
    cells: Vec<Vec<BookValue>>,
}

#[derive(Serialize)]
struct Column {
    label: String,
    number: bool,
}

/// The name of a field.
pub(super) fn field_name(views: &Views, source: &str, field: &Field) -> String {
    views.word(&format!("sources.{source}.{}", field.code))
}

impl Shown {
    pub(super) fn of(made: &Made, source: &str, views: &Views) -> Self {
        let table = &made.table;
        let columns = table.head.iter().map(|head| Column {
            label: label(head, source, views),
            number: is_number(head),
        });
        let read = |line: &Vec<Value>| -> Vec<String> {
            let cells = table.head.iter().zip(line);
            cells.map(|(head, it)| text(head, it, views)).collect()
        };
        let kept = |line: &Vec<Value>| -> Vec<BookValue> {
            let cells = table.head.iter().zip(line);
            cells.map(|(head, it)| cell(head, it, views)).collect()
        };
        // The measures of all stand under those of the groups.
        let before = |total: &Vec<Value>| table.head.len().saturating_sub(total.len());
        let total = table.total.as_ref().map(|it| {
            let mut line = vec![Value::Empty; before(it)];
            line.extend(it.iter().cloned());
            line
        });
        let word = views.word("builder.total");
        let mut cells: Vec<Vec<BookValue>> = table.lines.iter().map(kept).collect();
        if let Some(total) = &total {
            let mut line = kept(total);
            if let Some(first) = line.first_mut() {
                *first = BookValue::Text(word.clone());
            }
            cells.push(line);
        }
        Self {
            columns: columns.collect(),
            lines: table.lines.iter().map(read).collect(),
            total: total.as_ref().map(|it| {
                let mut line = read(it);
                if let Some(first) = line.first_mut() {
                    first.clone_from(&word);
                }
                line
            }),
            of: table.of,
            kept: table.lines.len(),
            // More lines go into a file.
            fits_paper: table.lines.len() <= MOST_ON_PAPER,
            cut: table.is_cut(),
            source_cut: made.cut,
            left_out: made.left_out,
            made_at: made.made_at,
            cells,
        }
    }

    /// What the reader has to know of the report besides its lines.
    fn notes(&self, views: &Views) -> Vec<String> {
        let say = |word: &str, args: &[(&str, usize)]| {
            let args = args.iter();
            let args = args.map(|(name, it)| ((*name).to_owned(), it.to_string()));
            views.phrase(&format!("builder.note.{word}"), &args.collect())
        };
        let notes = [
            self.cut
                .then(|| say("cut", &[("shown", self.kept), ("of", self.of)])),
            self.source_cut.then(|| say("source-cut", &[])),
            (0 < self.left_out).then(|| say("left-out", &[("count", self.left_out)])),
        ];
        notes.into_iter().flatten().collect()
    }

    pub(super) fn paper(&self, title: &str, visit: &Visit, views: &Views) -> Paper {
        let mut paper = Paper::new(views, visit, "report", title.to_owned());
        paper.blocks.push(Block::heading(title));
        for note in self.notes(views) {
            paper.blocks.push(Block::text(note));
        }
        let head = self.columns.iter().map(|it| (it.label.clone(), it.number));
        let mut grid = Grid::new(head.collect(), self.lines.clone());
        grid.totals.extend(self.total.clone());
        paper.landscape = grid.is_wide();
        paper.blocks.push(Block::Table(grid));
        paper
    }

    pub(super) fn book(&self, title: &str, views: &Views) -> Book {
        let notes = self.notes(views).into_iter();
        // As wide as the others: a line of CSV has all columns.
        let notes = notes.map(|it| {
            let mut line = vec![BookValue::Text(it)];
            line.resize(self.columns.len(), BookValue::Text(String::new()));
            line
        });
        Book {
            name: "report".to_owned(),
            title: title.to_owned(),
            head: self.columns.iter().map(|it| it.label.clone()).collect(),
            rows: self.cells.iter().cloned().chain(notes).collect(),
            pinned: 1,
            keys: vec![],
        }
    }

    pub(super) const fn fits_paper(&self) -> bool {
        self.fits_paper
    }
}

fn label(head: &Head, source: &str, views: &Views) -> String {
    match head {
        Head::Field(field) => field_name(views, source, field),
        Head::Measure(how, None) => views.word(&format!("builder.measure.{}", how.code())),
        Head::Measure(how, Some(field)) => {
            let name = BTreeMap::from([("field".to_owned(), field_name(views, source, field))]);
            views.phrase(&format!("builder.measure.{}-of", how.code()), &name)
        }
    }
}

fn is_number(head: &Head) -> bool {
    match head {
        Head::Field(field) | Head::Measure(How::Least | How::Most, Some(field)) => {
            field.kind == Kind::Number
        }
        Head::Measure(..) => true,
    }
}

fn text(head: &Head, value: &Value, views: &Views) -> String {
    match (head, value) {
        (Head::Measure(..), Value::Empty) => "—".to_owned(),
        (Head::Measure(How::Average, _), Value::Number(it)) => show2(*it),
        (Head::Measure(How::Share, _), Value::Number(it)) => show(*it, 1),
        (Head::Measure(How::Count | How::Sum, _), Value::Number(it)) => {
            show(*it, it.normalize().scale())
        }
        (_, it) => plain(head, it, views),
    }
}

/// A value as it stands in its field: the year 2013 has no space in it.
fn plain(head: &Head, value: &Value, views: &Views) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Number(it) => it.normalize().to_string().replace('.', ","),
        Value::Date(day) => show_date(*day),
        Value::Flag(it) => views.word(if *it {
            "sources.flag.yes"
        } else {
            "sources.flag.no"
        }),
        Value::Choice(code) => match head {
            Head::Field(Field {
                kind: Kind::Choice(choices),
                ..
            }) => views.word(&format!("sources.{}.{code}", choices.words)),
            _ => (*code).to_owned(),
        },
    }
}

fn cell(head: &Head, value: &Value, views: &Views) -> BookValue {
    match (head, value) {
        (Head::Measure(How::Average, _), Value::Number(it)) => {
            let mut average = round2_half_up(*it);
            average.rescale(2);
            BookValue::Number(average)
        }
        (Head::Measure(How::Share, _), Value::Number(it)) => {
            let mut share: Decimal =
                it.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
            share.rescale(1);
            BookValue::Number(share)
        }
        (_, Value::Number(it)) => BookValue::Number(it.normalize()),
        (head, it) => BookValue::Text(text(head, it, views)),
    }
}

//! A report in words: one shape for the page, the paper and the files.

mod drawn;
mod letter;
mod words;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use journal::Slot;
use kernel::decimal::{round2_half_up, show2};
use rust_decimal::Decimal;
use serde::Serialize;
use web::{
    RenderError, Views,
    heat_map::HeatMap,
    paper::{Align, Block, Grid, Paper},
    print::Footer,
    table::{Book, Value as BookValue},
};

pub(crate) use letter::letters;

use drawn::ChartView;
use words::{about, notes, remarks, said};

use crate::{Cell, Kind, Label, Made, Report, Value, Weight};

/// A table of more columns is cut on paper.
const WIDEST: usize = 34;

/// A report as people read it.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) title: String,
    /// «Класс», «7Б».
    pub(crate) about: Vec<(String, String)>,
    /// Period and days of a letter.
    #[serde(skip)]
    period: String,
    notes: Vec<NoteView>,
    /// What is to be known of it, and nothing is missing.
    remarks: Vec<String>,
    /// A row above the columns where some belong together: label and width.
    groups: Vec<(String, usize)>,
    charts: Vec<ChartView>,
    columns: Vec<ColumnView>,
    sections: Vec<SectionView>,
    /// The word of its shades, and the map.
    heat: Option<(&'static str, HeatMap)>,
    pub(crate) is_empty: bool,
}

#[derive(Serialize)]
struct NoteView {
    text: String,
    href: Option<String>,
}

#[derive(Serialize)]
struct ColumnView {
    label: String,
    group: Option<String>,
    number: bool,
}

#[derive(Serialize)]
struct SectionView {
    title: Option<String>,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    cells: Vec<CellView>,
    sum: bool,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    href: Option<String>,
    missing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Decimal>,
    /// What a workbook shall take for a day.
    #[serde(skip)]
    day: Option<NaiveDate>,
}

/// «1 четверть», «Год».
pub(crate) fn slot_name(views: &Views, slot: Slot) -> String {
    let kind = slot.kind().code();
    if slot.is_term() {
        let number = [("number".to_owned(), slot.number().to_string())];
        return views.phrase(&format!("journal.term.{kind}"), &BTreeMap::from(number));
    }
    views.word(&format!("journal.finals.slot.{kind}"))
}

/// «неделя 16.11 – 22.11.2026», by its Monday.
pub(crate) fn week_name(views: &Views, week: NaiveDate) -> String {
    let last = week + Days::new(6);
    let args = [
        ("from", week.format("%d.%m").to_string()),
        ("to", kernel::dates::show_date(last)),
    ];
    let args = args.map(|(name, value)| (name.to_owned(), value));
    views.phrase("reporting.week", &args.into())
}

impl Shown {
    pub(crate) fn of(made: &Made, kind: Kind, base: &str, views: &Views) -> Self {
        Self::at(made, kind, Some(base), views)
    }

    /// With links below that path; `None`: without links, as families see it.
    pub(crate) fn at(made: &Made, kind: Kind, base: Option<&str>, views: &Views) -> Self {
        let report = &made.report;
        let columns = columns(report, views);
        Self {
            title: views.word(&format!("reporting.{}", kind.code())),
            about: about(made, kind, views),
            period: letter::period(made, views),
            notes: notes(report, base, views),
            remarks: remarks(report, views),
            charts: drawn::charts(report, views),
            groups: groups(&columns),
            heat: report.heat.clone(),
            is_empty: report.sections.iter().all(|it| it.lines.is_empty()),
            sections: report
                .sections
                .iter()
                .map(|section| SectionView {
                    title: section.title.clone(),
                    lines: section
                        .lines
                        .iter()
                        .map(|line| LineView {
                            cells: line.cells.iter().map(|it| cell(it, base, views)).collect(),
                            sum: line.weight == Weight::Sum,
                        })
                        .collect(),
                })
                .collect(),
            columns,
        }
    }

    /// How many notes say that something is missing.
    pub(crate) const fn gaps(&self) -> usize {
        self.notes.len()
    }

    /// What is missing, each with the page where it is mended.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let notes = self.notes.iter();
        notes.map(|it| (it.text.as_str(), it.href.as_deref()))
    }

    /// The paper: a section with a title is a bookmark, and begins a page
    /// where each is of one pupil.
    ///
    /// # Errors
    /// A drawing has no template.
    pub(crate) fn paper(
        &self,
        kind: Kind,
        footer: Footer,
        views: &Views,
    ) -> Result<Paper, RenderError> {
        let mut paper = Paper::under(views, footer, kind.code(), self.title.clone());
        let each = kind.is_of_sheets();
        if !each {
            self.head(&mut paper);
            for it in &self.charts {
                paper.blocks.extend(it.blocks(views)?);
            }
        }
        for (place, section) in self.sections.iter().enumerate() {
            if each {
                if place > 0 {
                    paper.blocks.push(Block::Page);
                }
                let name = section.title.clone().unwrap_or_default();
                paper
                    .blocks
                    .push(Block::heading(format!("{}: {name}", self.title)));
                paper.blocks.push(Block::Fields {
                    rows: self.about.clone(),
                });
            } else if let Some(title) = &section.title {
                paper.blocks.push(Block::Heading {
                    level: 2,
                    text: title.clone(),
                    align: Align::Left,
                });
            }
            if kind == Kind::ParentLetter {
                paper.blocks.push(self.greeting(section, views));
            }
            for grid in self.grids(section) {
                paper.landscape |= grid.is_wide() && !each;
                paper.blocks.push(Block::Table(grid));
            }
            if kind == Kind::ParentLetter {
                paper.blocks.extend(slip(section, views));
            } else if each {
                paper.blocks.push(Block::Signs {
                    rows: ["class-teacher", "parent"]
                        .map(|it| (views.word(&format!("reporting.sign.{it}")), String::new()))
                        .into(),
                });
            }
        }
        Ok(paper)
    }

    fn head(&self, paper: &mut Paper) {
        paper.blocks.push(Block::heading(&self.title));
        paper.blocks.push(Block::Fields {
            rows: self.about.clone(),
        });
        let notes = self.notes.iter().map(|it| &it.text);
        for text in notes.chain(&self.remarks) {
            paper.blocks.push(Block::text(text));
        }
    }

    /// The table of a section; one of too many columns is cut where groups of
    /// columns begin, and each part has the first column again.
    fn grids(&self, section: &SectionView) -> Vec<Grid> {
        if self.columns.len() <= WIDEST {
            return vec![self.grid(section)];
        }
        let mut parts: Vec<Vec<usize>> = vec![];
        for (place, column) in self.columns.iter().enumerate().skip(1) {
            let before = &self.columns[place - 1];
            let is_day = |it: &ColumnView| it.label.len() <= 2;
            let begins = column.group != before.group && (is_day(column) || is_day(before));
            match parts.last_mut() {
                Some(last) if !begins && last.len() < WIDEST => last.push(place),
                _ => parts.push(vec![place]),
            }
        }
        let cut = |places: &Vec<usize>| {
            let all = || std::iter::once(0).chain(places.iter().copied());
            let head = all().map(|it| (self.columns[it].full(), self.columns[it].number));
            let rows = section.lines.iter().map(|line| {
                let texts = all().filter_map(|it| line.cells.get(it));
                texts.map(|it| it.text.clone()).collect()
            });
            Grid::new(head.collect(), rows.collect())
        };
        parts.iter().map(cut).collect()
    }

    fn grid(&self, section: &SectionView) -> Grid {
        let head = self.columns.iter().map(|it| (it.full(), it.number));
        let (mut rows, mut totals) = (Vec::new(), Vec::new());
        let mut in_order = true;
        for line in &section.lines {
            let cells = line.cells.iter().map(|it| it.text.clone()).collect();
            if line.sum {
                totals.push(cells);
            } else {
                in_order &= totals.is_empty();
                rows.push(cells);
            }
        }
        if in_order {
            return Grid::summed(head.collect(), rows, totals);
        }
        // Sums between the lines stay where they are.
        let lines = section.lines.iter();
        let all = lines.clone();
        let all = all.map(|it| it.cells.iter().map(|it| it.text.clone()).collect());
        let mut grid = Grid::new(head.collect(), all.collect());
        let strong = section.lines.iter().enumerate().filter(|it| it.1.sum);
        grid.strong = strong.map(|it| it.0).collect();
        grid
    }

    /// The workbook and the CSV; sections with titles get a column of their own.
    pub(crate) fn book(&self, kind: Kind, views: &Views) -> Book {
        let titled = self.sections.iter().any(|it| it.title.is_some());
        let mut head: Vec<String> = self.columns.iter().map(ColumnView::full).collect();
        if titled {
            head.insert(0, views.word(&format!("reporting.section.{}", kind.code())));
        }
        let lines = self.sections.iter().flat_map(|section| {
            section.lines.iter().map(move |line| {
                // Sums below the sections have no title and the cell all the same.
                let title = titled.then(|| section.title.clone().unwrap_or_default());
                let cells = line.cells.iter().map(|it| match (it.number, it.day) {
                    (Some(number), _) => BookValue::Number(number),
                    (None, Some(day)) => BookValue::Date(day),
                    (None, None) => BookValue::Text(it.text.clone()),
                });
                title
                    .map(BookValue::Text)
                    .into_iter()
                    .chain(cells)
                    .collect()
            })
        });
        let about: Vec<&str> = self.about.iter().map(|it| it.1.as_str()).collect();
        Book {
            name: kind.code().to_owned(),
            title: format!("{}. {}", self.title, about.join(", ")),
            head,
            rows: lines.collect(),
            pinned: 1 + u16::from(titled),
            keys: vec![],
        }
    }
}

/// Below a letter: the class teacher's line, and what the parents sign and hand back.
fn slip(section: &SectionView, views: &Views) -> Vec<Block> {
    let sign = |it: &str| Block::Signs {
        rows: vec![(views.word(&format!("reporting.sign.{it}")), String::new())],
    };
    let args = [(
        "pupil".to_owned(),
        section.title.clone().unwrap_or_default(),
    )];
    vec![
        sign("class-teacher"),
        Block::Text {
            text: views.word("reporting.letter.cut"),
            align: Align::Center,
            strong: false,
        },
        Block::text(views.phrase("reporting.letter.slip", &args.into())),
        sign("read"),
    ]
}

impl ColumnView {
    /// «не успевают: по двум»
    fn full(&self) -> String {
        match &self.group {
            None => self.label.clone(),
            Some(group) => format!("{group}: {}", self.label),
        }
    }
}

fn columns(report: &Report, views: &Views) -> Vec<ColumnView> {
    report
        .columns
        .iter()
        .map(|it| ColumnView {
            label: label(views, "col", &it.label),
            group: it.group.as_ref().map(|it| label(views, "group", it)),
            number: it.number,
        })
        .collect()
}

/// A label in words: `reporting.<where>.<word>`.
pub(crate) fn label(views: &Views, place: &str, label: &Label) -> String {
    match label {
        Label::Word(word) => views.word(&format!("reporting.{place}.{word}")),
        Label::Text(text) => text.clone(),
        Label::Slot(slot) => slot_name(views, *slot),
        Label::Month(day) => {
            let month = views.word(&format!("reporting.month.{}", day.format("%m")));
            format!("{month} {}", day.format("%Y"))
        }
    }
}

/// Neighbours of one group share a cell above them.
fn groups(columns: &[ColumnView]) -> Vec<(String, usize)> {
    let mut groups: Vec<(String, usize)> = Vec::new();
    if columns.iter().all(|it| it.group.is_none()) {
        return groups;
    }
    for column in columns {
        let name = column.group.clone().unwrap_or_default();
        match groups.last_mut() {
            Some(last) if last.0 == name && !name.is_empty() => last.1 += 1,
            _ => groups.push((name, 1)),
        }
    }
    groups
}

fn below(base: Option<&str>, path: Option<&str>) -> Option<String> {
    Some(format!("{}{}", base?, path?))
}

/// «+2», «−1», «0».
fn signed(it: i64) -> String {
    match it {
        0 => "0".to_owned(),
        1.. => format!("+{it}"),
        _ => format!("−{}", it.unsigned_abs()),
    }
}

fn cell(it: &Cell, base: Option<&str>, views: &Views) -> CellView {
    let (text, number) = match &it.value {
        Value::Empty => (String::new(), None),
        Value::Text(text) => (text.clone(), None),
        Value::Word(word) => (views.word(&format!("reporting.{word}")), None),
        Value::Said(pieces) => (said(pieces, views), None),
        // «1 четверть» is not broken into lines.
        Value::Slot(slot) => (slot_name(views, *slot).replace(' ', "\u{a0}"), None),
        Value::Count(count) => (count.to_string(), Some(Decimal::from(*count))),
        Value::Share(None) => ("—".to_owned(), None),
        Value::Share(Some(share)) => {
            // A workbook shows «4,00» too.
            let mut shown = round2_half_up(*share);
            shown.rescale(2);
            (show2(*share), Some(shown))
        }
        Value::Change(change) => (signed(*change), Some(Decimal::from(*change))),
        Value::Date(day) => (kernel::dates::show_date(*day), None),
        Value::Moment(at) => {
            let text = at.format("%d.%m.%Y %H:%M").to_string();
            (text, None)
        }
        Value::Words(keys) => {
            let words: Vec<String> = keys.iter().map(|it| views.word(it)).collect();
            (words.join(", "), None)
        }
        Value::Missing => (views.word("reporting.missing-field"), None),
    };
    CellView {
        missing: it.value == Value::Missing,
        day: match it.value {
            Value::Date(day) => Some(day),
            _ => None,
        },
        text,
        href: below(base, it.path.as_deref()),
        number,
    }
}

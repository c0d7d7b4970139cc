//! A report in words: one shape for the page, the paper and the files.

use std::collections::BTreeMap;

use journal::Slot;
use kernel::decimal::show2;
use rust_decimal::Decimal;
use serde::Serialize;
use web::{
    Views,
    paper::{Align, Block, Grid, Paper},
    print::Footer,
    table::{Book, Value as BookValue},
};

use crate::{Cell, Kind, Label, Made, Report, Value, Weight};

/// A report as people read it.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) title: String,
    /// «Класс», «7Б».
    pub(crate) about: Vec<(String, String)>,
    notes: Vec<NoteView>,
    /// A row above the columns where some belong together: label and width.
    groups: Vec<(String, usize)>,
    columns: Vec<ColumnView>,
    sections: Vec<SectionView>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Decimal>,
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

impl Shown {
    pub(crate) fn of(made: &Made, kind: Kind, base: &str, views: &Views) -> Self {
        let report = &made.report;
        let columns = columns(report, views);
        Self {
            title: views.word(&format!("reporting.{}", kind.code())),
            about: about(made, kind, views),
            notes: notes(report, base, views),
            groups: groups(&columns),
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

    /// The paper: a section with a title is a bookmark, and begins a page
    /// where each is of one pupil.
    pub(crate) fn paper(&self, kind: Kind, footer: Footer, views: &Views) -> Paper {
        let mut paper = Paper::under(views, footer, kind.code(), self.title.clone());
        let each = kind == Kind::ReportCards;
        if !each {
            self.head(&mut paper);
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
            let grid = self.grid(section);
            paper.landscape |= grid.is_wide();
            paper.blocks.push(Block::Table(grid));
            if each {
                paper.blocks.push(Block::Signs {
                    rows: ["class-teacher", "parent"]
                        .map(|it| (views.word(&format!("reporting.sign.{it}")), String::new()))
                        .into(),
                });
            }
        }
        paper
    }

    fn head(&self, paper: &mut Paper) {
        paper.blocks.push(Block::heading(&self.title));
        paper.blocks.push(Block::Fields {
            rows: self.about.clone(),
        });
        for note in &self.notes {
            paper.blocks.push(Block::text(&note.text));
        }
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
            let mut grid = Grid::new(head.collect(), rows);
            grid.totals = totals;
            return grid;
        }
        // Sums between the lines stay where they are.
        let all = section.lines.iter();
        let all = all.map(|it| it.cells.iter().map(|it| it.text.clone()).collect());
        Grid::new(head.collect(), all.collect())
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
                let title = section.title.clone().filter(|_| titled);
                let cells = line.cells.iter().map(|it| match it.number {
                    Some(number) => BookValue::Number(number),
                    None => BookValue::Text(it.text.clone()),
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
    let word = |it: &str| views.word(&format!("reporting.col.{it}"));
    report
        .columns
        .iter()
        .map(|it| ColumnView {
            label: match &it.label {
                Label::Word(it) => word(it),
                Label::Text(text) => text.clone(),
                Label::Slot(slot) => slot_name(views, *slot),
            },
            group: it
                .group
                .map(|it| views.word(&format!("reporting.group.{it}"))),
            number: it.number,
        })
        .collect()
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

fn about(made: &Made, kind: Kind, views: &Views) -> Vec<(String, String)> {
    let mut about = Vec::new();
    let mut say = |key: &str, value: String| {
        about.push((views.word(&format!("reporting.about.{key}")), value));
    };
    if let Some(class) = made.class.as_ref().filter(|_| kind.is_of_class()) {
        say("class", class.name());
    }
    if let Some(teacher) = &made.teacher {
        say("teacher", teacher.full());
    }
    if let Some(term) = made.term {
        say("period", slot_name(views, term.slot));
    }
    let year = |day: chrono::NaiveDate| day.format("%Y").to_string();
    say(
        "year",
        format!("{}/{}", year(made.year.0), year(made.year.1)),
    );
    about
}

fn notes(report: &Report, base: &str, views: &Views) -> Vec<NoteView> {
    report
        .notes
        .iter()
        .map(|it| {
            let args = it.args.iter();
            let args = args.map(|(name, value)| ((*name).to_owned(), value.clone()));
            NoteView {
                text: views.phrase(&format!("reporting.note.{}", it.word), &args.collect()),
                href: it.path.as_deref().map(|it| format!("{base}{it}")),
            }
        })
        .collect()
}

fn cell(it: &Cell, base: &str, views: &Views) -> CellView {
    let (text, number) = match &it.value {
        Value::Empty => (String::new(), None),
        Value::Text(text) => (text.clone(), None),
        Value::Word(word) => (views.word(&format!("reporting.{word}")), None),
        Value::Count(count) => (count.to_string(), Some(Decimal::from(*count))),
        Value::Share(None) => ("—".to_owned(), None),
        Value::Share(Some(share)) => (show2(*share), Some(share.round_dp(2))),
    };
    CellView {
        text,
        href: it.path.as_deref().map(|it| format!("{base}{it}")),
        number,
    }
}

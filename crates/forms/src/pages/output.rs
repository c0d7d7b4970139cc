//! A form on paper and as a workbook: the same tables with the codes of rows
//! and columns (S2:4.5, R-10.3c).

use rust_decimal::Decimal;
use web::{
    Views, Visit,
    paper::{Align, Block, Grid, Paper},
    table::{Book, Value},
};

use crate::{Content, Section, Version, expr::Place, sheet::Figures};

/// A form with its figures, ready for a file.
pub(super) struct Output<'a> {
    pub(super) version: &'a Version,
    pub(super) year: i32,
    pub(super) figures: &'a Figures,
    /// Names and values under the title: whose form, its state, its hash.
    pub(super) about: Vec<(String, String)>,
}

impl Output<'_> {
    fn name(&self) -> String {
        format!("{}-{}", self.version.code, self.year)
    }

    fn title(&self) -> String {
        format!("{}. {}", self.version.short, self.version.title)
    }

    /// One sheet: each section with its title, the titles of its columns, and
    /// real numbers.
    pub(super) fn book(&self, views: &Views) -> Book {
        let widest = self.version.sections.iter().map(|it| it.cols.len());
        let widest = widest.max().unwrap_or_default();
        let mut head: Vec<String> = ["section", "row", "title"]
            .map(|it| views.word(&format!("forms.out.{it}")))
            .into();
        let most = self.version.sections.iter().max_by_key(|it| it.cols.len());
        let codes = most.map_or(&[][..], |it| it.cols.as_slice());
        head.extend(codes.iter().map(|it| it.code.clone()));
        let text = |it: &str| Value::Text(it.to_owned());
        let mut rows = vec![];
        for (name, value) in &self.about {
            rows.push(vec![
                text(""),
                text(""),
                Value::Text(format!("{name}: {value}")),
            ]);
        }
        for section in &self.version.sections {
            rows.push(vec![text(&section.code), text(""), text(&section.title)]);
            let titles = section
                .cols
                .iter()
                .map(|it| text(&format!("{}. {}", it.code, it.title)));
            rows.push(
                [text(""), text(""), text("")]
                    .into_iter()
                    .chain(titles)
                    .collect(),
            );
            for (row, contents) in section.rows.iter().zip(&section.cells) {
                let mut line = vec![text(&section.code), text(&row.code), text(&row.title)];
                for (col, content) in section.cols.iter().zip(contents) {
                    line.push(self.value(section, &row.code, &col.code, content));
                }
                rows.push(line);
            }
        }
        for row in &mut rows {
            row.resize(widest + 3, Value::Empty);
        }
        Book {
            name: self.name(),
            title: format!("{}, {}", self.title(), self.year),
            head,
            rows,
            pinned: 3,
            keys: vec![],
        }
    }

    fn value(&self, section: &Section, row: &str, col: &str, content: &Content) -> Value {
        if *content == Content::Closed {
            return Value::Text("X".to_owned());
        }
        match self.figure(section, row, col) {
            Some(figure) => Value::Number(Decimal::from(figure)),
            None => Value::Empty,
        }
    }

    fn figure(&self, section: &Section, row: &str, col: &str) -> Option<i64> {
        let place = Place::new(&section.code, row, col).to_string();
        self.figures.get(&place).copied()
    }

    /// The form with the foot of S2:4.5 on each sheet, and a line to sign on.
    pub(super) fn paper(&self, views: &Views, visit: &Visit) -> Paper {
        let mut paper = Paper::new(views, visit, &self.name(), self.title());
        paper.landscape = true;
        paper.blocks.push(Block::heading(self.title()));
        paper.blocks.push(Block::Fields {
            rows: self.about.clone(),
        });
        paper.blocks.push(Block::text(&self.version.act));
        for section in &self.version.sections {
            paper.blocks.push(Block::Heading {
                level: 2,
                text: format!("{} {}", section.code, section.title),
                align: Align::Left,
            });
            paper.blocks.push(Block::Table(self.grid(views, section)));
        }
        let sign = views.word("forms.out.head");
        paper.blocks.push(Block::Signs {
            rows: vec![(sign, String::new())],
        });
        paper
    }

    fn grid(&self, views: &Views, section: &Section) -> Grid {
        let mut head = vec![
            (views.word("forms.out.title"), false),
            (views.word("forms.out.row"), false),
        ];
        head.extend(section.cols.iter().map(|it| (it.title.clone(), true)));
        let mut codes = vec![String::new(), String::new()];
        codes.extend(section.cols.iter().map(|it| it.code.clone()));
        let mut rows = vec![codes];
        for (row, contents) in section.rows.iter().zip(&section.cells) {
            let mut line = vec![row.title.clone(), row.code.clone()];
            for (col, content) in section.cols.iter().zip(contents) {
                line.push(match self.figure(section, &row.code, &col.code) {
                    _ if *content == Content::Closed => "X".to_owned(),
                    Some(figure) => figure.to_string(),
                    None => String::new(),
                });
            }
            rows.push(line);
        }
        Grid::new(head, rows)
    }
}

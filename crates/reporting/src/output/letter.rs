//! «Информационное письмо для родителей» in words: the greeting on paper, and
//! the letters by e-mail.

use std::collections::BTreeMap;

use kernel::dates::show_date;
use serde::Serialize;
use web::{
    Views,
    paper::{Align, Block},
};

use super::{SectionView, Shown};
use crate::{Error, Kind, LetterText, Made};

/// What a letter by e-mail is filled with.
#[derive(Serialize)]
struct Page<'a> {
    greeting: String,
    intro: String,
    head: Vec<&'a str>,
    lines: Vec<LineOf<'a>>,
}

#[derive(Serialize)]
struct LineOf<'a> {
    cells: Vec<&'a str>,
    sum: bool,
}

impl Shown {
    /// «Уважаемые родители! Сообщаем …» above the table on paper.
    pub(super) fn greeting(&self, section: &SectionView, views: &Views) -> Block {
        let pupil = section.title.clone().unwrap_or_default();
        let text = format!(
            "{} {}",
            views.word("reporting.letter.greeting"),
            views.phrase("reporting.letter.intro", &args(&pupil, &self.period))
        );
        Block::Text {
            text,
            align: Align::Body,
            strong: false,
        }
    }
}

fn args(pupil: &str, period: &str) -> BTreeMap<String, String> {
    [("pupil", pupil), ("period", period)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// A letter for each sheet of the report.
///
/// # Errors
/// A letter has no template.
pub(crate) fn letters(made: &Made, views: &Views) -> Result<Vec<LetterText>, Error> {
    let shown = Shown::at(made, Kind::ParentLetter, None, views);
    let sheets = made.more.sheets.iter().zip(&shown.sections);
    let written = sheets.filter(|it| !it.1.lines.is_empty());
    written
        .map(|(pupil, section)| {
            let name = section.title.clone().unwrap_or_default();
            let args = args(&name, &shown.period);
            let page = Page {
                greeting: views.word("reporting.letter.greeting"),
                intro: views.phrase("reporting.letter.intro", &args),
                head: shown.columns.iter().map(|it| it.label.as_str()).collect(),
                lines: section
                    .lines
                    .iter()
                    .map(|it| LineOf {
                        cells: it.cells.iter().map(|it| it.text.as_str()).collect(),
                        sum: it.sum,
                    })
                    .collect(),
            };
            Ok(LetterText {
                pupil: *pupil,
                subject: views.phrase("reporting.letter.subject", &args),
                text: views.part("mail/parent_letter.txt", &page)?.0,
                html: views.part("mail/parent_letter.html", &page)?.0,
            })
        })
        .collect()
}

/// «1 четверть (01.09.2026 – 23.10.2026)», as far as it is gone.
pub(super) fn period(made: &Made, views: &Views) -> String {
    if let Some(week) = made.more.week {
        return super::week_name(views, week);
    }
    let Some(term) = made.term else {
        return String::new();
    };
    let name = super::slot_name(views, term.slot);
    let last = term.ends_on.min(made.made_at.date_naive());
    format!(
        "{name} ({} – {})",
        show_date(term.starts_on),
        show_date(last)
    )
}

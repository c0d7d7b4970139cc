//! §1.14 «Табель успеваемости учащегося»: subjects by periods, a sheet each.

use std::collections::HashMap;

use curriculum::{Class, Subject};
use journal::{FinalPlace, FinalValue, Missed, Slot};
use kernel::{PersonId, SubjectId};

use crate::{Cell, Column, Label, Line, Report, Section};

/// Everything final of a class in a year.
#[derive(Clone, Debug)]
pub(crate) struct Year {
    pub(crate) class: Class,
    /// Periods, the year, the exam and the final mark.
    pub(crate) slots: Vec<Slot>,
    /// In the order of the list.
    pub(crate) pupils: Vec<(PersonId, String)>,
    /// What each is taught, by name.
    pub(crate) taught: HashMap<PersonId, Vec<SubjectId>>,
    pub(crate) subjects: HashMap<SubjectId, Subject>,
    pub(crate) marks: HashMap<FinalPlace, FinalValue>,
    /// By pupil and place of the period.
    pub(crate) missed: HashMap<(PersonId, usize), Missed>,
}

pub(crate) fn report_cards(year: &Year) -> Report {
    let mut columns = vec![Column::text("subject")];
    columns.extend(year.slots.iter().map(|it| Column {
        label: Label::Slot(*it),
        group: None,
        number: true,
    }));
    let section = |(pupil, name): &(PersonId, String)| Section {
        title: Some(format!("{name}, {}", year.class.name())),
        lines: lines(year, *pupil),
    };
    Report {
        columns,
        sections: year.pupils.iter().map(section).collect(),
        ..Report::default()
    }
}

fn lines(year: &Year, pupil: PersonId) -> Vec<Line> {
    let none = Vec::new();
    let subjects = year.taught.get(&pupil).unwrap_or(&none);
    let mut lines: Vec<Line> = subjects
        .iter()
        .map(|subject| {
            let name = year.subjects.get(subject).map_or("", |it| it.name.as_str());
            let mut cells = vec![Cell::text(name)];
            cells.extend(year.slots.iter().map(|slot| {
                let place = FinalPlace {
                    pupil,
                    subject: *subject,
                    slot: *slot,
                };
                let mark = year.marks.get(&place);
                mark.map_or(Cell::EMPTY, |it| Cell::mark(it.text()))
            }));
            Line::plain(cells)
        })
        .collect();
    for (word, of) in [
        ("missed-all", Missed::all as fn(&Missed) -> u32),
        ("missed-ill", |it: &Missed| it.ill),
    ] {
        let mut cells = vec![Cell::word(word)];
        cells.extend(year.slots.iter().enumerate().map(|(place, slot)| {
            let missed = year.missed.get(&(pupil, place));
            if slot.is_term() {
                missed.map_or(Cell::count(0), |it| Cell::count(of(it)))
            } else {
                Cell::EMPTY
            }
        }));
        lines.push(Line::sum(cells));
    }
    lines
}

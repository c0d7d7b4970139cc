//! §1.8 «Сводная ведомость учёта посещаемости»: days and lessons missed by
//! every pupil of a class, by period.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::left_note;
use crate::{
    Attendee, Cell, Column, Kept, Label, Line, Presence, Report, Section, Unit, period::Term,
};

/// What a column is called, and what stands in it.
type Figure = (&'static str, fn(&Kept) -> u32);

const DAYS: [Figure; 2] = [("days-all", |it| it.days), ("days-ill", |it| it.ill_days)];
const LESSONS: [Figure; 6] = [
    ("lessons-all", |it| it.missed.all()),
    ("ill", |it| it.missed.ill),
    ("excused", |it| it.missed.excused),
    ("truant", |it| it.missed.truant),
    ("untold", |it| it.missed.untold),
    ("late", |it| it.missed.late),
];

/// The lessons of a pupil day by day; of who left the class there is no such page.
fn lessons_of(book: &Presence, pupil: &Attendee, term: &Term) -> Option<String> {
    let is_here = pupil.stays.iter().any(|it| it.1.is_none());
    let (class, slot) = (book.class.id, term.slot.code());
    let path = format!(
        "/reports/pupil-total?class={class}&pupil={}&period={slot}",
        pupil.id
    );
    is_here.then_some(path)
}

pub(crate) fn class_attendance(book: &Presence, terms: &[Term], unit: Unit) -> Report {
    let figures: Vec<Figure> = match unit {
        Unit::Days => DAYS.into(),
        Unit::Lessons => LESSONS.into(),
        Unit::Both => DAYS.into_iter().chain(LESSONS).collect(),
    };
    let mut columns = vec![Column::text("pupil")];
    for term in terms {
        let of_term = figures.iter().map(|it| Column::number(it.0));
        columns.extend(of_term.map(|it| it.of_group(Label::Slot(term.slot))));
    }
    let days: Vec<RangeInclusive<NaiveDate>> =
        terms.iter().map(|it| it.starts_on..=it.ends_on).collect();
    let mut lines: Vec<Line> = book
        .pupils
        .iter()
        .map(|pupil| {
            let mut cells =
                vec![Cell::text(&pupil.name).to(format!("/people/pupils/{}", pupil.id))];
            for (days, term) in days.iter().zip(terms) {
                let kept = pupil.kept(book.on(days.clone()));
                let path = lessons_of(book, pupil, term);
                cells.extend(figures.iter().map(|it| Cell {
                    path: path.clone(),
                    ..Cell::count(it.1(&kept))
                }));
            }
            Line::plain(cells)
        })
        .collect();
    let sums: Vec<Kept> = days.iter().map(|it| book.kept(it)).collect();
    let foot = |word, of: &dyn Fn(&Kept, &Figure) -> Cell| {
        let mut cells = vec![Cell::word(word)];
        cells.extend(
            sums.iter()
                .flat_map(|sum| figures.iter().map(move |it| of(sum, it))),
        );
        Line::sum(cells)
    };
    let pupils = u32::try_from(book.pupils.len()).unwrap_or(u32::MAX);
    lines.push(foot("all-of-class", &|sum, it| Cell::count(it.1(sum))));
    lines.push(foot("mean", &|sum, it| {
        Cell::share(Decimal::from(it.1(sum)).checked_div(pupils.into()))
    }));
    // One figure for a period: it stands in its first column.
    lines.push(foot("attendance", &|sum, it| {
        if it.0 == figures[0].0 {
            Cell::share(sum.attendance())
        } else {
            Cell::EMPTY
        }
    }));
    Report {
        notes: left_note(book, terms).into_iter().collect(),
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

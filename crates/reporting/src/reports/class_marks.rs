//! §1.6 «Сводная ведомость учёта успеваемости»: pupils with a line for each
//! period, subjects, and below them what each subject comes to.

use journal::{Category, FinalPlace, FinalValue, Shares, Slot};
use kernel::{PersonId, SubjectId};

use super::Year;
use crate::{Cell, Column, Line, Report, Section};

/// The periods shown, and whether averages stand beside the marks.
pub(crate) fn class_marks(year: &Year, shown: &[Slot], averages: bool) -> Report {
    let subjects = subjects(year);
    let mut columns = vec![Column::text("pupil"), Column::text("period")];
    let named = subjects.iter().map(|it| Column::named(name(year, *it)));
    columns.extend(named);
    if averages {
        columns.push(Column::number("average"));
    }
    columns.push(Column::text("category"));
    let mut lines = vec![];
    for (pupil, listed) in &year.pupils {
        for (at, slot) in shown.iter().enumerate() {
            let listed = if at == 0 { listed.as_str() } else { "" };
            lines.push(line(year, &subjects, (*pupil, listed), *slot, averages));
        }
    }
    if !lines.is_empty() {
        for slot in shown {
            lines.extend(sums(year, &subjects, *slot, columns.len()));
        }
    }
    Report {
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn name(year: &Year, id: SubjectId) -> &str {
    year.subjects.get(&id).map_or("", |it| it.name.as_str())
}

/// What anybody of the class is taught, by name.
fn subjects(year: &Year) -> Vec<SubjectId> {
    let mut all: Vec<SubjectId> = year.taught.values().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    all.sort_by_key(|it| name(year, *it).to_owned());
    all
}

fn mark(year: &Year, pupil: PersonId, subject: SubjectId, slot: Slot) -> Option<&FinalValue> {
    let place = FinalPlace {
        pupil,
        subject,
        slot,
    };
    year.marks.get(&place)
}

fn line(
    year: &Year,
    subjects: &[SubjectId],
    (pupil, listed): (PersonId, &str),
    slot: Slot,
    averages: bool,
) -> Line {
    let mut cells = vec![Cell::text(listed), Cell::slot(slot)];
    cells.extend(subjects.iter().map(|subject| {
        let mark = mark(year, pupil, *subject, slot);
        mark.map_or(Cell::EMPTY, |it| Cell::mark(it.text()))
    }));
    let blank = FinalValue::none();
    let taught = year.taught.get(&pupil).map_or(&[][..], Vec::as_slice);
    let of_slot: Vec<_> = taught
        .iter()
        .map(|subject| {
            let scale = year.subjects.get(subject).map(|it| it.scale);
            let mark = mark(year, pupil, *subject, slot).unwrap_or(&blank);
            (mark, scale.unwrap_or_default())
        })
        .collect();
    if averages {
        let mut shares = Shares::default();
        for (mark, scale) in &of_slot {
            shares.add(mark, *scale);
        }
        cells.push(
            shares
                .average()
                .map_or(Cell::EMPTY, |it| Cell::share(Some(it))),
        );
    }
    // An exam is taken in some subjects only, and a period without any mark
    // tells nothing yet.
    let any = slot != Slot::EXAM && of_slot.iter().any(|it| !it.0.is_none());
    let category = any.then(|| Category::of(of_slot.iter().copied())).flatten();
    cells.push(category.map_or(Cell::EMPTY, |it| Cell::word(it.code())));
    Line::plain(cells)
}

/// A line below the pupils: its word, and the figure of a subject.
type Row = (&'static str, fn(&Shares) -> Cell);

const ROWS: [Row; 10] = [
    ("five", |it| Cell::count(it.five)),
    ("four", |it| Cell::count(it.four)),
    ("three", |it| Cell::count(it.three)),
    ("two", |it| Cell::count(it.two)),
    ("not-attested", |it| Cell::count(it.not_attested)),
    ("exempt", |it| Cell::count(it.exempt)),
    ("success", |it| Cell::share(it.success())),
    ("quality", |it| Cell::share(it.quality())),
    ("degree", |it| Cell::share(it.degree())),
    ("average", |it| Cell::share(it.average())),
];

fn sums(year: &Year, subjects: &[SubjectId], slot: Slot, width: usize) -> Vec<Line> {
    let shares = subjects.iter().map(|subject| {
        let scale = year.subjects.get(subject).map(|it| it.scale);
        let taught = year.pupils.iter().filter(|it| {
            let of = year.taught.get(&it.0);
            of.is_some_and(|it| it.contains(subject))
        });
        let mut shares = Shares::default();
        for (pupil, _) in taught {
            let blank = FinalValue::none();
            let mark = mark(year, *pupil, *subject, slot).unwrap_or(&blank);
            shares.add(mark, scale.unwrap_or_default());
        }
        shares
    });
    let shares: Vec<Shares> = shares.collect();
    let line = |(word, of): &Row| {
        let mut cells = vec![Cell::word(word), Cell::slot(slot)];
        cells.extend(shares.iter().map(of));
        cells.resize(width, Cell::EMPTY);
        Line::sum(cells)
    };
    ROWS.iter().map(line).collect()
}

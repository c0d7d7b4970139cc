//! §1.4 «Сводный отчёт классного руководителя»: a line for each class, beside
//! what the class had a year ago (`ux.md` §5.5).

use std::collections::HashMap;

use journal::{Shares, Slot};
use kernel::ClassId;
use rust_decimal::Decimal;

use super::{LEVELS, absences_of, opening, results_of};
use crate::{
    Books, Cell, Chart, ClassBook, Column, Form, Label, Line, Point, Report, Section, Standing,
};

/// What a class was in the same period of the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct YearAgo {
    /// Where its journal is, if there is one.
    pub(crate) class: Option<ClassId>,
    pub(crate) marks: Shares,
}

impl YearAgo {
    fn average(&self) -> Option<Decimal> {
        self.marks.average()
    }
}

/// A class with how it stands, and how it was a year ago.
type Compared<'a> = (&'a ClassBook, Standing, Option<&'a YearAgo>);

/// `before`: by what the classes are now; those that nothing is known of are
/// not in it.
pub(crate) fn classes(books: &Books, before: &HashMap<ClassId, YearAgo>) -> Report {
    let classes = books.classes.iter();
    let all: Vec<Compared<'_>> = classes
        .map(|it| (it, Standing::of(it), before.get(&it.class.id)))
        .collect();
    let with_before = before.values().any(|it| it.average().is_some());
    let line = |name, teacher, of: &[&Compared<'_>]| {
        let standing: Standing = of.iter().map(|it| &it.1).sum();
        let before = with_before.then(|| year_ago(of, books.term.slot));
        cells(name, teacher, &standing, before)
    };
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let mut of_level = vec![];
        for grade in from..=to {
            let parallel: Vec<_> = all.iter().filter(|it| it.0.class.grade == grade).collect();
            lines.extend(parallel.iter().map(|it| class_line(it, &line)));
            if parallel.len() > 1 {
                let name = Cell::text(grade.to_string());
                lines.push(Line::sum(line(name, Cell::EMPTY, &parallel)));
            }
            of_level.extend(parallel);
        }
        if !of_level.is_empty() {
            lines.push(Line::sum(line(Cell::word(word), Cell::EMPTY, &of_level)));
        }
    }
    let points = all.iter().map(|(book, it, before)| Point {
        label: Label::Text(book.class.name()),
        value: it.marks.average(),
        beside: before.and_then(YearAgo::average),
    });
    let ranks = Chart {
        form: Form::Ranks,
        title: None,
        word: if with_before {
            "class-ranks-before"
        } else {
            "class-ranks"
        },
        points: points.collect(),
    };
    let everybody: Vec<&Compared<'_>> = all.iter().collect();
    lines.push(Line::sum(line(Cell::word("all"), Cell::EMPTY, &everybody)));
    Report {
        columns: columns(with_before),
        sections: vec![Section { title: None, lines }],
        charts: vec![ranks],
        ..Report::default()
    }
}

fn class_line(
    of: &Compared<'_>,
    cells: &impl Fn(Cell, Cell, &[&Compared<'_>]) -> Vec<Cell>,
) -> Line {
    let book = of.0;
    let slot = book.term.slot.code();
    let absences = absences_of(&book.class, &slot);
    let name = Cell::text(book.class.name()).to(results_of(&book.class, &slot));
    let mut cells = cells(name, Cell::text(&book.teacher), &[of]);
    let missed = cells.len() - MISSED.len();
    for it in cells.iter_mut().skip(missed) {
        it.path = Some(absences.clone());
    }
    // Who is counted is named there (§1.2).
    let names = format!(
        "/reports/class-teacher?class={}&period={slot}",
        book.class.id
    );
    Line::plain(opening(cells, &names))
}

/// The average of all these classes a year ago; that of one opens its journal.
fn year_ago(of: &[&Compared<'_>], slot: Slot) -> Cell {
    let known: Vec<&YearAgo> = of.iter().filter_map(|it| it.2).collect();
    let mut marks = Shares::default();
    for it in &known {
        marks += it.marks;
    }
    let cell = Cell::share(marks.average());
    match known.as_slice() {
        [
            YearAgo {
                class: Some(class), ..
            },
        ] => cell.to(format!("/journal/{class}/finals?slot={}", slot.code())),
        _ => cell,
    }
}

/// The columns of lessons missed, the last of the table.
const MISSED: [&str; 5] = ["all", "ill", "excused", "truant", "each"];

fn columns(with_before: bool) -> Vec<Column> {
    let mut columns = vec![Column::text("class"), Column::text("class-teacher")];
    columns.extend(["at-start", "came", "left", "at-end"].map(Column::number));
    columns.extend(["excellent", "fours", "one-four", "one-three", "threes"].map(Column::number));
    for (group, words) in [
        ("fail", ["one", "two", "more"].as_slice()),
        ("not-attested", &["excused", "truant", "untold"]),
    ] {
        columns.extend(words.iter().map(|it| Column::number(it).under(group)));
    }
    columns.extend(["no-mark", "success", "quality", "degree", "average"].map(Column::number));
    if with_before {
        columns.push(Column::number("year-ago"));
    }
    columns.extend(MISSED.map(|it| Column::number(it).under("missed")));
    columns
}

fn cells(name: Cell, teacher: Cell, it: &Standing, before: Option<Cell>) -> Vec<Cell> {
    let counts = [
        it.at_start,
        it.came,
        it.left,
        it.pupils,
        it.excellent,
        it.fours(),
        it.one_four,
        it.one_three,
        it.threes,
        it.fails[0],
        it.fails[1],
        it.fails[2],
        it.excused,
        it.truant,
        it.not_attested,
        it.no_mark,
    ];
    let shares = [
        it.success(),
        it.quality(),
        it.marks.degree(),
        it.marks.average(),
    ];
    let missed = [
        it.missed.all(),
        it.missed.ill,
        it.missed.excused,
        it.missed.truant + it.missed.untold,
    ];
    let each = Decimal::from(it.missed.all()).checked_div(it.pupils.into());
    let mut cells = vec![name, teacher];
    cells.extend(counts.map(Cell::count));
    cells.extend(shares.map(Cell::share));
    cells.extend(before);
    cells.extend(missed.map(Cell::count));
    cells.push(Cell::share(each));
    cells
}

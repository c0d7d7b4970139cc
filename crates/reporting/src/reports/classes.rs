//! §1.4 «Сводный отчёт классного руководителя»: a line for each class.

use rust_decimal::Decimal;

use super::{LEVELS, absences_of, opening, results_of};
use crate::{
    Books, Cell, Chart, ClassBook, Column, Form, Label, Line, Point, Report, Section, Standing,
};

pub(crate) fn classes(books: &Books) -> Report {
    let all: Vec<(&ClassBook, Standing)> = books
        .classes
        .iter()
        .map(|it| (it, Standing::of(it)))
        .collect();
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let mut of_level = Standing::default();
        for grade in from..=to {
            let parallel: Vec<_> = all.iter().filter(|it| it.0.class.grade == grade).collect();
            lines.extend(parallel.iter().map(|it| class_line(it.0, &it.1)));
            let sum: Standing = parallel.iter().map(|it| &it.1).sum();
            if parallel.len() > 1 {
                let name = Cell::text(grade.to_string());
                lines.push(Line::sum(cells(name, Cell::EMPTY, &sum)));
            }
            of_level += sum;
        }
        if of_level != Standing::default() {
            lines.push(Line::sum(cells(Cell::word(word), Cell::EMPTY, &of_level)));
        }
    }
    let points = all.iter().map(|(book, it)| Point {
        label: Label::Text(book.class.name()),
        value: it.marks.average(),
        beside: None,
    });
    let ranks = Chart {
        form: Form::Ranks,
        title: None,
        word: "class-ranks",
        points: points.collect(),
    };
    let sum = all.iter().map(|it| &it.1).sum();
    lines.push(Line::sum(cells(Cell::word("all"), Cell::EMPTY, &sum)));
    Report {
        columns: columns(),
        sections: vec![Section { title: None, lines }],
        charts: vec![ranks],
        ..Report::default()
    }
}

fn class_line(book: &ClassBook, it: &Standing) -> Line {
    let slot = book.term.slot.code();
    let absences = absences_of(&book.class, &slot);
    let name = Cell::text(book.class.name()).to(results_of(&book.class, &slot));
    let mut cells = cells(name, Cell::text(&book.teacher), it);
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

/// The columns of lessons missed, the last of the table.
const MISSED: [&str; 5] = ["all", "ill", "excused", "truant", "each"];

fn columns() -> Vec<Column> {
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
    columns.extend(MISSED.map(|it| Column::number(it).under("missed")));
    columns
}

fn cells(name: Cell, teacher: Cell, it: &Standing) -> Vec<Cell> {
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
    cells.extend(missed.map(Cell::count));
    cells.push(Cell::share(each));
    cells
}

//! §1.5 «Сводный отчёт об успеваемости по школе»: sixteen columns by parallels.

use std::collections::BTreeMap;

use super::LEVELS;
use crate::{Books, Cell, Column, Line, Report, Section, Standing};

pub(crate) fn school(books: &Books) -> Report {
    let mut grades: BTreeMap<i16, Standing> = BTreeMap::new();
    for class in &books.classes {
        *grades.entry(class.class.grade).or_default() += Standing::of(class);
    }
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let of_level: Vec<(&i16, &Standing)> = grades.range(from..=to).collect();
        for (grade, it) in &of_level {
            let path = format!("/reports/classes?period={}", books.term.slot.code());
            lines.push(Line::plain(line(
                Cell::text(grade.to_string()).to(path),
                it,
            )));
        }
        if of_level.len() > 1 {
            let sum = of_level.iter().map(|it| it.1).sum();
            lines.push(Line::sum(line(Cell::word(word), &sum)));
        }
    }
    let all = grades.values().sum();
    lines.push(Line::sum(line(Cell::word("all"), &all)));
    Report {
        columns: columns(),
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn columns() -> Vec<Column> {
    let mut columns = vec![Column::text("parallel"), Column::number("pupils")];
    let grouped = [
        (
            "succeed",
            [
                "all",
                "excellent",
                "fours",
                "one-four",
                "one-three",
                "threes",
            ]
            .as_slice(),
        ),
        ("not-attested", &["all", "excused", "truant"]),
        ("fail", &["all", "one", "two", "more"]),
    ];
    for (group, words) in grouped {
        let of_group = words.iter().map(|it| Column::number(it).under(group));
        columns.extend(of_group);
    }
    columns.extend(["no-mark", "success", "quality"].map(Column::number));
    columns
}

fn line(name: Cell, it: &Standing) -> Vec<Cell> {
    let counts = [
        it.pupils,
        it.succeed(),
        it.excellent,
        it.fours(),
        it.one_four,
        it.one_three,
        it.threes,
        it.all_not_attested(),
        it.excused,
        it.truant,
        it.all_fails(),
        it.fails[0],
        it.fails[1],
        it.fails[2],
        it.no_mark,
    ];
    let mut cells = vec![name];
    cells.extend(counts.map(Cell::count));
    cells.extend([it.success(), it.quality()].map(Cell::share));
    cells
}

//! §1.5 «Сводный отчёт об успеваемости по школе»: sixteen columns by parallels,
//! where asked for with the names of those who fail and their subjects.

use std::collections::BTreeMap;

use journal::Category;
use org::Targets;
use rust_decimal::Decimal;

use super::{LEVELS, opening};
use crate::{Books, Cell, Chart, Column, Form, Label, Line, Point, Report, Section, Standing};

pub(crate) fn school(books: &Books, names: bool, targets: Targets) -> Report {
    let mut grades: BTreeMap<i16, Standing> = BTreeMap::new();
    for class in &books.classes {
        *grades.entry(class.class.grade).or_default() += Standing::of(class);
    }
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let of_level: Vec<(&i16, &Standing)> = grades.range(from..=to).collect();
        for (grade, it) in &of_level {
            let slot = books.term.slot.code();
            let path = format!("/reports/classes?period={slot}&grade={grade}");
            let weak = names.then(|| failing(books, **grade));
            let cells = line(Cell::text(grade.to_string()), it, weak);
            lines.push(Line::plain(opening(cells, &path)));
        }
        if of_level.len() > 1 {
            let sum = of_level.iter().map(|it| it.1).sum();
            let weak = names.then(String::new);
            lines.push(Line::sum(line(Cell::word(word), &sum, weak)));
        }
    }
    let charts = vec![
        shares(&grades, "success", Standing::success, targets.success),
        shares(&grades, "quality", Standing::quality, targets.quality),
    ];
    let all = grades.values().sum();
    let weak = names.then(String::new);
    lines.push(Line::sum(line(Cell::word("all"), &all, weak)));
    Report {
        columns: columns(names),
        sections: vec![Section { title: None, lines }],
        charts,
        ..Report::default()
    }
}

/// A bar for each parallel against what the school aims at.
fn shares(
    grades: &BTreeMap<i16, Standing>,
    word: &'static str,
    of: fn(&Standing) -> Option<Decimal>,
    target: Option<i32>,
) -> Chart {
    let point = |(grade, it): (&i16, &Standing)| Point {
        label: Label::Text(grade.to_string()),
        value: of(it),
        beside: None,
    };
    Chart {
        form: Form::Shares(target.map(Decimal::from)),
        title: None,
        word,
        points: grades.iter().map(point).collect(),
    }
}

/// «7Б: Егорова Анна (Русский)»: who fails in the parallel, and in what.
fn failing(books: &Books, grade: i16) -> String {
    let classes = books.classes.iter().filter(|it| it.class.grade == grade);
    let found = classes.flat_map(|class| {
        let pupils = class.pupils.iter();
        let pupils = pupils.filter(|it| matches!(it.category(), Some(Category::Fails(_))));
        pupils.map(|it| {
            let subjects: Vec<&str> = it.of_level(2).map(|it| books.subject(it)).collect();
            format!(
                "{}: {} ({})",
                class.class.name(),
                it.name,
                subjects.join(", ")
            )
        })
    });
    found.collect::<Vec<_>>().join("; ")
}

fn columns(names: bool) -> Vec<Column> {
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
    if names {
        columns.push(Column::text("failing"));
    }
    columns
}

fn line(name: Cell, it: &Standing, weak: Option<String>) -> Vec<Cell> {
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
    cells.extend(weak.map(Cell::text));
    cells
}

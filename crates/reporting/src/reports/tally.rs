//! Counts by class with sums by parallel, level and school.

use curriculum::Class;
use people::RestrictedField;

use super::LEVELS;
use crate::{Cell, ClassRoll, Line};

/// The counts of a class.
pub(super) struct Row {
    pub(super) class: Class,
    pub(super) teacher: String,
    pub(super) counts: Vec<u32>,
}

/// A line for each class, for each parallel of several, for each level, for
/// the school; `path` is where a class is looked at.
pub(super) fn lines(rows: &[Row], teachers: bool, path: &str) -> Vec<Line> {
    let cells = |name: Cell, teacher: &str, counts: &[u32]| {
        let mut cells = vec![name];
        if teachers {
            cells.push(Cell::text(teacher));
        }
        cells.extend(counts.iter().map(|it| Cell::count(*it)));
        cells
    };
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let of_level: Vec<&Row> = rows
            .iter()
            .filter(|it| (from..=to).contains(&it.class.grade))
            .collect();
        for grade in from..=to {
            let parallel: Vec<&Row> = of_level
                .iter()
                .copied()
                .filter(|it| it.class.grade == grade)
                .collect();
            for row in &parallel {
                let name =
                    Cell::text(row.class.name()).to(format!("{path}?class={}", row.class.id));
                lines.push(Line::plain(cells(name, &row.teacher, &row.counts)));
            }
            if parallel.len() > 1 {
                let name = Cell::text(grade.to_string());
                lines.push(Line::sum(cells(name, "", &sum(&parallel))));
            }
        }
        if of_level.len() > 1 {
            lines.push(Line::sum(cells(Cell::word(word), "", &sum(&of_level))));
        }
    }
    if rows.len() > 1 {
        let all: Vec<&Row> = rows.iter().collect();
        lines.push(Line::sum(cells(Cell::word("all"), "", &sum(&all))));
    }
    lines
}

fn sum(rows: &[&Row]) -> Vec<u32> {
    let width = rows.iter().map(|it| it.counts.len()).max().unwrap_or(0);
    (0..width)
        .map(|at| rows.iter().filter_map(|it| it.counts.get(at)).sum())
        .collect()
}

/// How often these values stand in the cards of a class, and all others.
pub(super) fn marks(
    class: &ClassRoll,
    field: RestrictedField,
    values: &[String],
    others: bool,
) -> Vec<u32> {
    let of = |is: &dyn Fn(&str) -> bool| {
        let found = class.marks.iter().filter(|it| it.0 == field && is(&it.1));
        found.map(|it| it.2).sum()
    };
    let mut counts: Vec<u32> = values.iter().map(|value| of(&|it| it == value)).collect();
    if others {
        counts.push(of(&|it| !values.iter().any(|value| value == it)));
    }
    counts
}

pub(super) fn count(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

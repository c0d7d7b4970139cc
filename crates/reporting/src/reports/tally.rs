//! Counts by class with sums by parallel, level and school.

use curriculum::Class;
use people::RestrictedField;

use super::levels::by_level;
use crate::{Cell, ClassRoll, Line};

/// The counts of a class.
pub(super) struct Row {
    pub(super) class: Class,
    pub(super) teacher: String,
    pub(super) counts: Vec<u32>,
}

/// A line for each class and the sums of [`by_level`]; `path` is where a class
/// is looked at.
pub(super) fn lines(rows: &[Row], teachers: bool, path: &str) -> Vec<Line> {
    let cells = |name: Cell, teacher: &str, counts: &[u32]| {
        let mut cells = vec![name];
        if teachers {
            cells.push(Cell::text(teacher));
        }
        cells.extend(counts.iter().map(|it| Cell::count(*it)));
        cells
    };
    by_level(
        rows,
        |it| it.class.grade,
        |it| {
            let name = Cell::text(it.class.name()).to(format!("{path}?class={}", it.class.id));
            Line::plain(cells(name, &it.teacher, &it.counts))
        },
        |name, of| Line::sum(cells(name, "", &sum(of))),
    )
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

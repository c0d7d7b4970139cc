//! Lines of classes with sums by parallel, level and school.

use super::LEVELS;
use crate::{Cell, Line};

/// A line for each class, and a sum below each parallel, each level and all
/// where these have several classes.
pub(super) fn by_level<T>(
    all: &[T],
    grade: impl Fn(&T) -> i16,
    line: impl Fn(&T) -> Line,
    sum: impl Fn(Cell, &[&T]) -> Line,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (from, to, word) in LEVELS {
        let of_level: Vec<&T> = all
            .iter()
            .filter(|it| (from..=to).contains(&grade(it)))
            .collect();
        for number in from..=to {
            let parallel: Vec<&T> = of_level
                .iter()
                .copied()
                .filter(|it| grade(it) == number)
                .collect();
            lines.extend(parallel.iter().map(|it| line(it)));
            if parallel.len() > 1 {
                lines.push(sum(Cell::text(number.to_string()), &parallel));
            }
        }
        if of_level.len() > 1 {
            lines.push(sum(Cell::word(word), &of_level));
        }
    }
    if all.len() > 1 {
        let every: Vec<&T> = all.iter().collect();
        lines.push(sum(Cell::word("all"), &every));
    }
    lines
}

//! §1.18 «Информационное письмо для родителей»: a sheet for each pupil.

use journal::{MarkSum, Missed};
use rust_decimal::Decimal;

use crate::{Cell, Column, Line, Progress, PupilProgress, Report, Section};

/// Of a period, or of a week, which has no final marks.
pub(crate) fn parent_letter(progress: &Progress, of_week: bool) -> Report {
    let mut columns = vec![Column::text("subject")];
    let words = [
        "five",
        "four",
        "three",
        "two-marks",
        "average",
        "period-mark",
    ];
    columns.extend(words.map(Column::number));
    if of_week {
        columns.pop();
    }
    let section = |it: &PupilProgress| {
        let mut lines = lines(progress, it);
        for line in &mut lines {
            line.cells.truncate(columns.len());
        }
        Section {
            title: Some(format!("{}, {}", it.name, progress.class.name())),
            lines,
        }
    };
    let sections = progress.pupils.iter().map(section).collect();
    Report {
        columns,
        sections,
        ..Report::default()
    }
}

fn lines(progress: &Progress, pupil: &PupilProgress) -> Vec<Line> {
    let mut lines: Vec<Line> = pupil
        .subjects
        .iter()
        .map(|it| {
            let mut cells = vec![Cell::text(progress.subject(it.subject))];
            cells.extend(it.sum.levels.map(Cell::count));
            cells.push(
                it.sum
                    .average()
                    .map_or(Cell::EMPTY, |it| Cell::share(Some(it))),
            );
            cells.push(Cell::mark(it.set.text()));
            Line::plain(cells)
        })
        .collect();
    if lines.is_empty() {
        return lines;
    }
    let whole = pupil.whole();
    let finals = pupil.subjects.iter().filter_map(|it| it.set.points());
    let (sum, count) = finals.fold((Decimal::ZERO, 0_u32), |it, mark| (it.0 + mark, it.1 + 1));
    let mut cells = vec![Cell::word("all")];
    cells.extend(whole.levels.map(Cell::count));
    cells.push(Cell::share(whole.average()));
    cells.push(match sum.checked_div(count.into()) {
        None => Cell::EMPTY,
        some => Cell::share(some),
    });
    lines.push(Line::sum(cells));
    let all: MarkSum = pupil.subjects.iter().map(|it| it.sum).sum();
    lines.extend(below(&all.missed, all.dots));
    lines
}

/// Absences and debts; only the first of them where there is none.
fn below(missed: &Missed, dots: u32) -> Vec<Line> {
    let rows = [
        ("missed-all", missed.all()),
        ("missed-ill", missed.ill),
        ("missed-truant", missed.truant + missed.untold),
        ("missed-late", missed.late),
        ("debts", dots),
    ];
    let shown = rows.into_iter().enumerate();
    let shown = shown.filter(|(at, (_, count))| *at == 0 || *count > 0);
    let line = |(_, (word, count)): (usize, (&'static str, u32))| {
        let mut cells = vec![Cell::word(word), Cell::count(count)];
        cells.resize(7, Cell::EMPTY);
        Line::plain(cells)
    };
    shown.map(line).collect()
}

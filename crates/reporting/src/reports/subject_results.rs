//! §1.23 «Отчёт об успеваемости класса по предмету»: pupils with their marks
//! of a period, what comes out and what is set.

use journal::{MarkSum, Shares};
use kernel::SubjectId;

use super::distribution;
use crate::{Cell, Column, Line, Progress, Report, Section};

pub(crate) fn subject_results(progress: &Progress, subject: SubjectId) -> Report {
    let pupils = progress.pupils.iter();
    let pupils = pupils.filter_map(|it| Some((it, it.of(subject)?)));
    let (mut lines, mut all, mut shares) = (vec![], MarkSum::default(), Shares::default());
    for (pupil, it) in pupils {
        all += it.sum;
        let likely = it.likely(&progress.marking.rule(it.scale));
        shares.add(&likely, it.scale);
        let mut cells = vec![Cell::text(&pupil.name)];
        cells.extend(counts(&it.sum));
        cells.push(Cell::mark(if it.set.is_none() {
            likely.text()
        } else {
            ""
        }));
        cells.push(Cell::mark(it.set.text()));
        lines.push(Line::plain(cells));
    }
    if !lines.is_empty() {
        let mut cells = vec![Cell::word("all")];
        cells.extend(counts(&all));
        cells.resize(columns().len(), Cell::EMPTY);
        lines.push(Line::sum(cells));
        for (word, share) in [
            ("success", shares.success()),
            ("quality", shares.quality()),
            ("degree", shares.degree()),
        ] {
            let mut cells = vec![Cell::word(word), Cell::share(share)];
            cells.resize(columns().len(), Cell::EMPTY);
            lines.push(Line::sum(cells));
        }
    }
    Report {
        columns: columns(),
        sections: vec![Section { title: None, lines }],
        charts: vec![distribution(all.levels)],
        ..Report::default()
    }
}

fn columns() -> Vec<Column> {
    let mut columns = vec![Column::text("pupil")];
    let marks = ["five", "four", "three", "two-marks"];
    columns.extend(marks.map(|it| Column::number(it).under("count")));
    columns.push(Column::number("dots"));
    columns.extend(["all", "ill"].map(|it| Column::number(it).under("missed")));
    columns.extend(["average", "likely", "period-mark"].map(Column::number));
    columns
}

fn counts(sum: &MarkSum) -> Vec<Cell> {
    let mut cells: Vec<Cell> = sum.levels.map(Cell::count).to_vec();
    cells.extend([sum.dots, sum.missed.all(), sum.missed.ill].map(Cell::count));
    cells.push(Cell::share(sum.average()));
    cells
}

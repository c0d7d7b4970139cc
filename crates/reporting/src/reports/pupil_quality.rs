//! §1.17 «Итоги успеваемости и качества знаний»: lessons, marks and their
//! shares of a pupil, subject by subject, beside the class.

use journal::MarkSum;
use rust_decimal::Decimal;

use crate::{Cell, Column, Line, OfClass, Progress, PupilProgress, Report, Section};

pub(crate) fn pupil_quality(progress: &Progress, pupil: &PupilProgress) -> Report {
    let mut lines = vec![];
    let mut lessons = 0;
    for it in &pupil.subjects {
        lessons += it.earned.lessons;
        let class = progress.of_class.get(&it.subject);
        let class = class.map(OfClass::shown).unwrap_or_default();
        lines.push(Line::plain(cells(
            Cell::text(progress.subject(it.subject)),
            it.earned.lessons,
            &it.sum,
            &class,
        )));
    }
    if !lines.is_empty() {
        // Absences are those of all subjects, marks those of five points.
        let missed = pupil.subjects.iter().map(|it| it.sum).sum::<MarkSum>();
        let mut whole = pupil.whole();
        whole.missed = missed.missed;
        let class = progress.whole().shown();
        lines.push(Line::sum(cells(
            Cell::word("all-subjects"),
            lessons,
            &whole,
            &class,
        )));
    }
    Report {
        columns: columns(),
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn columns() -> Vec<Column> {
    let mut columns = vec![Column::text("subject"), Column::number("lessons")];
    let missed = ["all", "ill", "excused", "truant"];
    columns.extend(missed.map(|it| Column::number(it).under("missed")));
    columns.extend(["works", "marks"].map(Column::number));
    let marks = ["five", "four", "three", "two-marks"];
    columns.extend(marks.map(|it| Column::number(it).under("count")));
    columns.push(Column::number("dots"));
    let shares = ["mean", "average", "success", "quality"];
    columns.extend(shares.map(|it| Column::number(it).under("own")));
    let shares = ["average", "success", "quality"];
    columns.extend(shares.map(|it| Column::number(it).under("of-class")));
    columns
}

fn cells(name: Cell, lessons: u32, sum: &MarkSum, class: &MarkSum) -> Vec<Cell> {
    let missed = &sum.missed;
    let counts = [
        lessons,
        missed.all(),
        missed.ill,
        missed.excused,
        missed.truant + missed.untold,
        sum.works,
        sum.marks,
    ];
    let shares: [Option<Decimal>; 7] = [
        sum.mean(),
        sum.average(),
        sum.success(),
        sum.quality(),
        class.average(),
        class.success(),
        class.quality(),
    ];
    let mut cells = vec![name];
    cells.extend(counts.map(Cell::count));
    cells.extend(sum.levels.map(Cell::count));
    cells.push(Cell::count(sum.dots));
    cells.extend(shares.map(Cell::share));
    cells
}

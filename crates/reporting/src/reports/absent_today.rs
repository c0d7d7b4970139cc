//! §1.23 «Пропуски за день»: who missed lessons of a day, class by class.

use journal::Attendance;

use crate::{Cell, Column, Line, Presence, Report, Section};

const CODES: [Attendance; 5] = [
    Attendance::Ill,
    Attendance::Excused,
    Attendance::Truant,
    Attendance::Absent,
    Attendance::Late,
];

pub(crate) fn absent_today(books: &[Presence]) -> Report {
    let mut columns = vec![
        Column::text("class"),
        Column::text("pupil"),
        Column::number("lessons-of-day"),
        Column::number("lessons-all"),
    ];
    columns.extend(CODES.map(|it| Column::named(it.code()).under("lessons")));
    columns.push(Column::number("whole-days"));
    let mut lines = Vec::new();
    let mut all = crate::Kept::default();
    let mut people = 0;
    for book in books {
        for pupil in &book.pupils {
            let kept = pupil.kept(&book.lessons);
            if kept.missed.all() + kept.missed.late == 0 {
                continue;
            }
            people += u32::from(kept.missed.all() > 0);
            all += kept;
            let mut cells = vec![
                Cell::text(book.class.name()).to(format!("/journal/{}/attendance", book.class.id)),
                Cell::text(&pupil.name).to(format!("/people/pupils/{}", pupil.id)),
            ];
            cells.extend(figures(&kept));
            lines.push(Line::plain(cells));
        }
    }
    if !lines.is_empty() {
        let mut cells = vec![Cell::word("absent-pupils"), Cell::count(people)];
        cells.extend(figures(&all));
        lines.push(Line::sum(cells));
    }
    Report {
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn figures(kept: &crate::Kept) -> Vec<Cell> {
    let it = kept.missed;
    let counts = [
        kept.lessons,
        it.all(),
        it.ill,
        it.excused,
        it.truant,
        it.untold,
        it.late,
        kept.days,
    ];
    counts.map(Cell::count).into()
}

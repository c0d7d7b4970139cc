//! §1.23 «Пропуски за день»: who missed lessons of a day, class by class.

use chrono::NaiveDate;
use journal::Attendance;
use web::heat_map::{Heat, HeatMap};

use crate::{Cell, Column, Line, Presence, Report, Section};

const CODES: [Attendance; 5] = [
    Attendance::Ill,
    Attendance::Excused,
    Attendance::Truant,
    Attendance::Absent,
    Attendance::Late,
];

/// A fifth of the lessons of a day missed by a class is the darkest shade.
const DARKEST: u32 = 5;

/// The classes over some days, shaded by the part of their lessons that was
/// missed; in each place how many pupils missed any (`ux.md` §5.5).
pub(crate) fn school_heat(books: &[Presence]) -> Option<(&'static str, HeatMap)> {
    let mut days: Vec<NaiveDate> = books.iter().flat_map(Presence::days).collect();
    days.sort_unstable();
    days.dedup();
    let heads: Vec<String> = days.iter().map(|it| it.format("%d").to_string()).collect();
    let rows: Vec<(String, Vec<Option<Heat>>)> = books
        .iter()
        .map(|book| {
            let places = days.iter().map(|it| heat(book, *it)).collect();
            (book.class.name(), places)
        })
        .collect();
    HeatMap::new(&heads, &rows).map(|it| ("classes", it))
}

fn heat(book: &Presence, day: NaiveDate) -> Option<Heat> {
    let lessons = book.on(day..=day);
    let (mut missed, mut held, mut away) = (0, 0, 0);
    for pupil in &book.pupils {
        let kept = pupil.kept(lessons.clone());
        missed += kept.missed.all();
        held += kept.lessons;
        away += u32::from(kept.missed.all() > 0);
    }
    let here = book.pupils.iter();
    let here = here.filter(|it| lessons.clone().any(|lesson| it.has(lesson)));
    let here = here.count();
    (held > 0).then(|| Heat {
        part: (missed * DARKEST).min(held),
        of: held,
        letter: if away == 0 {
            String::new()
        } else {
            away.to_string()
        },
        title: format!("{away} из {here}; {} %", missed * 100 / held),
    })
}

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

//! §1.9 «Отчёт о посещаемости класса»: a month by days with the codes of
//! §2.2, and the same by subjects.

use journal::{Attendance, HeldLesson};
use rust_decimal::prelude::ToPrimitive;
use web::heat_map::{Heat, HeatMap};

use crate::{Attendee, Cell, Column, Kept, Line, Presence, Report, Section};

/// In the order of the totals: «УП 0 · Б 12 · НП 0 · ОТ 2 · ОП 1».
const CODES: [Attendance; 5] = [
    Attendance::Excused,
    Attendance::Ill,
    Attendance::Truant,
    Attendance::Absent,
    Attendance::Late,
];

/// By days; also as a heat map.
pub(crate) fn class_absences(book: &Presence) -> Report {
    let days = book.days();
    let columns = days.iter().map(|it| it.format("%d").to_string());
    let heads: Vec<String> = columns.collect();
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    for pupil in &book.pupils {
        let of_day = |on: &chrono::NaiveDate| -> Vec<&HeldLesson> {
            book.on(*on..=*on).filter(|it| pupil.has(it)).collect()
        };
        let places: Vec<Vec<&HeldLesson>> = days.iter().map(of_day).collect();
        lines.push(line(pupil, &places, book));
        let shades = places.iter().map(|it| heat(pupil, it)).collect();
        rows.push((pupil.name.clone(), shades));
    }
    if !days.is_empty() {
        lines.extend(feet(book, &days));
    }
    Report {
        columns: columns_of(heads.iter().map(|it| day_column(it))),
        sections: vec![Section { title: None, lines }],
        heat: HeatMap::new(&heads, &rows).map(|it| ("pupils", it)),
        ..Report::default()
    }
}

/// By subjects.
pub(crate) fn class_absences_by_subject(book: &Presence) -> Report {
    let subjects: Vec<_> = book
        .subjects
        .iter()
        .filter(|it| book.lessons.iter().any(|lesson| lesson.subject == it.0))
        .collect();
    let lines = book.pupils.iter().map(|pupil| {
        let of_subject = |subject| -> Vec<&HeldLesson> {
            let own = book.lessons.iter();
            own.filter(|it| it.subject == subject && pupil.has(it))
                .collect()
        };
        let places: Vec<Vec<&HeldLesson>> = subjects.iter().map(|it| of_subject(it.0)).collect();
        line(pupil, &places, book)
    });
    let mut lines: Vec<Line> = lines.collect();
    let mut cells = vec![Cell::word("all-of-class")];
    let of = |wanted: &dyn Fn(&HeldLesson) -> bool| {
        let mut sum = Kept::default();
        for it in &book.pupils {
            sum += it.kept(book.lessons.iter().filter(|it| wanted(it)));
        }
        sum
    };
    for (subject, _) in &subjects {
        let sum = of(&|it: &HeldLesson| it.subject == *subject);
        cells.push(Cell::count(sum.missed.all()));
    }
    cells.extend(totals(&of(&|_| true)));
    lines.push(Line::sum(cells));
    Report {
        columns: columns_of(subjects.iter().map(|it| day_column(&it.1))),
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

fn day_column(name: &str) -> Column {
    Column {
        number: false,
        ..Column::named(name)
    }
}

fn columns_of(places: impl Iterator<Item = Column>) -> Vec<Column> {
    let mut columns = vec![Column::text("pupil")];
    columns.extend(places);
    columns.extend(CODES.map(|it| Column::named(it.code())));
    columns.push(Column::number("whole-days"));
    columns
}

fn line(pupil: &Attendee, places: &[Vec<&HeldLesson>], book: &Presence) -> Line {
    let mut cells = vec![Cell::text(&pupil.name).to(format!("/people/pupils/{}", pupil.id))];
    for lessons in places {
        let text = codes(pupil, lessons);
        cells.push(if text.is_empty() {
            Cell::EMPTY
        } else {
            Cell::text(text)
        });
    }
    cells.extend(totals(&pupil.kept(&book.lessons)));
    Line::plain(cells)
}

/// «УП2 ОТ1»; nothing where the pupil was there.
fn codes(pupil: &Attendee, lessons: &[&HeldLesson]) -> String {
    let shown = CODES.into_iter().chain([Attendance::Exempt]);
    let counts = shown.map(|it| (it, noted(pupil, lessons, it)));
    let parts = counts.filter(|it| it.1 > 0);
    let parts = parts.map(|(code, count)| format!("{}{count}", code.code()));
    parts.collect::<Vec<_>>().join(" ")
}

/// At how many of the lessons the pupil is noted so.
fn noted(pupil: &Attendee, lessons: &[&HeldLesson], code: Attendance) -> u32 {
    let found = lessons
        .iter()
        .filter(|it| pupil.noted.get(&it.id) == Some(&code));
    u32::try_from(found.count()).unwrap_or(u32::MAX)
}

fn totals(kept: &Kept) -> Vec<Cell> {
    let it = kept.missed;
    let counts = [it.excused, it.ill, it.truant, it.untold, it.late, kept.days];
    counts.map(Cell::count).into()
}

/// The shade is how much of the day was missed, the letter which absence the
/// most of it is.
fn heat(pupil: &Attendee, lessons: &[&HeldLesson]) -> Option<Heat> {
    if lessons.is_empty() {
        return None;
    }
    let counts = CODES.map(|it| (it, noted(pupil, lessons, it)));
    let missed = counts
        .iter()
        .filter(|it| it.0.missed())
        .map(|it| it.1)
        .sum();
    let most = counts
        .iter()
        .filter(|it| it.1 > 0)
        .max_by_key(|it| (it.0.missed(), it.1));
    let of = u32::try_from(lessons.len()).unwrap_or(u32::MAX);
    let text = codes(pupil, lessons);
    Some(Heat {
        part: missed,
        of,
        letter: most.map(|it| it.0.letter().to_owned()).unwrap_or_default(),
        title: format!("{} / {of}", if text.is_empty() { "0" } else { &text }),
    })
}

/// Below the days: how many were absent, and `% посещаемости`.
fn feet(book: &Presence, days: &[chrono::NaiveDate]) -> [Line; 2] {
    let mut absent = vec![Cell::word("absent-pupils")];
    let mut share = vec![Cell::word("attendance")];
    for on in days {
        let kept = book.pupils.iter().map(|it| it.kept(book.on(*on..=*on)));
        let kept: Vec<Kept> = kept.collect();
        let count = kept.iter().filter(|it| it.missed.all() > 0).count();
        absent.push(Cell::count(u32::try_from(count).unwrap_or(u32::MAX)));
        // A column of a day is narrow: whole percents (§1.0).
        let whole = sum(&kept).attendance().and_then(|it| it.round().to_u32());
        share.push(whole.map_or(Cell::share(None), Cell::count));
    }
    let all = sum(&book
        .pupils
        .iter()
        .map(|it| it.kept(&book.lessons))
        .collect::<Vec<_>>());
    absent.extend(totals(&all));
    share.push(Cell::share(all.attendance()));
    share.resize(absent.len(), Cell::EMPTY);
    [Line::sum(absent), Line::sum(share)]
}

fn sum(all: &[Kept]) -> Kept {
    let mut sum = Kept::default();
    for it in all {
        sum += *it;
    }
    sum
}

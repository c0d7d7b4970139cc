//! §1.7 «Итоги успеваемости класса за учебный период»: pupils by subjects.

use journal::{Category, Shares};
use kernel::SubjectId;

use super::distribution;
use crate::{Books, Cell, ClassBook, Column, Line, PupilBook, Report, Section};

/// With the place of each pupil in the class where `places` asks for it.
pub(crate) fn class_results(books: &Books, class: &ClassBook, places: bool) -> Report {
    let mut columns = vec![Column::text("pupil"), Column::text("category")];
    let subjects = class.subjects.iter();
    columns.extend(subjects.clone().map(|it| Column::named(books.subject(*it))));
    columns.push(Column::number("average"));
    let counts = ["five", "four", "three", "two-marks", "not-attested"];
    columns.extend(counts.map(|it| Column::number(it).under("count")));
    let missed = ["all", "ill", "excused", "truant"];
    columns.extend(missed.map(|it| Column::number(it).under("missed")));
    if places {
        columns.push(Column::text("standing"));
    }
    let pupils = class.pupils.iter();
    let mut lines: Vec<Line> = pupils
        .map(|it| {
            let place = places.then(|| place_of(it, class));
            line(it, &class.subjects, place)
        })
        .collect();
    lines.extend(sums(class, columns.len()));
    let mut all = Shares::default();
    for it in &class.pupils {
        all += it.shares();
    }
    Report {
        columns,
        sections: vec![Section { title: None, lines }],
        charts: vec![distribution([all.five, all.four, all.three, all.two])],
        ..Report::default()
    }
}

/// «1», «2–3»: by the average of the period; who has the same shares a place,
/// who has no mark has none.
fn place_of(it: &PupilBook, class: &ClassBook) -> Cell {
    let Some(own) = it.average() else {
        return Cell::EMPTY;
    };
    let others = class.pupils.iter().filter_map(PupilBook::average);
    let (mut better, mut same) = (0, 0);
    for it in others {
        better += usize::from(it > own);
        same += usize::from(it == own);
    }
    let (first, last) = (better + 1, better + same);
    if first == last {
        Cell::count(u32::try_from(first).unwrap_or(u32::MAX))
    } else {
        Cell::text(format!("{first}–{last}"))
    }
}

fn line(it: &PupilBook, subjects: &[SubjectId], place: Option<Cell>) -> Line {
    let category = it.category().map(journal::Category::code);
    let mut cells = vec![
        Cell::text(&it.name).to(format!("/people/pupils/{}", it.id)),
        category.map_or(Cell::EMPTY, Cell::word),
    ];
    cells.extend(subjects.iter().map(|subject| {
        let mark = it.mark(*subject);
        mark.map_or(Cell::EMPTY, |it| Cell::mark(it.value.text()))
    }));
    cells.push(Cell::share(it.average()));
    let shares = it.shares();
    let counts = [
        shares.five,
        shares.four,
        shares.three,
        shares.two,
        shares.not_attested,
    ];
    cells.extend(counts.map(Cell::count));
    let missed = [
        it.missed.all(),
        it.missed.ill,
        it.missed.excused,
        it.missed.truant + it.missed.untold,
    ];
    cells.extend(missed.map(Cell::count));
    cells.extend(place);
    Line::plain(cells)
}

/// A line below the pupils: its word, and the figure of a subject.
type Row = (&'static str, fn(&Shares) -> Cell);

/// Below the pupils: each subject's shares.
fn sums(class: &ClassBook, width: usize) -> Vec<Line> {
    let shares: Vec<_> = class
        .subjects
        .iter()
        .map(|it| class.shares_of(*it))
        .collect();
    let rows: [Row; 10] = [
        ("five", |it| Cell::count(it.five)),
        ("four", |it| Cell::count(it.four)),
        ("three", |it| Cell::count(it.three)),
        ("two", |it| Cell::count(it.two)),
        ("not-attested", |it| Cell::count(it.not_attested)),
        ("exempt", |it| Cell::count(it.exempt)),
        ("success", |it| Cell::share(it.success())),
        ("quality", |it| Cell::share(it.quality())),
        ("degree", |it| Cell::share(it.degree())),
        ("average", |it| Cell::share(it.average())),
    ];
    let of_subjects = rows.into_iter().map(|(word, of)| {
        let mut cells = vec![Cell::word(word), Cell::EMPTY];
        cells.extend(shares.iter().map(of));
        cells.resize(width, Cell::EMPTY);
        Line::sum(cells)
    });
    of_subjects.chain(categories(class, width)).collect()
}

/// How many pupils are of which category, right beside its name.
fn categories(class: &ClassBook, width: usize) -> Vec<Line> {
    let line = |category: Category| {
        let pupils = class.pupils.iter();
        let count = pupils.filter(|it| it.category() == Some(category)).count();
        let count_of = Cell::count(count.try_into().unwrap_or(u32::MAX));
        let mut cells = vec![Cell::word(category.code()), count_of];
        cells.resize(width, Cell::EMPTY);
        (count > 0).then(|| Line::sum(cells))
    };
    Category::ALL.into_iter().filter_map(line).collect()
}

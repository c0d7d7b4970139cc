//! §1.23 «Накопляемость отметок» (S3:8.8): whether marks pile up as lessons
//! go by, class by class and subject by subject.

use kernel::{ClassId, SubjectId};
use rust_decimal::Decimal;

use crate::{Cell, Column, Line, Report, Section};

/// What a class, or a group of it, has in a subject.
#[derive(Clone, Debug)]
pub(crate) struct Pile {
    pub(crate) class: ClassId,
    /// «7Б»
    pub(crate) class_name: String,
    pub(crate) subject: SubjectId,
    /// «Алгебра», «Английский язык, 1 группа»
    pub(crate) subject_name: String,
    /// Who teaches it in these days.
    pub(crate) teachers: String,
    /// Lessons held, and those of them with a mark.
    pub(crate) lessons: u32,
    pub(crate) marked: u32,
    pub(crate) pupils: Vec<PupilPile>,
    /// So many marks the school asks for (§2.6); none where it asks for nothing.
    pub(crate) needed: Option<u32>,
    /// Where the lessons and the marks of the period are, and who has how many.
    pub(crate) journal: String,
    pub(crate) by_pupils: String,
}

/// What one pupil has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PupilPile {
    pub(crate) marks: u32,
    /// Exempt from the subject: nobody waits for marks.
    pub(crate) exempt: bool,
}

/// Sums of piles are piles again.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    lessons: u32,
    marked: u32,
    pupils: u32,
    exempt: u32,
    marks: u32,
    least: Option<u32>,
    few: Option<u32>,
}

impl Sum {
    fn of(pile: &Pile) -> Self {
        let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let asked: Vec<u32> = pile
            .pupils
            .iter()
            .filter(|it| !it.exempt)
            .map(|it| it.marks)
            .collect();
        let few = |needed| count(asked.iter().filter(|it| **it < needed).count());
        Self {
            lessons: pile.lessons,
            marked: pile.marked,
            pupils: count(pile.pupils.len()),
            exempt: count(pile.pupils.len() - asked.len()),
            marks: asked.iter().sum(),
            least: asked.iter().min().copied(),
            // Before the first lesson nobody can have a mark.
            few: pile.needed.filter(|_| pile.lessons > 0).map(few),
        }
    }

    fn add(&mut self, other: Self) {
        self.lessons += other.lessons;
        self.marked += other.marked;
        self.pupils += other.pupils;
        self.exempt += other.exempt;
        self.marks += other.marks;
        self.least = self.least.into_iter().chain(other.least).min();
        self.few = match (self.few, other.few) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0) + other.unwrap_or(0)),
        };
    }

    /// Percent of the lessons.
    fn share(&self) -> Option<Decimal> {
        Decimal::from(u64::from(self.marked) * 100).checked_div(self.lessons.into())
    }

    fn each(&self) -> Option<Decimal> {
        Decimal::from(self.marks).checked_div((self.pupils - self.exempt).into())
    }
}

/// The piles in the order of classes and subjects: a table for each class with
/// its sum, and the sum of all of them.
pub(crate) fn mark_piles(piles: &[Pile]) -> Report {
    let mut sections = vec![];
    let mut all = Sum::default();
    for of_class in piles.chunk_by(|one, other| one.class == other.class) {
        let mut sum = Sum::default();
        let mut lines = vec![];
        for pile in of_class {
            let own = Sum::of(pile);
            lines.push(line(pile, &own));
            sum.add(own);
        }
        lines.push(total(&sum));
        all.add(sum);
        sections.push(Section {
            title: of_class.first().map(|it| it.class_name.clone()),
            lines,
        });
    }
    if let [first, .., last] = piles
        && first.class != last.class
    {
        sections.push(Section {
            title: Some(format!("{} – {}", first.class_name, last.class_name)),
            lines: vec![total(&all)],
        });
    }
    Report {
        columns: columns(),
        sections,
        ..Report::default()
    }
}

fn columns() -> Vec<Column> {
    let mut columns: Vec<Column> = ["subject", "teacher"].map(Column::text).into();
    columns.extend(["pupils", "exempt"].map(Column::number));
    let lessons = ["held", "with-marks", "with-marks-share"];
    columns.extend(lessons.map(|it| Column::number(it).under("lessons")));
    let marks = ["marks-all", "each", "least"];
    columns.extend(marks.map(|it| Column::number(it).under("count")));
    columns.extend(["needed", "few"].map(|it| Column::number(it).under("enough")));
    columns
}

fn line(pile: &Pile, sum: &Sum) -> Line {
    let (journal, pupils) = (&pile.journal, &pile.by_pupils);
    let count = |it: u32, path: &String| Cell::count(it).to(path.clone());
    let known = |it: Option<u32>, path: &String| it.map_or(Cell::share(None), |it| count(it, path));
    Line::plain(vec![
        Cell::text(&pile.subject_name).to(journal.clone()),
        Cell::text(&pile.teachers),
        count(sum.pupils, pupils),
        Cell::count(sum.exempt),
        count(sum.lessons, journal),
        count(sum.marked, journal),
        Cell::share(sum.share()),
        count(sum.marks, journal),
        Cell::share(sum.each()),
        known(sum.least, pupils),
        pile.needed.map_or(Cell::share(None), Cell::count),
        known(sum.few, pupils),
    ])
}

/// A pupil counts once for each subject here, so only what is of marks is summed up.
fn total(sum: &Sum) -> Line {
    let known = |it: Option<u32>| it.map_or(Cell::share(None), Cell::count);
    Line::sum(vec![
        Cell::word("all-subjects"),
        Cell::EMPTY,
        Cell::EMPTY,
        Cell::EMPTY,
        Cell::count(sum.lessons),
        Cell::count(sum.marked),
        Cell::share(sum.share()),
        Cell::count(sum.marks),
        Cell::share(sum.each()),
        known(sum.least),
        Cell::EMPTY,
        known(sum.few),
    ])
}

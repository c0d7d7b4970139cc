//! §1.1 «Отчёт учителя-предметника»: classes of a teacher, subject by subject.

use std::collections::HashSet;

use journal::Shares;
use kernel::{PersonId, SubjectId};

use super::{share_cells, share_columns};
use crate::{Books, Cell, ClassBook, Column, Line, Report, Section};

/// What a teacher teaches to whom: a class, or a group of it.
#[derive(Clone, Debug)]
pub(crate) struct Taught {
    /// The place of the class in the books.
    pub(crate) class: usize,
    pub(crate) subject: SubjectId,
    /// The pupils of the group; none where it is the whole class.
    pub(crate) group: Option<HashSet<PersonId>>,
}

/// A section for each subject, with sums of parallels and of the subject; at
/// the end all that somebody teaches of several.
pub(crate) fn teacher(books: &Books, taught: &[Taught], names: bool) -> Report {
    let mut subjects: Vec<SubjectId> = taught.iter().map(|it| it.subject).collect();
    subjects.sort_by_key(|it| books.subject(*it).to_owned());
    subjects.dedup();
    let sections = subjects.into_iter().map(|subject| {
        let mut of_subject: Vec<&Taught> =
            taught.iter().filter(|it| it.subject == subject).collect();
        of_subject.sort_by_key(|it| it.class);
        Section {
            title: Some(books.subject(subject).to_owned()),
            lines: lines(books, &of_subject, names),
        }
    });
    let mut sections: Vec<Section> = sections.collect();
    if sections.len() > 1 {
        sections.push(whole(books, taught, names));
    }
    Report {
        columns: columns(names),
        sections,
        ..Report::default()
    }
}

/// All subjects together.
fn whole(books: &Books, taught: &[Taught], names: bool) -> Section {
    let mut sum = (0, Shares::default());
    for it in taught {
        if let Some(class) = books.classes.get(it.class) {
            let (count, shares) = sum_of(class, it);
            sum.0 += count;
            sum.1 += shares;
        }
    }
    let name = Cell::word("of-teacher");
    Section {
        title: None,
        lines: vec![Line::sum(cells(name, sum.0, &sum.1, names.then_some("")))],
    }
}

fn lines(books: &Books, taught: &[&Taught], names: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut all = (0, Shares::default());
    let mut grades: Vec<i16> = Vec::new();
    for it in taught {
        let Some(class) = books.classes.get(it.class) else {
            continue;
        };
        grades.push(class.class.grade);
        let (count, shares) = sum_of(class, it);
        all.0 += count;
        all.1 += shares;
        lines.push((class.class.grade, one(class, it, count, &shares, names)));
    }
    grades.dedup();
    let mut shown = Vec::new();
    for grade in grades {
        let parallel = taught.iter().filter_map(|it| {
            let class = books.classes.get(it.class)?;
            (class.class.grade == grade).then(|| sum_of(class, it))
        });
        let mut sum = (0, Shares::default());
        let mut count = 0;
        for (pupils, shares) in parallel {
            sum.0 += pupils;
            sum.1 += shares;
            count += 1;
        }
        shown.extend(
            lines
                .iter()
                .filter(|it| it.0 == grade)
                .map(|it| it.1.clone()),
        );
        if count > 1 {
            let name = Cell::text(grade.to_string());
            shown.push(Line::sum(cells(name, sum.0, &sum.1, names.then_some(""))));
        }
    }
    shown.push(Line::sum(cells(
        Cell::word("all"),
        all.0,
        &all.1,
        names.then_some(""),
    )));
    shown
}

pub(super) fn sum_of(class: &ClassBook, taught: &Taught) -> (u32, Shares) {
    let mut shares = Shares::default();
    let mut count = 0;
    for pupil in of_group(class, taught) {
        if let Some(mark) = pupil.mark(taught.subject) {
            count += 1;
            shares.add(&mark.value, mark.scale);
        }
    }
    (count, shares)
}

fn of_group<'a>(
    class: &'a ClassBook,
    taught: &'a Taught,
) -> impl Iterator<Item = &'a crate::PupilBook> {
    let here = |id| taught.group.as_ref().is_none_or(|it| it.contains(&id));
    class.pupils.iter().filter(move |it| here(it.id))
}

fn one(class: &ClassBook, taught: &Taught, count: u32, shares: &Shares, names: bool) -> Line {
    let path = format!("/journal/{}/{}/finals", class.class.id, taught.subject);
    let weak: Vec<&str> = of_group(class, taught)
        .filter(|it| {
            it.mark(taught.subject)
                .is_some_and(|it| it.value.level(it.scale) == Some(2) || is_not_attested(it))
        })
        .map(|it| it.name.as_str())
        .collect();
    let weak = weak.join(", ");
    let name = Cell::text(class.class.name()).to(path);
    Line::plain(cells(name, count, shares, names.then_some(weak.as_str())))
}

fn is_not_attested(mark: &crate::Mark) -> bool {
    mark.value.text() == journal::NOT_ATTESTED
}

fn columns(names: bool) -> Vec<Column> {
    let mut columns = vec![Column::text("class"), Column::number("pupils")];
    columns.extend(share_columns());
    if names {
        columns.push(Column::text("weak"));
    }
    columns
}

fn cells(name: Cell, count: u32, shares: &Shares, weak: Option<&str>) -> Vec<Cell> {
    let mut cells = vec![name, Cell::count(count)];
    cells.extend(share_cells(shares));
    cells.extend(weak.map(Cell::text));
    cells
}

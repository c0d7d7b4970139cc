//! §1.1 «Отчёт учителя-предметника»: classes of a teacher, subject by subject,
//! of one period or of several, one below the other.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::AddAssign;

use journal::{Shares, Slot};
use kernel::{ClassId, PersonId, SubjectId};

use super::{opening, share_cells, share_columns};
use crate::{Books, Cell, ClassBook, Column, Line, Report, Section};

/// What a teacher teaches to whom: a class, or a group of it.
#[derive(Clone, Debug)]
pub(crate) struct Taught {
    /// The place of the class in the books.
    pub(crate) class: usize,
    pub(crate) subject: SubjectId,
    /// The pupils of the group; none where it is the whole class.
    pub(crate) group: Option<HashSet<PersonId>>,
    pub(crate) hours: Hours,
}

/// Lessons of the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hours {
    /// By the plan of themes; none without a plan.
    pub(crate) planned: Option<u32>,
    /// None where nobody asked.
    pub(crate) held: Option<u32>,
}

/// The books of a period, and what is taught in it.
pub(crate) type Span<'a> = (&'a Books, Vec<Taught>);

/// A section for each subject, with sums of parallels and of the subject; at
/// the end all that somebody teaches of several.
pub(crate) fn teacher(spans: &[Span<'_>], names: bool) -> Report {
    let table = Table::of(spans, names);
    let name = |subject: SubjectId| spans.first().map_or("", |it| it.0.subject(subject));
    let taught = spans.iter().flat_map(|it| &it.1);
    let subjects: BTreeSet<SubjectId> = taught.map(|it| it.subject).collect();
    let mut subjects: Vec<SubjectId> = subjects.into_iter().collect();
    subjects.sort_by_key(|it| name(*it).to_owned());
    let sections = subjects.iter().map(|subject| Section {
        title: Some(name(*subject).to_owned()),
        lines: table.lines(&rows(spans, *subject), spans),
    });
    let mut sections: Vec<Section> = sections.collect();
    if sections.len() > 1 {
        let all = subjects.iter().flat_map(|it| rows(spans, *it));
        let all: Vec<Row<'_>> = all.collect();
        let all: Vec<&Row<'_>> = all.iter().collect();
        sections.push(Section {
            title: None,
            lines: table.sums(&Cell::word("of-teacher"), &all, spans),
        });
    }
    Report {
        columns: table.columns(),
        sections,
        ..Report::default()
    }
}

/// What a line counts.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    pupils: u32,
    shares: Shares,
    hours: Hours,
}

/// A class, or a group of it, in a period.
struct Row<'a> {
    class: &'a ClassBook,
    taught: &'a Taught,
    /// Which of the groups of the class.
    group: usize,
    /// Which of the periods.
    span: usize,
    sum: Sum,
}

/// The classes of a subject, those of a class period after period.
fn rows<'a>(spans: &'a [Span<'_>], subject: SubjectId) -> Vec<Row<'a>> {
    let mut rows = vec![];
    for (span, (books, taught)) in spans.iter().enumerate() {
        let mut groups: HashMap<ClassId, usize> = HashMap::new();
        for it in taught.iter().filter(|it| it.subject == subject) {
            let Some(class) = books.classes.get(it.class) else {
                continue;
            };
            let group = groups.entry(class.class.id).or_default();
            let (pupils, shares) = sum_of(class, it);
            rows.push(Row {
                class,
                taught: it,
                group: *group,
                span,
                sum: Sum {
                    pupils,
                    shares,
                    hours: it.hours,
                },
            });
            *group += 1;
        }
    }
    rows.sort_by_key(|it| {
        let class = &it.class.class;
        (class.grade, class.letter.clone(), it.group, it.span)
    });
    rows
}

/// Which columns there are.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each of them is a column")]
struct Table {
    periods: bool,
    /// «зач», «незач»: only where a subject is marked so.
    passes: bool,
    hours: bool,
    names: bool,
}

impl Table {
    fn of(spans: &[Span<'_>], names: bool) -> Self {
        let mut taught = spans.iter().flat_map(|it| &it.1);
        let passes = spans.iter().any(|(books, taught)| {
            taught.iter().any(|it| {
                let class = books.classes.get(it.class);
                let shares = class.map(|class| sum_of(class, it).1).unwrap_or_default();
                shares.passed + shares.failed > 0
            })
        });
        Self {
            periods: spans.len() > 1,
            passes,
            hours: taught.any(|it| it.hours.held.is_some()),
            names,
        }
    }

    fn columns(self) -> Vec<Column> {
        let mut columns = vec![Column::text("class")];
        if self.periods {
            columns.push(Column::text("period"));
        }
        columns.push(Column::number("pupils"));
        columns.extend(share_columns());
        if self.passes {
            columns.extend(["passed", "failed"].map(Column::number));
        }
        if self.hours {
            let of_plan = ["by-plan", "held"].map(|it| Column::number(it).under("hours"));
            columns.extend(of_plan);
        }
        if self.names {
            columns.push(Column::text("weak"));
        }
        columns
    }

    fn lines(self, rows: &[Row<'_>], spans: &[Span<'_>]) -> Vec<Line> {
        let grades: BTreeSet<i16> = rows.iter().map(|it| it.class.class.grade).collect();
        let mut lines = vec![];
        for grade in grades {
            let parallel = rows.iter().filter(|it| it.class.class.grade == grade);
            let parallel: Vec<&Row<'_>> = parallel.collect();
            lines.extend(parallel.iter().map(|it| self.line(it)));
            let classes: BTreeSet<(ClassId, usize)> = parallel
                .iter()
                .map(|it| (it.class.class.id, it.group))
                .collect();
            if classes.len() > 1 {
                lines.extend(self.sums(&Cell::text(grade.to_string()), &parallel, spans));
            }
        }
        let all: Vec<&Row<'_>> = rows.iter().collect();
        lines.extend(self.sums(&Cell::word("all"), &all, spans));
        lines
    }

    fn line(self, it: &Row<'_>) -> Line {
        let path = format!(
            "/journal/{}/{}/finals",
            it.class.class.id, it.taught.subject
        );
        let name = Cell::text(it.class.class.name());
        let cells = self.cells(name, it.class.term.slot, &it.sum, weak(it));
        Line::plain(opening(cells, &path))
    }

    /// These rows added up, a line for each period.
    fn sums(self, name: &Cell, rows: &[&Row<'_>], spans: &[Span<'_>]) -> Vec<Line> {
        let sums = spans.iter().enumerate().map(|(at, (books, _))| {
            let mut sum = Sum::default();
            for it in rows.iter().filter(|it| it.span == at) {
                sum += it.sum;
            }
            Line::sum(self.cells(name.clone(), books.term.slot, &sum, String::new()))
        });
        sums.collect()
    }

    fn cells(self, name: Cell, slot: Slot, of: &Sum, weak: String) -> Vec<Cell> {
        let mut cells = vec![name];
        if self.periods {
            cells.push(Cell::slot(slot));
        }
        cells.push(Cell::count(of.pupils));
        cells.extend(share_cells(&of.shares));
        if self.passes {
            cells.extend([of.shares.passed, of.shares.failed].map(Cell::count));
        }
        if self.hours {
            let hours = [of.hours.planned, of.hours.held];
            cells.extend(hours.map(|it| it.map_or(Cell::EMPTY, Cell::count)));
        }
        if self.names {
            cells.push(Cell::text(weak));
        }
        cells
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.pupils += other.pupils;
        self.shares += other.shares;
        let known = |one: Option<u32>, other: Option<u32>| match (one, other) {
            (None, None) => None,
            _ => Some(one.unwrap_or(0) + other.unwrap_or(0)),
        };
        self.hours.planned = known(self.hours.planned, other.hours.planned);
        self.hours.held = known(self.hours.held, other.hours.held);
    }
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

/// Who has «2» or «н/а».
fn weak(it: &Row<'_>) -> String {
    let is_weak = |mark: &crate::Mark| {
        mark.value.level(mark.scale) == Some(2) || mark.value.text() == journal::NOT_ATTESTED
    };
    let weak = of_group(it.class, it.taught)
        .filter(|pupil| pupil.mark(it.taught.subject).is_some_and(is_weak))
        .map(|it| it.name.as_str());
    weak.collect::<Vec<_>>().join(", ")
}

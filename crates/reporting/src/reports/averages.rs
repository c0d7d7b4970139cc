//! Averages of final marks: §1.20 «Средний балл учителя» with its course over
//! the periods, and §1.23 «Средний балл класса».

use journal::Shares;
use kernel::{ClassId, SubjectId};

use super::{Taught, teacher::sum_of};
use crate::{Books, Cell, Chart, Column, Form, Label, Line, Point, Report, Section};

/// What a teacher's classes come to in a subject, beside their parallels.
pub(crate) fn teacher_average(books: &Books, taught: &[Taught]) -> Report {
    let mut charts = vec![];
    let sections = subjects(books, taught).into_iter().map(|subject| {
        let (lines, points) = classes_of(books, taught, subject);
        charts.push(Chart {
            form: Form::Bars,
            title: Some(books.subject(subject).to_owned()),
            word: "teacher-bars",
            points,
        });
        Section {
            title: Some(books.subject(subject).to_owned()),
            lines,
        }
    });
    let sections = sections.collect();
    Report {
        columns: vec![
            Column::text("class"),
            Column::number("marks"),
            Column::number("teacher-average"),
            Column::number("parallel-average"),
        ],
        sections,
        charts,
        ..Report::default()
    }
}

fn classes_of(books: &Books, taught: &[Taught], subject: SubjectId) -> (Vec<Line>, Vec<Point>) {
    let (mut lines, mut points) = (vec![], vec![]);
    let (mut all, mut grades) = (Shares::default(), vec![]);
    let of_subject = taught.iter().filter(|it| it.subject == subject);
    for (it, class) in of_subject.filter_map(|it| Some((it, books.classes.get(it.class)?))) {
        let (_, shares) = sum_of(class, it);
        let parallel = parallel(books, class.class.grade, subject);
        all += shares;
        grades.push(class.class.grade);
        let path = format!("/journal/{}/{subject}/finals", class.class.id);
        lines.push(Line::plain(vec![
            Cell::text(class.class.name()).to(path),
            Cell::count(shares.numbers()),
            Cell::share(shares.average()),
            Cell::share(parallel.average()),
        ]));
        points.push(Point {
            label: Label::Text(class.class.name()),
            value: shares.average(),
            beside: parallel.average(),
        });
    }
    grades.sort_unstable();
    grades.dedup();
    let mut parallels = Shares::default();
    for grade in grades {
        parallels += parallel(books, grade, subject);
    }
    lines.push(Line::sum(vec![
        Cell::word("by-teacher"),
        Cell::count(all.numbers()),
        Cell::share(all.average()),
        Cell::share(parallels.average()),
    ]));
    (lines, points)
}

/// The averages period by period: a section for each subject.
pub(crate) fn teacher_average_course(all: &[Books], taught: &[Vec<Taught>]) -> Report {
    let mut names: Vec<(String, SubjectId)> = vec![];
    for (books, taught) in all.iter().zip(taught) {
        let found = subjects(books, taught).into_iter();
        names.extend(found.map(|it| (books.subject(it).to_owned(), it)));
    }
    names.sort_unstable();
    names.dedup();
    let (mut sections, mut charts) = (vec![], vec![]);
    for (name, subject) in names {
        let (mut lines, mut points) = (vec![], vec![]);
        for (books, taught) in all.iter().zip(taught) {
            let (mut own, mut grades) = (Shares::default(), vec![]);
            for it in taught.iter().filter(|it| it.subject == subject) {
                if let Some(class) = books.classes.get(it.class) {
                    own += sum_of(class, it).1;
                    grades.push(class.class.grade);
                }
            }
            grades.sort_unstable();
            grades.dedup();
            let mut parallels = Shares::default();
            for grade in grades {
                parallels += parallel(books, grade, subject);
            }
            lines.push(Line::plain(vec![
                Cell::slot(books.term.slot),
                Cell::count(own.numbers()),
                Cell::share(own.average()),
                Cell::share(parallels.average()),
            ]));
            points.push(Point {
                label: Label::Slot(books.term.slot),
                value: own.average(),
                beside: parallels.average(),
            });
        }
        charts.push(Chart {
            form: Form::Line,
            title: Some(name.clone()),
            word: "teacher-line",
            points,
        });
        sections.push(Section {
            title: Some(name),
            lines,
        });
    }
    Report {
        columns: vec![
            Column::text("period"),
            Column::number("marks"),
            Column::number("teacher-average"),
            Column::number("parallel-average"),
        ],
        sections,
        charts,
        ..Report::default()
    }
}

fn subjects(books: &Books, taught: &[Taught]) -> Vec<SubjectId> {
    let mut all: Vec<SubjectId> = taught.iter().map(|it| it.subject).collect();
    all.sort_unstable();
    all.dedup();
    all.sort_by_key(|it| books.subject(*it).to_owned());
    all
}

/// The marks of all classes of a parallel in a subject.
fn parallel(books: &Books, grade: i16, subject: SubjectId) -> Shares {
    let mut sum = Shares::default();
    for class in books.classes.iter().filter(|it| it.class.grade == grade) {
        sum += class.shares_of(subject);
    }
    sum
}

/// What a class comes to, subject by subject, beside its parallel.
pub(crate) fn class_average(books: &Books, class: ClassId) -> Report {
    let Some(class) = books.classes.iter().find(|it| it.class.id == class) else {
        return Report::default();
    };
    let grade = class.class.grade;
    let (mut lines, mut points) = (vec![], vec![]);
    let (mut all, mut of_parallel) = (Shares::default(), Shares::default());
    for subject in &class.subjects {
        let own = class.shares_of(*subject);
        let parallel = parallel(books, grade, *subject);
        all += own;
        of_parallel += parallel;
        let name = books.subject(*subject);
        let path = format!("/journal/{}/{subject}/finals", class.class.id);
        lines.push(Line::plain(class_cells(
            Cell::text(name).to(path),
            &own,
            &parallel,
        )));
        points.push(Point {
            label: Label::Text(name.to_owned()),
            value: own.average(),
            beside: parallel.average(),
        });
    }
    if !lines.is_empty() {
        let name = Cell::word("all-subjects");
        lines.push(Line::sum(class_cells(name, &all, &of_parallel)));
    }
    Report {
        columns: vec![
            Column::text("subject"),
            Column::number("marks"),
            Column::number("class-average"),
            Column::number("parallel-average"),
            Column::number("success"),
            Column::number("quality"),
        ],
        sections: vec![Section { title: None, lines }],
        charts: vec![Chart {
            form: Form::Bars,
            title: None,
            word: "class-bars",
            points,
        }],
        ..Report::default()
    }
}

fn class_cells(name: Cell, own: &Shares, parallel: &Shares) -> Vec<Cell> {
    vec![
        name,
        Cell::count(own.numbers()),
        Cell::share(own.average()),
        Cell::share(parallel.average()),
        Cell::share(own.success()),
        Cell::share(own.quality()),
    ]
}

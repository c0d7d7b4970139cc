//! §1.12 «Средний балл ученика»: subjects beside the class, as bars; and §1.13
//! «Динамика среднего балла ученика»: the average growing day by day, as a line.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use journal::{MarkSum, Step};
use kernel::SubjectId;

use crate::{
    Cell, Chart, Column, Form, Label, Line, OfClass, Point, Progress, PupilProgress, Report,
    Section,
};

pub(crate) fn pupil_average(progress: &Progress, pupil: &PupilProgress) -> Report {
    let subjects = pupil.subjects.iter().map(|it| {
        let class = progress.of_class.get(&it.subject);
        let class = class.and_then(crate::OfClass::average);
        (progress.subject(it.subject), it.sum, class)
    });
    let subjects: Vec<_> = subjects.filter(|it| it.1.marks > 0).collect();
    let mut lines: Vec<Line> = subjects
        .iter()
        .map(|(name, sum, class)| {
            Line::plain(vec![
                Cell::text(*name),
                Cell::share(sum.average()),
                Cell::share(*class),
                Cell::count(sum.marks),
            ])
        })
        .collect();
    if !lines.is_empty() {
        let whole = pupil.whole();
        lines.push(Line::sum(vec![
            Cell::word("all-subjects"),
            Cell::share(whole.average()),
            Cell::share(progress.whole().average()),
            Cell::count(whole.marks),
        ]));
    }
    let points = subjects.iter().map(|(name, sum, class)| Point {
        label: Label::Text((*name).to_owned()),
        value: sum.average(),
        beside: *class,
    });
    Report {
        columns: vec![
            Column::text("subject"),
            Column::number("own-average"),
            Column::number("class-average"),
            Column::number("marks"),
        ],
        sections: vec![Section { title: None, lines }],
        charts: vec![Chart {
            form: Form::Bars,
            title: None,
            word: "pupil-bars",
            points: points.collect(),
        }],
        ..Report::default()
    }
}

/// The average from the first day up to each step, of one subject or of all.
pub(crate) fn pupil_average_course(
    progress: &Progress,
    pupil: &PupilProgress,
    subject: Option<SubjectId>,
    step: Step,
) -> Report {
    let (own, class) = match subject {
        Some(id) => (
            pupil.of(id).map(|it| it.steps.clone()).unwrap_or_default(),
            progress.of_class.get(&id).cloned().unwrap_or_default(),
        ),
        None => (steps(pupil), progress.whole()),
    };
    course(&own, &class, step, ["own", "of-class"], "pupil-line")
}

/// §1.23 «Динамика среднего балла класса», beside the parallel. A teacher may
/// see the marks of each pupil, however few there are.
pub(crate) fn class_average_course(own: &OfClass, parallel: &OfClass, step: Step) -> Report {
    let groups = ["of-class", "of-parallel"];
    course(&own.steps, parallel, step, groups, "class-line")
}

/// Averages from the first day up to each step, side by side.
fn course(
    own: &BTreeMap<NaiveDate, MarkSum>,
    class: &OfClass,
    step: Step,
    groups: [&'static str; 2],
    legend: &'static str,
) -> Report {
    let with_class = class.is_shown();
    let mut days: Vec<NaiveDate> = own.keys().copied().collect();
    days.extend(class.steps.keys().filter(|_| with_class));
    days.sort_unstable();
    days.dedup();
    let (mut sum, mut of_class) = (MarkSum::default(), MarkSum::default());
    let (mut lines, mut points) = (vec![], vec![]);
    for day in days {
        sum += own.get(&day).copied().unwrap_or_default();
        if with_class {
            of_class += class.steps.get(&day).copied().unwrap_or_default();
        }
        let name = named(day, step);
        lines.push(Line::plain(vec![
            Cell::text(&name),
            Cell::count(sum.works),
            Cell::share(sum.average()),
            Cell::count(of_class.works),
            Cell::share(of_class.average()),
        ]));
        points.push(Point {
            label: Label::Text(name),
            value: sum.average(),
            beside: of_class.average(),
        });
    }
    let column = |word, group| Column::number(word).under(group);
    Report {
        columns: vec![
            Column::text(if step == Step::Week { "week" } else { "month" }),
            column("works", groups[0]),
            column("average", groups[0]),
            column("works", groups[1]),
            column("average", groups[1]),
        ],
        sections: vec![Section { title: None, lines }],
        charts: vec![Chart {
            form: Form::Line,
            title: None,
            word: legend,
            points,
        }],
        ..Report::default()
    }
}

/// All subjects with marks of five points, step by step.
fn steps(pupil: &PupilProgress) -> BTreeMap<NaiveDate, MarkSum> {
    let mut steps: BTreeMap<NaiveDate, MarkSum> = BTreeMap::new();
    let five = pupil.subjects.iter();
    for it in five.filter(|it| it.scale == curriculum::Scale::Five) {
        for (since, sum) in &it.steps {
            *steps.entry(*since).or_default() += *sum;
        }
    }
    steps
}

/// «09.2026», or the Monday «07.09».
fn named(day: NaiveDate, step: Step) -> String {
    if step == Step::Week {
        format!("{:02}.{:02}", day.day(), day.month())
    } else {
        format!("{:02}.{}", day.month(), day.year())
    }
}

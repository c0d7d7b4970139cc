//! The reports, each a pure function.

mod absent_today;
mod averages;
mod birthdays;
mod class_absences;
mod class_attendance;
mod class_list;
mod class_marks;
mod class_pupils;
mod class_results;
mod class_teacher;
mod classes;
mod filling;
mod journal_access;
mod levels;
mod mark_piles;
mod no_plans;
mod parent_letter;
mod preliminary;
mod pupil_average;
mod pupil_figures;
mod pupil_lessons;
mod pupil_quality;
mod report_cards;
mod school;
mod social_passport;
mod subject_results;
mod tally;
mod teacher;
mod vacancies;
mod visits;

pub(crate) use absent_today::{absent_today, school_heat};
pub(crate) use averages::{class_average, teacher_average, teacher_average_course};
pub(crate) use birthdays::birthdays;
pub(crate) use class_absences::{class_absences, class_absences_by_subject};
pub(crate) use class_attendance::class_attendance;
pub(crate) use class_list::class_list;
pub(crate) use class_marks::class_marks;
pub(crate) use class_pupils::class_pupils;
pub(crate) use class_results::class_results;
pub(crate) use class_teacher::class_teacher;
pub(crate) use classes::{YearAgo, classes};
pub(crate) use filling::{Fill, filling};
pub(crate) use journal_access::{Access, journal_access};
pub(crate) use mark_piles::{Pile, PupilPile, mark_piles};
pub(crate) use no_plans::{Unplanned, no_plans};
pub(crate) use parent_letter::parent_letter;
pub(crate) use preliminary::preliminary;
pub(crate) use pupil_average::{class_average_course, pupil_average, pupil_average_course};
pub(crate) use pupil_figures::pupil_figures;
pub(crate) use pupil_lessons::{PupilLessons, pupil_marks, pupil_total};
pub(crate) use pupil_quality::pupil_quality;
pub(crate) use report_cards::{Year, report_cards};
pub(crate) use school::school;
pub(crate) use social_passport::social_passport;
pub(crate) use subject_results::subject_results;
pub(crate) use teacher::{Hours, Span, Taught, teacher};
pub(crate) use vacancies::vacancies;
pub(crate) use visits::{Visitors, Visits, visits};

use curriculum::Class;
use journal::Shares;

use crate::{Cell, Chart, Column, Form, Label, Point};

/// Grades that are summed up together: primary, basic and secondary school.
const LEVELS: [(i16, i16, &str); 3] = [
    (1, 4, "level-primary"),
    (5, 9, "level-basic"),
    (10, 12, "level-secondary"),
];

/// How often each mark stands, from 2 to 5; counts come from 5 down.
fn distribution(five_to_two: [u32; 4]) -> Chart {
    let point = |(mark, count): (&str, &u32)| Point {
        label: Label::Text(mark.to_owned()),
        value: Some((*count).into()),
        beside: None,
    };
    Chart {
        form: Form::Counts,
        title: None,
        word: "marks",
        points: ["2", "3", "4", "5"]
            .into_iter()
            .zip(five_to_two.iter().rev())
            .map(point)
            .collect(),
    }
}

/// Where the results of a class are shown.
fn results_of(class: &Class, slot: &str) -> String {
    format!("/reports/class-results?class={}&period={slot}", class.id)
}

/// The same cells; figures without a way of their own open what they are made of.
fn opening(mut cells: Vec<Cell>, path: &str) -> Vec<Cell> {
    for (at, it) in cells.iter_mut().enumerate() {
        let is_figure = matches!(
            it.value,
            crate::Value::Count(_) | crate::Value::Share(Some(_))
        );
        if (at == 0 || is_figure) && it.path.is_none() {
            it.path = Some(path.to_owned());
        }
    }
    cells
}

/// Where the absences of a class in a period are shown.
fn absences_of(class: &Class, slot: &str) -> String {
    format!("/reports/class-attendance?class={}&term={slot}", class.id)
}

/// «5», «4», «3», «2», н/а, осв, % успев., % кач., СОУ, средний балл.
fn share_columns() -> Vec<Column> {
    let counts = [
        "five",
        "four",
        "three",
        "two-marks",
        "not-attested",
        "exempt",
    ];
    let shares = ["success", "quality", "degree", "average"];
    counts
        .into_iter()
        .chain(shares)
        .map(Column::number)
        .collect()
}

/// «м», «д»: `reporting.<word>`.
const fn gender_word(gender: people::Gender) -> &'static str {
    match gender {
        people::Gender::Male => "boy",
        people::Gender::Female => "girl",
    }
}

/// Who left meanwhile, whose lessons count up to then.
pub(crate) fn left_note(book: &crate::Presence, terms: &[crate::Term]) -> Option<crate::Note> {
    let end = terms.iter().map(|it| it.ends_on).max()?;
    let left = book.pupils.iter().filter_map(|it| {
        let last = it.left_before(end)?;
        Some(format!("{} ({})", it.name, kernel::dates::show_date(last)))
    });
    let names: Vec<String> = left.collect();
    (!names.is_empty()).then(|| crate::Note {
        word: "left",
        args: vec![("names", names.join(", "))],
        path: None,
    })
}

/// Which of many values columns are made of: the most frequent, in the order
/// of the alphabet; the rest share one column.
const COLUMNS_OF_VALUES: usize = 8;

/// The values that get a column of their own, and whether others remain.
fn columns_of<'a>(values: impl Iterator<Item = &'a str>) -> (Vec<String>, bool) {
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for it in values.filter(|it| !it.is_empty()) {
        *counts.entry(it).or_default() += 1;
    }
    let rest = counts.len() > COLUMNS_OF_VALUES;
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|it| std::cmp::Reverse(it.1));
    counts.truncate(COLUMNS_OF_VALUES);
    let mut names: Vec<String> = counts.into_iter().map(|it| it.0.to_owned()).collect();
    names.sort_by(|one, other| kernel::names::compare(one, other));
    (names, rest)
}

#[cfg(test)]
#[path = "reports_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "presence_tests.rs"]
mod presence_tests;

#[cfg(test)]
#[path = "reports_marks_tests.rs"]
mod marks_tests;

#[cfg(test)]
#[path = "any_marks_tests.rs"]
mod any_marks_tests;

#[cfg(test)]
#[path = "any_finals_tests.rs"]
mod any_finals_tests;

#[cfg(test)]
#[path = "any_classes_tests.rs"]
mod any_classes_tests;

#[cfg(test)]
#[path = "reports_open_tests.rs"]
mod open_tests;

#[cfg(test)]
#[path = "any_tables_tests.rs"]
mod any_tables_tests;

#[cfg(test)]
#[path = "any_people_tests.rs"]
mod any_people_tests;

fn share_cells(of: &Shares) -> Vec<Cell> {
    let counts = [
        of.five,
        of.four,
        of.three,
        of.two,
        of.not_attested,
        of.exempt,
    ];
    let shares = [of.success(), of.quality(), of.degree(), of.average()];
    let counts = counts.into_iter().map(Cell::count);
    counts.chain(shares.into_iter().map(Cell::share)).collect()
}

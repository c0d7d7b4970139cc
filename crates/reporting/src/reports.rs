//! The reports, each a pure function.

mod averages;
mod class_marks;
mod class_results;
mod class_teacher;
mod classes;
mod parent_letter;
mod preliminary;
mod pupil_average;
mod pupil_lessons;
mod pupil_quality;
mod report_cards;
mod school;
mod subject_results;
mod teacher;

pub(crate) use averages::{class_average, teacher_average, teacher_average_course};
pub(crate) use class_marks::class_marks;
pub(crate) use class_results::class_results;
pub(crate) use class_teacher::class_teacher;
pub(crate) use classes::classes;
pub(crate) use parent_letter::parent_letter;
pub(crate) use preliminary::preliminary;
pub(crate) use pupil_average::{pupil_average, pupil_average_course};
pub(crate) use pupil_lessons::{PupilLessons, pupil_marks, pupil_total};
pub(crate) use pupil_quality::pupil_quality;
pub(crate) use report_cards::{Year, report_cards};
pub(crate) use school::school;
pub(crate) use subject_results::subject_results;
pub(crate) use teacher::{Taught, teacher};

use curriculum::Class;
use journal::Shares;

use crate::{Cell, Column};

/// Grades that are summed up together: primary, basic and secondary school.
const LEVELS: [(i16, i16, &str); 3] = [
    (1, 4, "level-primary"),
    (5, 9, "level-basic"),
    (10, 12, "level-secondary"),
];

/// Where the results of a class are shown.
fn results_of(class: &Class, slot: &str) -> String {
    format!("/reports/class-results?class={}&period={slot}", class.id)
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

#[cfg(test)]
#[path = "reports_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "reports_marks_tests.rs"]
mod marks_tests;

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

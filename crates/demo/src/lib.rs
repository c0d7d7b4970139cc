//! Makes up a region with schools in the middle of a year, for a newcomer to
//! walk through and for the benchmark to measure.
//!
//! Everything follows from the seed and the day. The rows are made in memory,
//! one school after another, and written by COPY while the next is made; all
//! indexes, constraints and triggers stay at work.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    reason = "what is made up is small: no number here comes from outside"
)]

mod accounts;
mod bench;
mod build;
mod calendar;
mod cast;
mod dice;
mod dictionaries;
mod exams;
mod garden;
mod ids;
mod journal;
mod lessons;
mod model;
mod names;
mod numbers;
mod plan;
mod portfolio;
mod records;
mod region;
mod registers;
mod reports;
mod rows;
mod school;
mod subjects;
mod write;

pub use build::{build, find};
pub use journal::{DemoFile, FILE};
pub use plan::{BenchUrls, Counts, Login, Plan, Shape, Summary};
pub use records::LEAVER;

/// Why a municipality returns a form of statistics.
pub const FORM_RETURNED: &str =
    "Сверьте подраздел 2.9: второй язык есть не у всех, и заполните вакансии в 3.5.";

/// Whom the second school asks the first one for, by name, with the number of
/// the personal file and the ground.
pub const ASKED_FOR: [&str; 5] = [
    "Новосельцев",
    "Тимур",
    "Олегович",
    "Н/41",
    "Заявление родителей (законных представителей)",
];

/// Why the deputy head of the first school gave more time for reports.
pub const MORE_TIME: &str =
    "Первая четверть в новой системе: остальные отчёты сдать до конца месяца";

/// Why the region and the first school changed rights, in the order of the
/// demonstration's decisions.
pub const REASONS: [&str; 3] = [
    "Защита персональных данных: паспорт и СНИЛС учитель видит только в своём классе",
    "Приказы о движении готовят и контролируют во всех школах одинаково",
    "Приказ № 112 от 02.11.2026: кадры ведёт завуч, расписание – секретарь",
];

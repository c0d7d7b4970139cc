//! Exams and their results over the real router and PostgreSQL (JRN-9).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod appeals;
mod compare;
mod deadlines;
mod entry;
mod exams;
mod imports;
mod rights;
mod scales;
mod support;

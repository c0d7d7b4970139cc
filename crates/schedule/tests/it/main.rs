//! The timetable over the real router and PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod bells;
mod booking;
mod deadlines;
mod editor;
mod publish;
mod rights;
mod support;
mod week;

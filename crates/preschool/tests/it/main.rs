//! The attendance sheet of preschool groups over the real router and
//! PostgreSQL (JRN-10).
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod codes;
mod month;
mod rights;
mod support;

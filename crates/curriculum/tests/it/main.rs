//! «Учёба» over the real router and PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod classes;
mod deadlines;
mod groups;
mod load;
mod plans;
mod rights;
mod scales;
mod statements;
mod subjects;
mod support;
mod years;

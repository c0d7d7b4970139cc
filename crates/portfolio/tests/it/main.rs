//! Portfolios and registers over the real router and PostgreSQL (PPL-8).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod entries;
mod overview;
mod registers;
mod rights;
mod support;

//! Deadlines over real PostgreSQL, with sources that tell what a test tells them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod board;
mod digest;
mod look;
mod neighbours;
mod pages;
mod rules;
mod support;

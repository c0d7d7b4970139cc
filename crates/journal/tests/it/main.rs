//! The journal and the diary over the real router and PostgreSQL.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod averages;
mod diary;
mod grid;
mod lesson;
mod operations;
mod support;

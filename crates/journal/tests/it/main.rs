//! The journal and the diary over the real router and PostgreSQL.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod acknowledgement;
mod attendance;
mod averages;
mod card;
mod control;
mod corrections;
mod deadlines;
mod diary;
mod finals;
mod fuzz;
mod grid;
mod homework;
mod lesson;
mod notices;
mod operations;
mod progress;
mod races;
mod sheets;
mod stream;
mod summary;
mod support;
mod works;

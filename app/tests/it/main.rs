//! The whole application over PostgreSQL, two demonstration schools in one
//! database: who may use which route, what never crosses from one school to
//! the other, what the history keeps, which headers every answer carries.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]
#![expect(
    clippy::large_types_passed_by_value,
    reason = "the things of a school are a handful of numbers"
)]

mod actors;
mod annex;
mod builder;
mod canary;
mod commands;
mod crash;
mod dues;
mod erasure;
mod foreign;
mod frozen;
mod headers;
mod history;
mod hub;
mod matrix;
mod menu;
mod objects;
mod owed;
mod page;
mod paper;
mod person_data;
mod report_books;
mod report_counts;
mod report_days;
mod report_letters;
mod report_presence;
mod report_proofs;
mod report_texts;
mod reports;
mod rollover;
mod routes;
mod search;
mod world;

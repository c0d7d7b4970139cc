//! Organisations over the real router and PostgreSQL.
#![expect(clippy::expect_used, reason = "tests fail by panicking")]

mod card;
mod contract;
mod deadlines;
mod options;
mod rooms;
mod setup;
mod support;

//! Organisations over the real router and PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod card;
mod contract;
mod options;
mod rooms;
mod support;

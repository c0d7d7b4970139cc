//! Identity over the real router, the real gate and PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod access;
mod accounts;
mod contract;
mod factor;
mod issue;
mod own;
mod proposals;
mod provider;
mod rights;
mod sessions;
mod sign_in;
mod start;
mod support;
mod throttle;
mod views;

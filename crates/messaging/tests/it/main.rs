//! The post over PostgreSQL and real SMTP.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod events;
mod pages;
mod queue;
mod secure;
mod secure_server;
mod server;
mod support;
mod writing;

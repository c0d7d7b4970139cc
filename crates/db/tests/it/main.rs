//! The bars that stand before the first feature, and what
//! the kernel's tables promise.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod backups;
mod cancelled;
mod context;
mod embedded;
mod exceptions;
mod history;
mod migrations;
mod policies;
mod seal;
mod tables;

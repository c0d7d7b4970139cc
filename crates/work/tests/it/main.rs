//! Long work over PostgreSQL and the real router: done once whatever dies,
//! in the name of whoever started it, told on a page.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod pages;
mod runs;
mod support;

//! Long work over PostgreSQL and the real router: done once whatever dies,
//! in the name of whoever started it, told on a page.
mod pages;
mod runs;
mod support;

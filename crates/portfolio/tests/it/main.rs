//! Portfolios and registers over the real router and PostgreSQL (PPL-8).

mod entries;
mod overview;
mod registers;
mod rights;
mod support;

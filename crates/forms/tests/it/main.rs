//! Forms of federal statistics over a real database, through the router.

mod files;
mod life;
mod rights;
mod sections;
mod support;
mod unit;
mod worked;

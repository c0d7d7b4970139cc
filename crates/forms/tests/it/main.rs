//! Forms of federal statistics over a real database, through the router.

mod life;
mod rights;
mod support;
mod unit;
mod worked;

//! Working days by article 112 of the Labour Code (DLN-1,
//! `reports-and-rules.md` §4.2): holidays, days that the government moved,
//! days off that a region adds, weeks of five and of six days.
//!
//! Pure: which act holds in a year is data ([`Act`]), not a question to somebody.

mod act;
mod calendar;

pub use act::Act;
pub use calendar::{Workdays, Workweek};

#[cfg(test)]
mod tests;

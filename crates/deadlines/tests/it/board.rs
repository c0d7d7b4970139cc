//! Boards over rows that stand in the mirror.

mod boards;
mod reliefs;
mod remind;
pub(crate) mod support;
mod unit_reminders;
mod units;

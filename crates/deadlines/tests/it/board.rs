//! Boards over rows that stand in the mirror.

mod boards;
mod reliefs;
mod remind;
pub(crate) mod support;
mod units;

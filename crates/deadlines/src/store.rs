//! All SQL of the deadlines.

pub(crate) mod board;
pub(crate) mod board_acts;
pub(crate) mod board_unit;
pub(crate) mod days;
pub(crate) mod digest;
pub(crate) mod look;
pub(crate) mod rules;
pub(crate) mod unit_owed;

//! All SQL of the deadlines.

pub(crate) mod days;
pub(crate) mod digest;
pub(crate) mod look;
pub(crate) mod rules;

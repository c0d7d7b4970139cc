//! All SQL of the deadlines.

pub(crate) mod look;
pub(crate) mod rules;

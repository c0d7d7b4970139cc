//! All SQL of the deadlines.

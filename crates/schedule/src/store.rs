//! All SQL of the schema `schedule`.

pub(crate) mod lesson;

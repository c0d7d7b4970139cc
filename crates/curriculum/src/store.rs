//! All SQL of the schema `curriculum`.

pub(crate) mod frame;

//! All SQL of schema `movement`.

mod orders;
mod stays;

pub(crate) use orders::*;
pub(crate) use stays::*;

//! All SQL of schema `movement`.

mod enrolments;
mod orders;
mod setup;
mod stays;
mod study;

pub(crate) use enrolments::*;
pub(crate) use orders::*;
pub(crate) use setup::*;
pub(crate) use stays::*;
pub(crate) use study::*;

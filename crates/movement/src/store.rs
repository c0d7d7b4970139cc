//! All SQL of schema `movement`.

mod books;
mod certificates;
mod enrolments;
mod orders;
mod records;
mod setup;
mod stays;

pub(crate) use books::*;
pub(crate) use certificates::*;
pub(crate) use enrolments::*;
pub(crate) use orders::*;
pub(crate) use records::*;
pub(crate) use setup::*;
pub(crate) use stays::*;

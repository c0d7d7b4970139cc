//! All SQL of schema `movement`.

mod approval;
mod book;
mod books;
mod certificates;
mod chains;
mod enrolments;
mod force;
mod orders;
mod records;
mod setup;
mod statistics;
mod stays;
mod study;

pub(crate) use approval::*;
pub(crate) use book::*;
pub(crate) use books::*;
pub(crate) use certificates::*;
pub(crate) use chains::*;
pub(crate) use enrolments::*;
pub(crate) use force::*;
pub(crate) use orders::*;
pub(crate) use records::*;
pub(crate) use setup::*;
pub(crate) use statistics::*;
pub(crate) use stays::*;
pub(crate) use study::*;

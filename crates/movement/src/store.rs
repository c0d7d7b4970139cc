//! All SQL of schema `movement`.

mod approval;
mod book;
mod chains;
mod enrolments;
mod force;
mod orders;
mod setup;
mod stays;

pub(crate) use approval::*;
pub(crate) use book::*;
pub(crate) use chains::*;
pub(crate) use enrolments::*;
pub(crate) use force::*;
pub(crate) use orders::*;
pub(crate) use setup::*;
pub(crate) use stays::*;

//! All SQL of schema `movement`.

mod approval;
mod book;
mod books;
mod certificates;
mod chains;
mod enrolments;
mod force;
mod moved;
mod orders;
mod papers;
mod records;
mod setup;
mod statistics;
mod stays;
mod study;
mod transfer_sides;
mod transfers;

pub(crate) use approval::*;
pub(crate) use book::*;
pub(crate) use books::*;
pub(crate) use certificates::*;
pub(crate) use chains::*;
pub(crate) use enrolments::*;
pub(crate) use force::*;
pub(crate) use moved::*;
pub(crate) use orders::*;
pub(crate) use papers::*;
pub(crate) use records::*;
pub(crate) use setup::*;
pub(crate) use statistics::*;
pub(crate) use stays::*;
pub(crate) use study::*;
pub(crate) use transfer_sides::*;
pub(crate) use transfers::*;

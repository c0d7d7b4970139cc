//! All SQL of the schema `reporting`.

mod paper;
mod runs;

pub(crate) use paper::{NewPaper, insert_paper, paper, papers};
pub(crate) use runs::{NewCopy, copies, copy, done, freeze, insert_run, newest_copy, runs};

//! All SQL of the schema `reporting`.

mod paper;
mod runs;

pub(crate) use paper::{NewPaper, copies_in, insert_paper, insert_paper_runs, paper, papers};
pub(crate) use runs::{NewCopy, copies, copy, done, freeze, insert_run, newest_copy, runs, used};

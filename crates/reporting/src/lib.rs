//! Reports (RPT-1, RPT-2; S3:10): what the marks and the register of a school
//! come to, on screen, on paper and in files.
//!
//! Each report is a pure function from [`Books`] to a [`Report`]; loading,
//! rights and files are the same for all. What
//! leaves the screen is written down, frozen copies stay as they were made, and
//! obligatory reports are duties (RPT-7). Owns schema `reporting`.

mod archive;
mod book;
mod deadlines;
mod error;
mod output;
mod pages;
mod period;
mod person_data;
mod report;
mod reports;
mod runs;
mod service;
mod standing;
mod store;

pub use archive::{AllCards, Archive, ArchivePaper, ArchivePaperId, ClassJournal};
pub use book::{Books, ClassBook, Mark, PupilBook, Turn};
pub use deadlines::{DUTIES, Due, LATER, ReportDues, Rhythm};
pub use error::Error;
pub use pages::{ROUTES, router};
pub use period::{Term, terms};
pub use person_data::PERSON_DATA;
pub use report::{Cell, Column, Kind, Label, Line, Note, Report, Section, Value, Weight};
pub use runs::{Copies, CopyLine, Frozen, Hand, Output, Params, ReportRunId, Run};
pub use service::{Asked, Made, Neighbours, Reporting};
pub use standing::Standing;

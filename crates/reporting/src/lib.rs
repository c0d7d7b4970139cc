//! Reports (RPT-1, RPT-2; S3:10): what the marks and the register of a school
//! come to, on screen, on paper and in files.
//!
//! Each report is a pure function from [`Books`] to a [`Report`]; loading,
//! rights and files are the same for all. What
//! leaves the screen is written down, frozen copies stay as they were made, and
//! obligatory reports are duties (RPT-7). Owns schema `reporting`.

mod archive;
mod book;
mod days;
mod deadlines;
mod error;
mod kind;
mod more;
mod output;
mod pages;
mod period;
mod person_data;
mod presence;
mod progress;
mod report;
mod reports;
mod roll;
mod runs;
mod service;
mod standing;
mod store;

pub use archive::{AllCards, Archive, ArchivePaper, ArchivePaperId, ClassJournal, OwedReports};
pub use book::{Books, ClassBook, Mark, PupilBook, Turn};
pub use days::{DayFault, DayFaults, TypedDay, TypedDays};
pub use deadlines::{DUTIES, Due, ReportDues, Rhythm};
pub use error::Error;
pub use kind::Kind;
pub use more::{Doer, Field, More, Shape, Theme, Unit, Verb};
pub use pages::{ROUTES, router};
pub use period::{Term, terms};
pub use person_data::PERSON_DATA;
pub use presence::{Attendee, Kept, Presence};
pub use progress::{OfClass, Progress, PupilProgress, SubjectProgress};
pub use report::{
    Cell, Chart, Column, Form, Label, Line, Note, Piece, Point, Report, Section, Value, Weight,
};
pub use roll::{Birthday, ClassRoll, PupilPage, Roll};
pub use runs::{Copies, CopyLine, Frozen, Hand, Output, Params, ReportRunId, Run};
pub use service::{
    Asked, Choices, LetterText, Made, Mailing, MailingLine, MarksWish, Neighbours, Own, Reporting,
    Way, WorkChoice,
};
pub use standing::Standing;

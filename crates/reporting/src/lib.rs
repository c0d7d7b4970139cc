//! Reports (RPT-1, RPT-2; S3:10): what the marks and the register of a school
//! come to, on screen, on paper and in files.
//!
//! Each report is a pure function from [`Books`] to a [`Report`]; loading,
//! rights and files are the same for all. Keeps nothing of its own.

mod book;
mod error;
mod output;
mod pages;
mod period;
mod progress;
mod report;
mod reports;
mod service;
mod standing;

pub use book::{Books, ClassBook, Mark, PupilBook, Turn};
pub use error::Error;
pub use pages::{ROUTES, router};
pub use period::{Term, terms};
pub use progress::{OfClass, Progress, PupilProgress, SubjectProgress};
pub use report::{
    Cell, Chart, Column, Form, Kind, Label, Line, Note, Piece, Point, Report, Section, Value,
    Weight,
};
pub use service::{
    Asked, Choices, LetterText, Made, Mailing, MailingLine, More, Neighbours, Own, Reporting, Way,
    WorkChoice,
};
pub use standing::Standing;

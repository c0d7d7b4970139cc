//! Reports (RPT-1, RPT-2; S3:10): what the marks and the register of a school
//! come to, on screen, on paper and in files.
//!
//! Each report is a pure function from [`Books`] to a [`Report`]; loading,
//! rights and files are the same for all. Keeps nothing of its own.

mod book;
mod error;
mod more;
mod output;
mod pages;
mod period;
mod presence;
mod report;
mod reports;
mod roll;
mod service;
mod standing;

pub use book::{Books, ClassBook, Mark, PupilBook, Turn};
pub use error::Error;
pub use more::{Field, More, Shape, Theme, Unit};
pub use pages::{ROUTES, router};
pub use period::{Term, terms};
pub use presence::{Attendee, Kept, Presence};
pub use report::{Cell, Column, Kind, Label, Line, Note, Report, Section, Value, Weight};
pub use roll::{Birthday, ClassRoll, PupilPage, Roll};
pub use service::{Asked, Made, Neighbours, Reporting};
pub use standing::Standing;

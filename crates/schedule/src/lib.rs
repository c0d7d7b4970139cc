//! Bells, timetable versions, durable lessons. Owns schema `schedule`.
//!
//! A version is a week of hours; publishing it makes lessons, rows that stay.
//! Asks `curriculum` for years, classes and load, `people` and `org` for names,
//! `movement` for the class of a pupil. Which lessons hold marks or homework is
//! told through the socket [`LessonContents`].

mod api;
mod bell;
mod deadlines;
mod error;
mod held;
mod import;
mod lessons;
mod pages;
mod person_data;
mod plan;
mod publication;
mod service;
mod setup;
mod slot;
mod store;
mod version;

pub use api::*;
pub use bell::{Bell, Bells};
pub use deadlines::TimetableDues;
pub use error::Error;
pub use held::{Held, HeldLesson, WeekHours};
pub use import::TimetableList;
pub use lessons::LessonBook;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use plan::{Calendar, Changes, Existing, Standing, Wanted, wanted};
pub use publication::Publication;
pub use service::{
    Asked, Draft, Given, Names, Of, Placed, Preview, Published, Timetable, WeekPage,
};
pub use setup::SetupTimetable;
pub use slot::{Busy, Clash, Hour, NewSlot, Part, Slot, SlotId, VersionId, clashes, in_the_way};
pub use version::{State, Version};

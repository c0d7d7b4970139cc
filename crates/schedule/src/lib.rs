//! Bells, timetable versions, durable lessons. Owns schema `schedule`.

mod api;
mod error;
mod lessons;
mod store;

pub use api::*;
pub use error::Error;
pub use lessons::LessonBook;

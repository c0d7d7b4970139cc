//! Bells, timetable versions, durable lessons. Owns schema `schedule`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

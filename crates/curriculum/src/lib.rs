//! Years, periods, classes, subjects, load, КТП, scales. Owns schema `curriculum`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

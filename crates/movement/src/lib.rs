//! Orders and the class register that follows from them. Owns schema `movement`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

//! Cards of staff, pupils and parents, kinship, consents. Owns schema `people`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

//! Organisations: the tenant tree, their cards, rooms and settings. Owns schema `org`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

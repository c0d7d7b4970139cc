//! Accounts, first passwords, sessions, roles. Owns schema `identity`.

mod api;
mod error;

pub use api::*;
pub use error::Error;

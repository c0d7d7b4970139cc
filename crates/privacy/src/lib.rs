//! One person's data (152-FZ; security.md §6.5): everything that is kept of
//! somebody, for that person, the parent, or the administrator.
//!
//! Owns no schema. The domains tell their tables (`db::subject::Held`), the
//! application collects them, and a test finds a column that names a person
//! and that nobody told of.

mod error;
mod pages;
mod service;

pub use error::Error;
pub use pages::{ROUTES, router};
pub use service::{Dossier, Neighbours, Privacy, Shelf};

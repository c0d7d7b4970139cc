//! One person's data (152-FZ; security.md §6.4, §6.5): everything that is
//! kept of somebody, for that person, the parent, or the administrator; and
//! what of it is destroyed when its time is over, by two people, with an act.
//!
//! The domains tell their tables (`db::subject::Held`), what becomes of them
//! and after which time; the application collects them, and tests find a
//! column that names a person and that nobody told of. Here are the times
//! themselves, who may not be forgotten, and the acts.

mod act;
mod error;
mod jobs;
mod pages;
mod person_data;
mod plan;
mod service;
mod store;
mod term;

pub use act::{
    Act, Decision, Erasure, ErasureId, ErasureSheet, Ground, Hold, Outcome, Part, Signed,
};
pub use error::Error;
pub use jobs::{ForgetActs, Tenants};
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use plan::{Line, Plan, Presence, Until};
pub use service::{Dossier, Neighbours, Privacy, Shelf, TermSheet};
pub use term::{Kind, Rule, Unit};

//! Organisations: the tenant tree, their cards, rooms and settings. Owns schema `org`.
//!
//! Names and places of organisations are public (S2:4.1), so the tree is
//! readable by every tenant; cards, rooms and settings are not.

mod api;
mod card;
mod deadlines;
mod error;
mod fields;
mod history;
mod import;
mod options;
mod pages;
mod room;
mod service;
mod setup;
mod setup_service;
mod store;

pub use api::*;
pub use card::{Card, Clash, Entry, Locality};
pub use deadlines::{BackupDues, CardDues};
pub use error::Error;
pub use fields::{FieldFault, Typed};
pub use history::{CardChange, FieldChange};
pub use import::CardList;
pub use options::{AbsenceDisplay, HomeworkLimits, LeastMarks, Options, Targets, Thresholds};
pub use pages::{ROUTES, SETUP_ROUTES, router, setup_router};
pub use room::{RoomCard, RoomForm, RoomKind};
pub use service::Org;
pub use setup::{Mark, Progress, SetupFact, SetupSource, SetupStep, Standing, Step};
pub use setup_service::Setup;

//! Organisations: the tenant tree, their cards, rooms and settings. Owns schema `org`.
//!
//! Names and places of organisations are public (S2:4.1), so the tree is
//! readable by every tenant; cards, rooms and settings are not.

mod api;
mod card;
mod deadlines;
mod error;
mod fields;
mod import;
mod options;
mod pages;
mod room;
mod service;
mod store;

pub use api::*;
pub use card::{Card, Clash, Entry, Locality};
pub use deadlines::{BackupDues, CardDues};
pub use error::Error;
pub use fields::{FieldFault, Typed};
pub use import::CardList;
pub use options::{AbsenceDisplay, HomeworkLimits, LeastMarks, Options, Thresholds};
pub use pages::{ROUTES, router};
pub use room::{RoomCard, RoomForm, RoomKind};
pub use service::Org;

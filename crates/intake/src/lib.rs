//! Lists that a school brings as files: read, shown before anything is
//! written, written in one transaction, taken back within a day (`ux.md` §0,
//! rule 4). Owns schema `intake`.
//!
//! It knows no domain: each offers an [`Importer`] for what it keeps, and the
//! app hands all of them to [`Intake`].

mod error;
mod importer;
mod jobs;
mod pages;
mod run;
mod service;
mod store;
mod works;

pub use error::Error;
pub use importer::{Ask, AskKind, Check, Commit, Importer, Layout, Note, RowOutcome, Rows, Wish};
pub use jobs::Sweep;
pub use pages::{ROUTES, router};
pub use run::{Run, RunId, RunState};
pub use service::{Intake, LeaveBadRows, Preview, Started};
pub use works::{TakingBack, Writing};
// What an importer needs of the kit.
pub use web::import::{Column, Kind, Record, RowError};

//! Long work that somebody starts from a page and waits for: queued in the
//! database, carried out by any node in the name of whoever started it, ended
//! in the transaction of the work itself (`ux.md` §0, rule 3).
//!
//! It knows no domain: each offers a [`Work`], and the app hands all of them to
//! [`Jobs`]. The rows are `db::jobrun`'s. See `docs/adr/0010-long-work.md`.

mod duty;
mod error;
mod jobs;
mod pages;
mod runner;
mod socket;

pub use db::jobrun::{Run, RunId, State};
pub use duty::{Duty, Finished};
pub use error::Error;
pub use jobs::{Ended, Jobs, NewJob, Started};
pub use pages::{ROUTES, router};
pub use socket::{Actors, Done, Refusal, Work};

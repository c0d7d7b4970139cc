//! What the tests of all crates share: a database per test, a clock that
//! stands still, actors, and a client that talks to a router.
//!
//! It knows no domain: each adds its own fixtures beside its own tests. A
//! dev-dependency only, so it may panic with the reason.
#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod actors;
mod client;
mod database;
mod owed;
mod paper;
mod replay;
pub mod world;

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use kernel::TestClock;

pub use actors::{actor, actor_with, nobody};
pub use client::{Answer, Client};
pub use database::TestDb;
pub use owed::{keys_of, open_of, owed, owed_since, things_of};
pub use paper::{pages_of_pdf, set_pages_of_pdf};
pub use replay::assert_history_replays;

/// Friday 20 November 2026, 08:00 UTC: a school day in the second quarter.
pub fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 8, 0, 0)
        .single()
        .expect("the moment exists")
}

/// A clock that stands at [`morning`] until the test moves it.
pub fn clock() -> Arc<TestClock> {
    Arc::new(TestClock::at(morning()))
}

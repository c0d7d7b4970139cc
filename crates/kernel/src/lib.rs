//! Words that every domain shares and that belong to none of them.
//!
//! Invariant: no I/O, no sqlx, no axum. What needs a database lives in `db`,
//! what needs HTTP lives in `web`.

mod actor;
mod clock;
mod fault;
mod id;
mod rights;
mod socket;

pub use actor::{Actor, Grant, Scope};
pub use clock::{Clock, SystemClock, TestClock};
pub use fault::{Denied, Fault, Kind};
pub use id::{AccountId, ClassId, GroupId, LessonId, OrgId, PersonId, RoomId, SubjectId, YearId};
pub use rights::{Reach, Reaches, Right, Role};
pub use socket::Job;

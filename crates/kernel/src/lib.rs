//! Words that every domain shares and that belong to none of them.
//!
//! Invariant: no I/O, no sqlx, no axum. What needs a database lives in `db`,
//! what needs HTTP lives in `web`.

mod actor;
pub mod checked;
mod clock;
pub mod dates;
pub mod decimal;
mod fault;
mod id;
pub mod names;
mod rights;
mod socket;
pub mod text;
pub mod workdays;

pub use actor::{Actor, Grant, Scope};
pub use clock::{Clock, ShiftedClock, SystemClock, TestClock};
pub use fault::{Denied, Fault, Kind};
pub use id::{AccountId, ClassId, GroupId, LessonId, OrgId, PersonId, RoomId, SubjectId, YearId};
pub use rights::{Decided, Grants, Reach, Reaches, Right, Role};
pub use socket::Job;

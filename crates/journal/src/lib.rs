//! Marks, attendance, topics and homework; the diary. Owns schema `journal`.
//!
//! Asks `people` for names, `curriculum` for classes, load and plans,
//! `movement` for who was in the class on the day, `schedule` for lessons.
//! Never names their tables.

mod absence;
mod api;
mod control;
mod error;
mod operation;
pub mod pages;
mod service;
mod store;
mod value;

pub use absence::{
    AbsenceDocument, Basis, DocumentId, Notice, NoticeId, NoticeState, Reason, Tally,
};
pub use api::Contents;
pub use control::{Lack, LackingLesson, Remark, RemarkId};
pub use error::Error;
pub use operation::{Answer, Field, Operation, Status, Why, WorkId};
pub use service::*;
pub use value::{Attendance, DOT, MarkRules, MarkValue, OffScale};

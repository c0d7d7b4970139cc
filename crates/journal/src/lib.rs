//! Marks, attendance, topics and homework; the diary. Owns schema `journal`.
//!
//! Asks `people` for names, `curriculum` for classes, load and plans,
//! `movement` for who was in the class on the day, `schedule` for lessons.
//! Never names their tables.

mod absence;
mod api;
mod attendance_book;
mod average;
mod control;
mod correction;
mod current_marks;
mod deadlines;
mod diary;
mod error;
mod finals;
mod finals_operation;
mod finals_rule;
mod homework;
mod jobs;
mod locks;
mod mark_book;
mod operation;
pub mod pages;
mod person_data;
mod report_rows;
mod service;
mod standing;
mod store;
mod summary;
mod value;
mod year_end;

pub use absence::{
    AbsenceDocument, Basis, DocumentId, Notice, NoticeId, NoticeState, Reason, Tally,
};
pub use api::{
    Bell, BellBlock, BellLine, ClassSpan, Contents, FinalBook, Missed, TakenMarks, Told,
    looked_through, told,
};
pub use attendance_book::{
    AttendanceBook, Attended, ChangedField, ChangesAsked, HeldLesson, JournalChange,
};
pub use average::Averaging;
pub use control::{Lack, LackingLesson, Remark, RemarkId};
pub use correction::{Correction, CorrectionId, CorrectionOf, CorrectionState, Decision};
pub use deadlines::JournalDues;
pub use diary::{Goal, needed};
pub use error::Error;
pub use finals::{
    EXEMPT, FinalPlace, FinalValue, NOT_ATTESTED, NoFinalMark, NotAttested, Slot, SlotKind,
};
pub use finals_operation::{FinalAnswer, FinalOperation, FinalWhy};
pub use finals_rule::{Doubt, Earned, FinalRule, Proposal};
pub use homework::{Answer as HandedIn, AnswerState, Attached, FileKind, norm_minutes};
pub use jobs::TellMarks;
pub use locks::Closed;
pub use mark_book::{
    MarkBook, MarkSum, Marking, PileSum, Piled, PupilLesson, PupilWork, Step, Tallied, WhichWorks,
    Worked, WorkedIn,
};
pub use operation::{Answer, Field, Operation, Status, Why, WorkId};
pub use person_data::PERSON_DATA;
pub use report_rows::{AttendanceRows, MarkRows};
pub use service::*;
pub use standing::Standing;
pub use summary::{Category, Shares};
pub use value::{Attendance, DOT, MarkRules, MarkValue, OffScale};
pub use year_end::{Undone, YearEnd, failing, has_begun, year_end};

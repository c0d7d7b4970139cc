//! Exams and tests with their results (JRN-9): ВПР, ОГЭ, ЕГЭ, ГВЭ and
//! administrative tests, compared with the marks of the year. Owns schema `exams`.
//!
//! Asks `people` for names, `curriculum` for classes, subjects and load,
//! `movement` for who was in the class on the day, `journal` for final marks.

mod compare;
mod deadlines;
mod error;
mod exam;
mod import;
mod pages;
mod person_data;
mod result;
mod scale;
mod service;
mod store;

pub use compare::{Summary, Verdict};
pub use deadlines::ExamDues;
pub use error::Error;
pub use exam::{Exam, ExamFields, ExamId, ExamKind, Stage};
pub use import::ResultList;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use result::{
    Appeal, AppealId, AppealState, Entry, EntryFault, Outcome, StoredResult, Turnout,
};
pub use scale::{NoScale, Scale, ScaleFields, ScaleId, Step};
pub use service::{
    AppealWish, Card, Change, Decision, EntryRow, EntrySheet, Exams, FormPage, Line, Listed,
    Listing, Mine, MyExam, Neighbours, Opened, Owner, Saved, ScalePage, Stale, Transferred,
};

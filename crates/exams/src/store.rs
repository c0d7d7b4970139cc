//! All SQL of the schema `exams`.

mod appeal;
mod dues;
mod exam;
mod result;
mod scale;

pub(crate) use appeal::{AppealChange, appeals, decide_appeal, insert_appeal};
pub(crate) use dues::{ExamDue, dues};
pub(crate) use exam::{
    Counts, counts, exam, exams_of, insert_exam, lock_exam, remove_exam, update_exam,
};
pub(crate) use result::{NewResult, of_pupils, results, save_results};
pub(crate) use scale::{insert_scale, scale, scales, update_scale};

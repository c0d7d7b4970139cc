//! All SQL of the schema `journal`.

mod absence;
mod absence_file;
mod acknowledgement;
mod beside;
mod card;
mod changes;
mod control;
mod corrections;
mod current;
mod diary;
mod dues;
mod entry;
mod finals;
pub(crate) mod homework;
pub(crate) mod mark_book;
pub(crate) mod notice;
mod operation;
mod progress;
mod report_rows;
mod rolled;
mod sheet;
mod standing;
mod unfilled;
mod works;
mod written;
mod year_end;

pub(crate) use absence::{
    absences_of, answer_notice, document, documents, insert_document, insert_notice,
    lock_documents, notice_to_answer, notices_of, retell, waiting_notices, withdraw_document,
};
pub(crate) use absence_file::{
    Papers, add_absence_file, add_notice_file, hand_on, papers, remove_absence_file,
};
pub(crate) use acknowledgement::{Seen, acknowledge, seen};
pub(crate) use beside::{Beside, BesideOf, beside, save_choices};
pub(crate) use card::{said, say, say_late, say_to_all};
pub use changes::ChangedWork;
pub(crate) use changes::changed_since;
pub(crate) use control::{
    NewRemark, answer_remark, close_remark, insert_remark, news, remark, remarks,
};
pub(crate) use corrections::{
    NewCorrection, ask, corrections, decide, read_answers, use_corrections,
};
pub(crate) use current::{Entered, entered};
pub(crate) use diary::diary_of;
pub(crate) use dues::{Dues, DuesAsked, dues, save_control_look};
pub(crate) use entry::{SavedEntry, save_entry};
pub(crate) use finals::{
    FinalsOf, NewFinal, PeriodOf, StoredFinal, Tally, finals, finals_of, lock_finals, locks,
    reopen, save_finals, sign, tallies,
};
pub(crate) use operation::{
    KnownOperation, MadeWork, NewWork, known_operations, lock_lessons, remember, save_attendance,
    save_marks, save_works,
};
pub(crate) use progress::absences_in;
pub(crate) use report_rows::{MarksAsked, StoredMark, marks_for_report};
pub(crate) use rolled::{StoredAttendance, attendance, missed, save_rolled};
pub(crate) use sheet::{Entry, StoredSheet, Work, filled, sheet, sheet_and_topics, sheet_of};
pub(crate) use standing::touched;
pub(crate) use unfilled::{Filling, filling};
pub(crate) use works::{SavedWork, add_work, change_work, copy_works, remove_work};
pub(crate) use written::{notes, written};
pub(crate) use year_end::{failing, year_end};

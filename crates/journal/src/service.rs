//! Use cases: one public method is one transaction.

mod absence;
mod access;
mod attendance;
mod control;
mod diary;
mod grid;
mod history;
mod home;
mod lesson;
mod operations;
mod remark;
mod school_day;

use std::sync::Arc;

use curriculum::Curriculum;
use db::{Db, Tx};
use movement::ClassRegister;
use org::Organisations;
use people::People;
use schedule::Lessons;

use crate::Error;

pub use absence::{DocumentSaved, DocumentWish, MyAbsence, NoticeWish, Overlap};
pub use attendance::{
    AttendanceCell, AttendanceColumn, AttendanceRow, ClassAttendance, ColumnLesson, NoticeLine,
    Span,
};
pub use control::{FillingFilter, FillingPage, Moment, ReminderPage, TeacherFilling};
pub(crate) use diary::monday;
pub use diary::{
    Child, Day, DiaryLesson, DiaryMark, MarksPage, MyDay, NewMark, SubjectMarks, Week,
};
pub use grid::{Column, Grid, GridCell, GridRow, Locked, OpenGrid, WorkHead};
pub use history::CellChange;
pub use home::{Home, HomeLesson, HomeReminder, JournalOf, Owed, School, Yesterday};
pub use lesson::{LessonForm, LessonPupil, LessonWish, PupilWish};
pub use operations::OperationResult;
pub use remark::{About, JournalLacks, RemarkLine, RemarkTarget, Remarks};
pub use school_day::{ClassDay, SchoolDay};

/// The journal and the diary (JRN-1…5).
#[derive(Clone)]
pub struct Journal {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
    lessons: Arc<dyn Lessons>,
    orgs: Arc<dyn Organisations>,
}

/// Whom the journal asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub lessons: Arc<dyn Lessons>,
    pub orgs: Arc<dyn Organisations>,
}

impl Journal {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            curriculum,
            register,
            lessons,
            orgs,
        } = ask;
        Self {
            db,
            people,
            curriculum,
            register,
            lessons,
            orgs,
        }
    }

    /// The setting `marks.use_grade_1`: whether «1» is a mark here (§2.1).
    async fn one_allowed(&self, tx: &mut Tx) -> Result<bool, Error> {
        let setting = self.orgs.setting(tx, "marks.use_grade_1").await?;
        Ok(setting.and_then(|it| it.as_bool()).unwrap_or(false))
    }
}

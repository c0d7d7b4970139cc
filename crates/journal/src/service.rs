//! Use cases: one public method is one transaction.

mod absence;
mod access;
mod attendance;
mod attendance_book;
mod card;
mod changes;
mod control;
mod corrections;
mod diary;
mod finals;
mod grid;
mod history;
mod home;
mod homework;
mod lesson;
mod mark_book;
mod notice;
mod once;
mod operations;
mod progress;
mod remark;
mod school_day;
mod stream;
mod works;

use std::sync::Arc;

use curriculum::Curriculum;
use db::{Db, files::Files, notices::Notices};
use movement::ClassRegister;
use org::Organisations;
use people::People;
use schedule::Lessons;

use crate::Bell;
pub use crate::store::ChangedWork;
pub use absence::{DocumentSaved, DocumentWish, Overlap, Scan};
pub use attendance::{
    AttendanceCell, AttendanceColumn, AttendanceRow, ClassAttendance, ColumnLesson, DocumentLine,
    NoticeLine, Span,
};
pub use card::{CardWish, CellCard};
pub use changes::{ChangedCell, Changes};
pub use control::{FillingFilter, FillingPage, Moment, TeacherFilling};
pub use corrections::{CellState, CorrectionForm, CorrectionRow, Corrections};
pub(crate) use diary::monday;
pub use diary::{
    AbsentDay, AttendancePage, Child, Day, DayAbsence, DiaryLesson, DiaryMark, MarksPage,
    MissedLesson, MyDay, MyFinals, NewMark, News, NewsKind, NowLesson, PlacedMark, SeenBy,
    SlotSeen, SubjectMarks, TestWork, TestsPage, Week, Whose,
};
pub use finals::{
    Accept, Accepted, AcknowledgedRow, Acknowledgements, Blank, ChildFinal, ChildFinals, FinalCell,
    FinalColumn, FinalLock, FinalResult, FinalRow, Finals, FinalsOpened, OpenFinals, ParentSeen,
    SignedBy, Signing, SubjectFinals, Summary, SummaryLine, SummaryRow,
};
pub use grid::{
    Column, Grid, GridCell, GridChoice, GridRow, GridSpan, GridTerm, Locked, OpenGrid, WorkHead,
};
pub use history::CellChange;
pub use home::{Answered, Home, HomeLesson, JournalOf, Owed, School, Yesterday};
pub use homework::{AnswerWish, CopyTarget, DayLoad, HandIn, HomeworkPage, MyHomework};
pub use lesson::{LessonForm, LessonPupil, LessonWish, PupilWish};
pub use notice::{MyAbsence, NoticeWish};
pub use operations::OperationResult;
pub use progress::{Compared, Progress, SubjectProgress, TermAttendance, YearProgress};
pub use remark::{About, JournalLacks, RemarkLine, RemarkTarget, Remarks};
pub use school_day::{ClassDay, SchoolDay};
use stream::Seats;
pub use stream::{Sheet as WatchedSheet, SheetNotice, Watch, What};
pub use works::{LessonWorks, WorkLine, WorkWish};

/// The journal and the diary (JRN-1…5).
#[derive(Clone)]
pub struct Journal {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    register: Arc<dyn ClassRegister>,
    lessons: Arc<dyn Lessons>,
    orgs: Arc<dyn Organisations>,
    notices: Notices,
    seats: Seats,
    files: Files,
    bell: Option<Arc<dyn Bell>>,
}

/// Whom the journal asks.
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub lessons: Arc<dyn Lessons>,
    pub orgs: Arc<dyn Organisations>,
    /// Where files of homework lie.
    pub files: Files,
}

impl Journal {
    pub fn new(db: Db, ask: Neighbours) -> Self {
        let Neighbours {
            people,
            curriculum,
            register,
            lessons,
            orgs,
            files,
        } = ask;
        Self {
            notices: db.notices(stream::CHANNEL),
            seats: Seats::default(),
            db,
            people,
            curriculum,
            register,
            lessons,
            orgs,
            files,
            bell: None,
        }
    }

    /// With the deadlines of the first page.
    #[must_use]
    pub fn with_bell(mut self, bell: Arc<dyn Bell>) -> Self {
        self.bell = Some(bell);
        self
    }
}

//! What domains above ask of attendance and of what changed in a journal:
//! reports of presence and «Отчёт о доступе к классному журналу» (RPT-1).

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId, YearId};

use crate::{Attendance, Error, Slot};

/// Attendance lesson by lesson, and the kept history. The caller has made sure
/// that the actor may see it.
#[async_trait]
pub trait AttendanceBook: Send + Sync {
    /// The lessons of these classes in the days (inclusive) and what is noted
    /// in them. Two statements, however many classes there are.
    async fn attended(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Attended, Error>;

    /// The lessons of these classes in these subjects in the days (inclusive),
    /// in one statement.
    async fn lessons(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        subjects: &[SubjectId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<HeldLesson>, Error>;

    /// Who changed what in the journal of a class, newest first, in at most
    /// seven statements.
    async fn changed(
        &self,
        tx: &mut Tx,
        asked: &ChangesAsked<'_>,
    ) -> Result<Vec<JournalChange>, Error>;
}

/// A lesson that takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldLesson {
    pub id: LessonId,
    pub on: NaiveDate,
    pub class: ClassId,
    /// `None`: the whole class.
    pub group: Option<GroupId>,
    pub subject: SubjectId,
}

/// Lessons, and who is noted in them.
#[derive(Clone, Debug, Default)]
pub struct Attended {
    /// By day and number; cancelled ones are left out.
    pub lessons: Vec<HeldLesson>,
    /// Nobody who was simply there.
    pub notes: Vec<(LessonId, PersonId, Attendance)>,
}

/// Whose journal, and of which days: those of the lesson, or of the change
/// where it is of a final mark.
#[derive(Clone, Copy, Debug)]
pub struct ChangesAsked<'a> {
    pub class: ClassId,
    pub subject: Option<SubjectId>,
    pub year: YearId,
    /// Whose final marks are looked at.
    pub pupils: &'a [PersonId],
    /// Only what is of these pupils, and nothing of the class as a whole.
    pub alone: bool,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangedField {
    Mark,
    Attendance,
    Topic,
    Homework,
    FinalMark,
}

impl ChangedField {
    pub const ALL: [Self; 5] = [
        Self::Mark,
        Self::Attendance,
        Self::Topic,
        Self::Homework,
        Self::FinalMark,
    ];

    /// What there is of one pupil.
    pub const OF_PUPIL: [Self; 3] = [Self::Mark, Self::Attendance, Self::FinalMark];

    /// In addresses and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Attendance => "attendance",
            Self::Topic => "topic",
            Self::Homework => "homework",
            Self::FinalMark => "final-mark",
        }
    }

    /// The field with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// One change that somebody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalChange {
    pub at: DateTime<Utc>,
    /// `None`: the system itself.
    pub by: Option<PersonId>,
    pub subject: SubjectId,
    /// The day of the lesson; none for a final mark.
    pub on: Option<NaiveDate>,
    /// The period of a final mark.
    pub slot: Option<Slot>,
    pub pupil: Option<PersonId>,
    pub field: ChangedField,
    /// As it is shown; empty where nothing stood there.
    pub old: String,
    pub new: String,
}

//! What the journal tells the domains below it through their sockets.

use std::{
    collections::{HashMap, HashSet},
    ops::AddAssign,
};

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use db::Tx;
use kernel::{Actor, ClassId, Fault, LessonId, PersonId, SubjectId, YearId};
use schedule::LessonContents;
use serde::Serialize;

use crate::{Attendance, Error, FinalPlace, FinalValue, Slot, store};

/// Which lessons hold marks, absences, topics or homework: the timetable may
/// cancel or move them but never destroy them (BEY-1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Contents;

#[async_trait]
impl LessonContents for Contents {
    async fn filled(
        &self,
        tx: &mut Tx,
        ids: &[LessonId],
    ) -> Result<HashSet<LessonId>, Box<dyn Fault>> {
        store::filled(tx, ids)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

/// The final marks, for domains above that look at them or bring marks of exams.
#[async_trait]
pub trait FinalBook: Send + Sync {
    /// Final marks of these pupils in a year, in one subject or in all; empty
    /// ones are left out. The caller has made sure that the actor may see them.
    async fn finals_in(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        subject: Option<SubjectId>,
        year: YearId,
    ) -> Result<Vec<(FinalPlace, FinalValue)>, Error>;

    /// Final marks of these pupils in some periods of a year; empty ones are
    /// left out. The caller has made sure that the actor may see them.
    async fn finals_of(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        year: YearId,
        slots: &[Slot],
    ) -> Result<Vec<(FinalPlace, FinalValue)>, Error>;

    /// How many lessons pupils missed in each span, in the order of the spans;
    /// who missed none is left out. Spans of one class do not overlap. Two
    /// statements, however many spans there are.
    async fn missed(
        &self,
        tx: &mut Tx,
        spans: &[ClassSpan],
    ) -> Result<Vec<HashMap<PersonId, Missed>>, Error>;

    /// Enters marks of an exam as final marks of the kind «экзамен», with the
    /// rights, locks and history of the page of final marks and in a
    /// transaction of its own. A mark that stands there already stays.
    async fn take_exam_marks(
        &self,
        actor: &Actor,
        of: (ClassId, SubjectId),
        marks: &[(PersonId, String)],
        today: NaiveDate,
    ) -> Result<TakenMarks, Error>;
}

/// Days of a class, the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassSpan {
    pub class: ClassId,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// Lessons that a pupil missed, by reason (§2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    pub ill: u32,
    pub excused: u32,
    pub truant: u32,
    /// The reason is not told yet.
    pub untold: u32,
    /// Late, which is no absence.
    pub late: u32,
}

impl Missed {
    /// All lessons missed, for whatever reason.
    pub const fn all(&self) -> u32 {
        self.ill + self.excused + self.truant + self.untold
    }

    /// Counts so many more lessons of that code.
    pub const fn add(&mut self, what: Attendance, count: u32) {
        match what {
            Attendance::Ill => self.ill += count,
            Attendance::Excused => self.excused += count,
            Attendance::Truant => self.truant += count,
            Attendance::Absent => self.untold += count,
            Attendance::Late => self.late += count,
            Attendance::Present | Attendance::Exempt => {}
        }
    }
}

impl AddAssign for Missed {
    fn add_assign(&mut self, other: Self) {
        self.ill += other.ill;
        self.excused += other.excused;
        self.truant += other.truant;
        self.untold += other.untold;
        self.late += other.late;
    }
}

/// What became of the marks of an exam.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenMarks {
    pub taken: usize,
    /// The same mark stood there.
    pub same: usize,
    /// Another mark stands there.
    pub other: usize,
    /// Signed, of a closed year, or not the actor's to set.
    pub locked: usize,
}

/// What a family was told: a mark that stood for fifteen minutes, or an
/// answer of the teacher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub pupil: PersonId,
    pub lesson: LessonId,
    /// mark, returned, accepted
    pub kind: String,
    pub old: String,
    pub new: String,
}

/// What these notices of the event `journal.marks-told` say, oldest first.
pub async fn told(tx: &mut Tx, notices: &[i64]) -> Result<Vec<Told>, Error> {
    Ok(store::notice::of_ids(tx, notices).await?)
}

/// Notes that the person looked through the journals of the month: whoever
/// reminds of lessons did (S3:8.8).
pub async fn looked_through(tx: &mut Tx, by: PersonId, today: NaiveDate) -> Result<(), Error> {
    let month = today.with_day(1).unwrap_or(today);
    Ok(store::save_control_look(tx, month, by).await?)
}

/// What the first page shows of deadlines. A socket that a higher domain
/// fills: who owes what follows from more than the journal.
#[async_trait]
pub trait Bell: Send + Sync {
    /// The blocks for this actor; none where there is nothing to tell.
    async fn home(&self, actor: &Actor, today: NaiveDate)
    -> Result<Vec<BellBlock>, Box<dyn Fault>>;
}

/// Deadlines of somebody, of a school, or of the schools of a unit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BellBlock {
    /// `mine`, `school`, `hub`; `proposals` of families, `transfers` of pupils
    pub kind: &'static str,
    /// How many proposals or transfers wait.
    pub count: i64,
    pub overdue: i64,
    pub today: i64,
    /// After today and within seven days.
    pub week: i64,
    pub lines: Vec<BellLine>,
    /// The next deadline where none is near: its name and day.
    pub next: Option<(String, NaiveDate)>,
    /// Whom to remind.
    pub people: usize,
    /// When they were, or when whoever looks was reminded, in RFC 3339.
    pub reminded_at: Option<String>,
    /// Who reminded whoever looks of what is still not done.
    pub reminded_by: String,
    /// How many schools are late, of how many.
    pub schools: Option<(usize, usize)>,
}

/// One rule, or one school.
#[derive(Clone, Debug, Default, Serialize)]
pub struct BellLine {
    pub name: String,
    /// The path inside the organisation, or the unit's part of the hub.
    pub path: String,
    pub overdue: i64,
    pub soon: i64,
}

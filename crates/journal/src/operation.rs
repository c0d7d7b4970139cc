//! One change of one cell, as a client sends it: idempotent by its id, and
//! refused when the cell is no longer as the client saw it (JRN-1).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{LessonId, PersonId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Attendance, Closed, CorrectionId, MarkRules, MarkValue, OffScale,
    absence::{AbsenceDocument, DocumentId, document_on},
    locks::Locks,
};

kernel::id!(/// A work (задание) of a lesson.
    WorkId);

/// What a client may send at once.
pub(crate) const MOST_OPERATIONS: usize = 200;

/// Which half of a cell is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Mark,
    Attendance,
}

/// A change of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Made by the client; sending it again does nothing.
    pub op_id: Uuid,
    pub lesson: LessonId,
    /// The work of the lesson; `None` is its first one, made if there is none.
    pub work: Option<WorkId>,
    pub pupil: PersonId,
    pub field: Field,
    /// The version of the cell that the client saw; 0 for a cell never filled.
    pub base: i32,
    /// What was typed.
    pub value: String,
    /// A work of the lesson that the client named before the server knew it:
    /// found by this key, or made as «Ответ на уроке» («5 5», `ux.md` §4.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Uuid>,
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub op_id: Uuid,
    pub status: Status,
    /// The version and value of the cell now.
    pub version: i32,
    pub value: String,
    pub work: Option<WorkId>,
    /// Whose value it is and since when, where that is somebody else's.
    pub by: Option<PersonId>,
    pub at: Option<DateTime<Utc>>,
    /// Why not, as the key of words.
    pub why: Option<Why>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    Invalid,
    Locked,
    Conflict,
    Denied,
}

/// Why an operation was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    OffScale,
    OneNotUsed,
    GradeOne,
    NoSuchCode,
    NotInClass,
    LessonCancelled,
    LessonAhead,
    YearArchived,
    NoSuchWork,
    ChangedMeanwhile,
    NotYours,
    PeriodSigned,
    WindowOver,
}

impl Why {
    /// The key of the words: `journal.op.off-scale`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OffScale => "journal.op.off-scale",
            Self::OneNotUsed => "journal.op.one-not-used",
            Self::GradeOne => "journal.op.grade-one",
            Self::NoSuchCode => "journal.op.no-such-code",
            Self::NotInClass => "journal.op.not-in-class",
            Self::LessonCancelled => "journal.op.lesson-cancelled",
            Self::LessonAhead => "journal.op.lesson-ahead",
            Self::YearArchived => "journal.op.year-archived",
            Self::NoSuchWork => "journal.op.no-such-work",
            Self::ChangedMeanwhile => "journal.op.changed-meanwhile",
            Self::NotYours => "journal.op.not-yours",
            Self::PeriodSigned => "journal.op.period-signed",
            Self::WindowOver => "journal.op.window-over",
        }
    }

    /// Whether a correction may be asked for (JRN-7).
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::PeriodSigned | Self::WindowOver)
    }

    pub const ALL: [Self; 13] = [
        Self::OffScale,
        Self::OneNotUsed,
        Self::GradeOne,
        Self::NoSuchCode,
        Self::NotInClass,
        Self::LessonCancelled,
        Self::LessonAhead,
        Self::YearArchived,
        Self::NoSuchWork,
        Self::ChangedMeanwhile,
        Self::NotYours,
        Self::PeriodSigned,
        Self::WindowOver,
    ];
}

impl From<Closed> for Why {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Signed => Self::PeriodSigned,
            Closed::WindowOver => Self::WindowOver,
        }
    }
}

/// A cell as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell<V> {
    pub(crate) value: V,
    pub(crate) version: i32,
    pub(crate) by: PersonId,
    pub(crate) at: DateTime<Utc>,
}

/// The place of a mark: a lesson without works yet has its place at `None`.
pub(crate) type MarkPlace = (LessonId, Option<WorkId>, PersonId);
pub(crate) type AttendancePlace = (LessonId, PersonId);

/// What the rules need to know of one lesson.
#[derive(Clone, Debug)]
pub(crate) struct LessonFacts {
    pub(crate) held_on: NaiveDate,
    pub(crate) cancelled: bool,
    pub(crate) archived: bool,
    /// Why its marks are closed, but for those a correction opened.
    pub(crate) closed: Option<Closed>,
    /// Whether the actor may write into it.
    pub(crate) mine: bool,
    pub(crate) rules: MarkRules,
    /// Pupils who were taught on that day.
    pub(crate) pupils: Vec<PersonId>,
    /// Works that exist, first first.
    pub(crate) works: Vec<WorkId>,
    /// Works under the keys of their clients, removed ones too. Negative ids
    /// stand for works that this batch makes, see [`Sheet::wanted`].
    pub(crate) keys: HashMap<Uuid, WorkId>,
}

/// All that stands in the lessons of one batch, and what the batch makes of it.
pub(crate) struct Sheet {
    pub(crate) today: NaiveDate,
    pub(crate) now: DateTime<Utc>,
    pub(crate) actor: PersonId,
    pub(crate) lessons: HashMap<LessonId, LessonFacts>,
    pub(crate) marks: HashMap<MarkPlace, Cell<MarkValue>>,
    pub(crate) attendance: HashMap<AttendancePlace, Cell<Attendance>>,
    pub(crate) locks: Locks,
    /// Corrections that the batch made use of.
    pub(crate) used: Vec<CorrectionId>,
    /// Places that the batch changed, in order and without repetition.
    pub(crate) changed_marks: Vec<MarkPlace>,
    pub(crate) changed_attendance: Vec<AttendancePlace>,
    /// Documents that tell why the batch's absent pupils are absent.
    pub(crate) documents: Vec<AbsenceDocument>,
    /// Works that first marks under a new key bring with them: their place
    /// holder, lesson and key.
    pub(crate) wanted: Vec<(WorkId, LessonId, Uuid)>,
}

impl Sheet {
    /// Decides one operation and takes it up. Everything it needs is in the
    /// sheet; nothing is fetched here.
    pub(crate) fn carry_out(&mut self, op: &Operation) -> Answer {
        let Some(lesson) = self.lessons.get(&op.lesson) else {
            return refused(op, Status::Denied, Why::NotYours);
        };
        if let Err((status, why)) = self.may_write(lesson, op) {
            return refused(op, status, why);
        }
        match op.field {
            Field::Mark => self.put_mark(op),
            Field::Attendance => self.put_attendance(op),
        }
    }

    fn may_write(&self, lesson: &LessonFacts, op: &Operation) -> Result<(), (Status, Why)> {
        if !lesson.mine {
            return Err((Status::Denied, Why::NotYours));
        }
        if let Some(why) = lesson.locked(self.today) {
            return Err((Status::Locked, why));
        }
        if !lesson.pupils.contains(&op.pupil) {
            return Err((Status::Locked, Why::NotInClass));
        }
        Ok(())
    }

    /// Whether the batch changed anything in the lesson.
    pub(crate) fn touches(&self, lesson: LessonId) -> bool {
        self.changed_marks.iter().any(|it| it.0 == lesson)
            || self.changed_attendance.iter().any(|it| it.0 == lesson)
    }

    /// The work that the operation means; `None` is the first, yet to be made.
    fn work_of(&self, lesson: &LessonFacts, op: &Operation) -> Result<Option<WorkId>, Why> {
        match (op.work, op.key) {
            (Some(work), _) if lesson.works.contains(&work) => Ok(Some(work)),
            (Some(_), _) => Err(Why::NoSuchWork),
            (None, Some(key)) => match lesson.keys.get(&key) {
                Some(work) if work.get() < 0 || lesson.works.contains(work) => Ok(Some(*work)),
                Some(_) => Err(Why::NoSuchWork),
                None => Ok(Some(self.place_holder())),
            },
            (None, None) => Ok(lesson.works.first().copied()),
        }
    }

    /// An id for a work to be made, which no work can have.
    fn place_holder(&self) -> WorkId {
        let made = i64::try_from(self.wanted.len()).unwrap_or(i64::MAX - 1);
        WorkId::from(-1 - made)
    }

    /// Remembers that the batch writes into a work that is not there yet.
    fn want(&mut self, op: &Operation, work: Option<WorkId>) {
        let (Some(work), Some(key)) = (work.filter(|it| it.get() < 0), op.key) else {
            return;
        };
        let Some(lesson) = self.lessons.get_mut(&op.lesson) else {
            return;
        };
        if lesson.keys.insert(key, work).is_none() {
            self.wanted.push((work, op.lesson, key));
        }
    }

    fn put_mark(&mut self, op: &Operation) -> Answer {
        let Some(lesson) = self.lessons.get(&op.lesson) else {
            return refused(op, Status::Denied, Why::NotYours);
        };
        let work = match self.work_of(lesson, op) {
            Ok(work) => work,
            Err(why) => return refused(op, Status::Invalid, why),
        };
        let place = (op.lesson, work, op.pupil);
        let current = self.marks.get(&place);
        let value = match MarkValue::parse(&op.value, lesson.rules) {
            Ok(value) => value,
            Err(why) => {
                let why = match why {
                    OffScale::Unknown => Why::OffScale,
                    OffScale::OneNotUsed => Why::OneNotUsed,
                    OffScale::GradeOne => Why::GradeOne,
                };
                let mut answer = refused(op, Status::Invalid, why);
                answer.show(current.map(|it| (it.value.text(), it.version)), work);
                return answer;
            }
        };
        match decide(op, current, &value, |it| it.text().to_owned()) {
            Verdict::Stands(version) => accepted(op, version, value.text(), work),
            Verdict::Conflict(cell) => conflict(op, cell, cell.value.text(), work),
            Verdict::Write(version) => {
                if let Some(closed) = lesson.closed {
                    let Some(opened) = self.locks.opened(op.lesson, work, op.pupil) else {
                        let mut answer = refused(op, Status::Locked, closed.into());
                        answer.show(current.map(|it| (it.value.text(), it.version)), work);
                        return answer;
                    };
                    self.used.push(opened);
                }
                let answer = accepted(op, version, value.text(), work);
                let cell = Cell {
                    value,
                    version,
                    by: self.actor,
                    at: self.now,
                };
                self.marks.insert(place, cell);
                note(&mut self.changed_marks, place);
                self.want(op, work);
                answer
            }
        }
    }

    fn put_attendance(&mut self, op: &Operation) -> Answer {
        let place = (op.lesson, op.pupil);
        let current = self.attendance.get(&place);
        let Some(value) = Attendance::parse(&op.value) else {
            let mut answer = refused(op, Status::Invalid, Why::NoSuchCode);
            answer.show(current.map(|it| (it.value.code(), it.version)), op.work);
            return answer;
        };
        let value = match (value, self.document_at(place)) {
            (Attendance::Absent, Some(document)) => document.reason.attendance(),
            _ => value,
        };
        match decide(op, current, &value, |it| it.code().to_owned()) {
            Verdict::Stands(version) => accepted(op, version, value.code(), op.work),
            Verdict::Conflict(cell) => conflict(op, cell, cell.value.code(), op.work),
            Verdict::Write(version) => {
                let cell = Cell {
                    value,
                    version,
                    by: self.actor,
                    at: self.now,
                };
                self.attendance.insert(place, cell);
                note(&mut self.changed_attendance, place);
                accepted(op, version, value.code(), op.work)
            }
        }
    }
}

impl Sheet {
    /// The document that tells why the pupil is absent from the lesson.
    fn document_at(&self, (lesson, pupil): AttendancePlace) -> Option<&AbsenceDocument> {
        let day = self.lessons.get(&lesson)?.held_on;
        document_on(&self.documents, pupil, day)
    }

    /// The document that the code at the place comes from.
    pub(crate) fn document_of(
        &self,
        place: AttendancePlace,
        value: Attendance,
    ) -> Option<DocumentId> {
        let document = self.document_at(place)?;
        (document.reason.attendance() == value).then_some(document.id)
    }
}

impl LessonFacts {
    /// Why nobody may write into the lesson now, whoever asks.
    pub(crate) fn locked(&self, today: NaiveDate) -> Option<Why> {
        if self.archived {
            Some(Why::YearArchived)
        } else if self.cancelled {
            Some(Why::LessonCancelled)
        } else if self.held_on > today {
            Some(Why::LessonAhead)
        } else {
            None
        }
    }
}

enum Verdict<'a, V> {
    /// The cell holds that value already.
    Stands(i32),
    Write(i32),
    Conflict(&'a Cell<V>),
}

/// A value that is there already is no conflict, whoever put it; another one
/// must be as the client saw it.
fn decide<'a, V: PartialEq>(
    op: &Operation,
    current: Option<&'a Cell<V>>,
    value: &V,
    text: impl Fn(&V) -> String,
) -> Verdict<'a, V> {
    let Some(cell) = current else {
        return if text(value).is_empty() {
            Verdict::Stands(0)
        } else {
            Verdict::Write(1)
        };
    };
    if cell.value == *value {
        return Verdict::Stands(cell.version);
    }
    if cell.version != op.base {
        return Verdict::Conflict(cell);
    }
    Verdict::Write(cell.version + 1)
}

fn note<P: PartialEq + Copy>(places: &mut Vec<P>, place: P) {
    if !places.contains(&place) {
        places.push(place);
    }
}

impl Answer {
    fn show(&mut self, current: Option<(&str, i32)>, work: Option<WorkId>) {
        if let Some((value, version)) = current {
            value.clone_into(&mut self.value);
            self.version = version;
        }
        self.work = work;
    }
}

fn accepted(op: &Operation, version: i32, value: &str, work: Option<WorkId>) -> Answer {
    Answer {
        op_id: op.op_id,
        status: Status::Ok,
        version,
        value: value.to_owned(),
        work,
        by: None,
        at: None,
        why: None,
    }
}

fn refused(op: &Operation, status: Status, why: Why) -> Answer {
    Answer {
        op_id: op.op_id,
        status,
        version: 0,
        value: String::new(),
        work: op.work,
        by: None,
        at: None,
        why: Some(why),
    }
}

fn conflict<V>(op: &Operation, cell: &Cell<V>, value: &str, work: Option<WorkId>) -> Answer {
    Answer {
        op_id: op.op_id,
        status: Status::Conflict,
        version: cell.version,
        value: value.to_owned(),
        work,
        by: Some(cell.by),
        at: Some(cell.at),
        why: Some(Why::ChangedMeanwhile),
    }
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;

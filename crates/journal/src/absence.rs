//! Why pupils are absent (JRN-4, S3:8.3): documents that tell the reason of
//! all absences of an interval, and notices of parents.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{LessonId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{Attendance, homework::Attached};

kernel::id!(/// A document about a pupil's absence.
    DocumentId);
kernel::id!(/// A parent's notice that the child does not come.
    NoticeId);

/// A document is for at most so many days.
pub(crate) const LONGEST_ABSENCE_DAYS: i64 = 366;
/// Notes, texts of notices and answers are at most so long.
pub(crate) const LONGEST_NOTE: usize = 500;

/// What a document says of an absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Ill,
    Excused,
    Truant,
    Exempt,
}

impl Reason {
    pub const ALL: [Self; 4] = [Self::Ill, Self::Excused, Self::Truant, Self::Exempt];
    /// What a parent may give as the reason.
    pub const OF_PARENTS: [Self; 2] = [Self::Ill, Self::Excused];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ill => "ill",
            Self::Excused => "excused",
            Self::Truant => "truant",
            Self::Exempt => "exempt",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The code that the absence gets (§2.2).
    pub const fn attendance(self) -> Attendance {
        match self {
            Self::Ill => Attendance::Ill,
            Self::Excused => Attendance::Excused,
            Self::Truant => Attendance::Truant,
            Self::Exempt => Attendance::Exempt,
        }
    }
}

/// What the reason is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Справка.
    Certificate,
    /// Заявление родителя.
    Statement,
    /// Приказ.
    Order,
}

impl Basis {
    pub const ALL: [Self; 3] = [Self::Certificate, Self::Statement, Self::Order];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Statement => "statement",
            Self::Order => "order",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A document in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsenceDocument {
    pub id: DocumentId,
    pub pupil: PersonId,
    pub reason: Reason,
    pub first_on: NaiveDate,
    /// The last day of the absence, itself included.
    pub last_on: NaiveDate,
    pub basis: Basis,
    pub received_on: NaiveDate,
    pub note: String,
    /// Where it overlaps another document, the other one's reason stays.
    pub yields: bool,
    pub set_by: PersonId,
    pub set_at: DateTime<Utc>,
}

impl AbsenceDocument {
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.first_on <= day && day <= self.last_on
    }

    /// Whether the days meet.
    pub fn meets(&self, first_on: NaiveDate, last_on: NaiveDate) -> bool {
        self.first_on <= last_on && first_on <= self.last_on
    }
}

/// The document that tells the reason of an absence on the day: of several the
/// newest, unless it yields to the others.
pub(crate) fn document_on(
    documents: &[AbsenceDocument],
    pupil: PersonId,
    day: NaiveDate,
) -> Option<&AbsenceDocument> {
    documents
        .iter()
        .filter(|it| it.pupil == pupil && it.covers(day))
        .max_by_key(|it| (!it.yields, it.id))
}

/// What stands for the pupil at a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Absence {
    pub(crate) lesson: LessonId,
    pub(crate) held_on: NaiveDate,
    pub(crate) attendance: Attendance,
    /// The document that the code comes from.
    pub(crate) document: Option<DocumentId>,
}

/// The absences as they have to stand by the documents in force, as far as
/// they change. What was typed with a reason is left alone: only an absence
/// without one, or one whose reason came from a document, follows them. So
/// doing it again changes nothing, and a withdrawn document leaves no trace.
pub(crate) fn retold(
    absences: &[Absence],
    pupil: PersonId,
    documents: &[AbsenceDocument],
) -> Vec<Absence> {
    absences
        .iter()
        .filter(|it| it.attendance == Attendance::Absent || it.document.is_some())
        .filter_map(|it| {
            let document = document_on(documents, pupil, it.held_on);
            let told = Absence {
                attendance: document.map_or(Attendance::Absent, |it| it.reason.attendance()),
                document: document.map(|it| it.id),
                ..*it
            };
            (told != *it).then_some(told)
        })
        .collect()
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    Sent,
    Accepted,
    Refused,
}

impl NoticeState {
    /// The name in the database and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Sent, Self::Accepted, Self::Refused]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// A parent's notice that the child does not come (P3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub pupil: PersonId,
    pub reason: Reason,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub text: String,
    /// Sent when the lessons had begun.
    pub late: bool,
    pub state: NoticeState,
    /// Why it was refused.
    pub answer: String,
    pub sent_by: PersonId,
    pub sent_at: DateTime<Utc>,
    /// Photos and scans that the parent sent with it.
    pub files: Vec<Attached>,
}

/// How many lessons were missed, by reason, and to how many somebody came late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Without a reason yet.
    pub absent: u32,
    pub ill: u32,
    pub excused: u32,
    pub truant: u32,
    pub exempt: u32,
    pub late: u32,
}

impl Tally {
    pub const fn add(&mut self, it: Attendance) {
        match it {
            Attendance::Present => {}
            Attendance::Absent => self.absent += 1,
            Attendance::Ill => self.ill += 1,
            Attendance::Excused => self.excused += 1,
            Attendance::Truant => self.truant += 1,
            Attendance::Exempt => self.exempt += 1,
            Attendance::Late => self.late += 1,
        }
    }

    /// Lessons missed for whatever reason; exemption and lateness are none (§2.2).
    pub const fn missed(&self) -> u32 {
        self.absent + self.ill + self.excused + self.truant
    }

    /// What there is of each code.
    pub fn parts(&self) -> impl Iterator<Item = (Attendance, u32)> {
        [
            (Attendance::Absent, self.absent),
            (Attendance::Ill, self.ill),
            (Attendance::Excused, self.excused),
            (Attendance::Truant, self.truant),
            (Attendance::Exempt, self.exempt),
            (Attendance::Late, self.late),
        ]
        .into_iter()
        .filter(|it| it.1 > 0)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.absent += other.absent;
        self.ill += other.ill;
        self.excused += other.excused;
        self.truant += other.truant;
        self.exempt += other.exempt;
        self.late += other.late;
    }
}

#[cfg(test)]
#[path = "absence_tests.rs"]
mod tests;

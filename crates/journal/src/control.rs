//! What a journal lacks, and what is said about it (JRN-6, S3:8.8). A lack is
//! no record: it follows from the lesson, so it goes when the lesson is
//! filled and comes back when it is emptied.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{ClassId, LessonId, PersonId, SubjectId};
use serde::Serialize;

use crate::store::Filling;

kernel::id!(/// A remark to the keeping of a journal.
    RemarkId);

/// Unfilled lessons are looked for so far back (S3:8.4).
pub(crate) const OWED_FOR_DAYS: u64 = 14;
/// So many lessons in a row without a mark are noticed, unless the setting
/// `control.lessons_without_marks` says otherwise; 0 notices none.
pub(crate) const LESSONS_WITHOUT_MARKS: usize = 5;
/// Remarks and answers are at most so long.
pub(crate) const LONGEST_REMARK: usize = 1000;

/// What a lesson may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    Topic,
    /// Neither homework nor «не задано».
    Homework,
    /// Nobody looked who is there.
    Roll,
    /// So many lessons in a row had no mark, this being the last of them.
    Marks,
}

impl Lack {
    pub const ALL: [Self; 4] = [Self::Topic, Self::Homework, Self::Roll, Self::Marks];

    /// The name in addresses and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Homework => "homework",
            Self::Roll => "roll",
            Self::Marks => "marks",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What a lesson that is over lacks by itself; grade 1 has no homework (S3:8.2).
pub(crate) fn lacks(filling: Filling, grade: i16) -> Vec<Lack> {
    let mut lacks = vec![];
    if !filling.topic {
        lacks.push(Lack::Topic);
    }
    if !filling.homework && grade > 1 {
        lacks.push(Lack::Homework);
    }
    if !filling.rolled {
        lacks.push(Lack::Roll);
    }
    lacks
}

/// Of the lessons of one class and subject, in order and with whether they
/// hold marks, those with which a row of `limit` lessons without marks is full.
pub(crate) fn without_marks(
    lessons: impl IntoIterator<Item = (LessonId, bool)>,
    limit: usize,
) -> Vec<LessonId> {
    let mut found = vec![];
    let mut row = 0;
    for (lesson, marked) in lessons {
        row = if marked { 0 } else { row + 1 };
        if limit > 0 && row > 0 && row % limit == 0 {
            found.push(lesson);
        }
    }
    found
}

/// A lesson that lacks something.
#[derive(Clone, Debug)]
pub struct LackingLesson {
    pub lesson: LessonId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub class: ClassId,
    pub class_name: String,
    pub subject: SubjectId,
    pub subject_name: String,
    pub teacher: PersonId,
    pub teacher_name: String,
    pub lacks: Vec<Lack>,
}

/// What somebody said about a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub id: RemarkId,
    pub class: ClassId,
    pub subject: SubjectId,
    /// `None`: about the journal as a whole.
    pub lesson: Option<LessonId>,
    pub teacher: PersonId,
    pub text: String,
    pub answer: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub made_by: PersonId,
    pub made_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_lacks_what_nobody_entered() {
        let untouched = Filling::default();
        assert_eq!(
            lacks(untouched, 5),
            [Lack::Topic, Lack::Homework, Lack::Roll]
        );
        assert_eq!(lacks(untouched, 1), [Lack::Topic, Lack::Roll]);
        let whole = Filling {
            topic: true,
            homework: true,
            rolled: true,
            ..untouched
        };
        assert_eq!(lacks(whole, 5), []);
    }

    #[test]
    fn lessons_without_marks_are_noticed_when_the_row_is_full() {
        let lessons = |marked: &str| -> Vec<(LessonId, bool)> {
            let ids = (1..).map(LessonId::from);
            ids.zip(marked.chars().map(|it| it == '5')).collect()
        };
        let found = |marked, limit| -> Vec<i64> {
            let found = without_marks(lessons(marked), limit);
            found.into_iter().map(LessonId::get).collect()
        };
        assert_eq!(found("--5---5--", 3), [6]);
        assert_eq!(found("------", 3), [3, 6]);
        assert_eq!(found("------", 0), [0; 0]);
    }
}

//! What the journal tells the domains below it through their sockets.

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, Fault, LessonId, PersonId, SubjectId, YearId};
use schedule::LessonContents;

use crate::{Error, FinalPlace, FinalValue, store};

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

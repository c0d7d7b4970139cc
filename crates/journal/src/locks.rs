//! What is closed for changes, and which cells a correction opened (JRN-7, `ux.md` §4.8).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use curriculum::Frame;
use kernel::{ClassId, LessonId, PersonId, SubjectId};
use schedule::Lesson;

use crate::{Slot, correction::CorrectionId, finals::FinalPlace, operation::WorkId};

/// Why a mark of a lesson cannot be changed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The period was signed.
    Signed,
    /// The school's days for changes are over (`journal.edit_window_days`).
    WindowOver,
}

/// Who signed a period, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) by: PersonId,
    pub(crate) at: DateTime<Utc>,
}

/// A cell that a correction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CorrectedCell {
    /// The mark of a lesson; without a work that of its first one.
    Mark(LessonId, Option<WorkId>, PersonId),
    Final(FinalPlace),
}

/// Signatures and corrections of some classes.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    pub(crate) signed: HashMap<(ClassId, SubjectId, Slot), Signature>,
    /// Cells that are open now, and by which correction.
    pub(crate) open: HashMap<CorrectedCell, CorrectionId>,
    /// Cells that wait for an answer.
    pub(crate) asked: HashSet<CorrectedCell>,
}

impl Locks {
    pub(crate) fn signature(
        &self,
        class: ClassId,
        subject: SubjectId,
        slot: Slot,
    ) -> Option<&Signature> {
        self.signed.get(&(class, subject, slot))
    }

    /// Why the marks of the lesson are closed, but for cells that a
    /// correction opened.
    pub(crate) fn closed(
        &self,
        frame: &Frame,
        lesson: &Lesson,
        today: NaiveDate,
        window: Option<i32>,
    ) -> Option<Closed> {
        let term = frame
            .terms()
            .find(|it| (it.starts_on..=it.ends_on).contains(&lesson.held_on));
        let signed = term.is_some_and(|it| {
            self.signature(lesson.class, lesson.subject, Slot::of(it))
                .is_some()
        });
        if signed {
            return Some(Closed::Signed);
        }
        let last = window
            .and_then(|it| u64::try_from(it).ok())
            .and_then(|it| lesson.held_on.checked_add_days(Days::new(it)));
        last.is_some_and(|it| it < today)
            .then_some(Closed::WindowOver)
    }

    /// The correction that opens the mark. One that was asked before the
    /// lesson had a work opens whichever work it has got.
    pub(crate) fn opened(
        &self,
        lesson: LessonId,
        work: Option<WorkId>,
        pupil: PersonId,
    ) -> Option<CorrectionId> {
        [work, None]
            .into_iter()
            .find_map(|work| self.open.get(&CorrectedCell::Mark(lesson, work, pupil)))
            .copied()
    }

    pub(crate) fn opened_final(&self, place: FinalPlace) -> Option<CorrectionId> {
        self.open.get(&CorrectedCell::Final(place)).copied()
    }
}

//! Who may look into a journal and who may write in it (S3:8.5, `security.md` AC-07, AC-08).

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Class, Frame};
use db::Tx;
use kernel::{Actor, ClassId, Denied, GroupId, LessonId, Reach, Reaches, Right, SubjectId};
use schedule::Lesson;

use super::Journal;
use crate::Error;

/// Whether the actor may see the journal of the subject in the class: the
/// whole school's, the own class's, or that of the own load.
///
/// A teacher of another class gets the answer of a missing one.
pub(crate) fn may_view(
    actor: &Actor,
    frame: &Frame,
    subject: SubjectId,
    today: NaiveDate,
) -> Result<(), Error> {
    let reaches = actor.may(Right::JournalView)?;
    if touches(reaches, actor, frame, subject, today) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Whether cards of the pupils whom the subject is taught open to the actor,
/// and with them their marks of the school before.
pub(crate) fn may_see_pupils(
    actor: &Actor,
    frame: &Frame,
    subject: SubjectId,
    today: NaiveDate,
) -> bool {
    let reaches = actor.reaches(Right::PupilView);
    touches(reaches, actor, frame, subject, today)
}

fn touches(
    reaches: Reaches,
    actor: &Actor,
    frame: &Frame,
    subject: SubjectId,
    today: NaiveDate,
) -> bool {
    let own_class = frame.class.teacher == Some(actor.person);
    reaches.has(Reach::Org)
        || reaches.has(Reach::OwnClass) && own_class
        || reaches.has(Reach::OwnLoad) && taught(actor, frame, subject, None, today)
}

/// Whether the actor may write in this lesson.
pub(crate) fn may_edit(actor: &Actor, frame: &Frame, lesson: &Lesson, today: NaiveDate) -> bool {
    let reaches = actor.reaches(Right::JournalEdit);
    let theirs =
        lesson.teacher == actor.person || taught(actor, frame, lesson.subject, lesson.group, today);
    reaches.has(Reach::Org) || reaches.has(Reach::OwnLoad) && theirs
}

/// Like [`may_edit`], as a refusal.
pub(crate) fn must_edit(
    actor: &Actor,
    frame: &Frame,
    lesson: &Lesson,
    today: NaiveDate,
) -> Result<(), Error> {
    if may_edit(actor, frame, lesson, today) {
        return Ok(());
    }
    Err(Denied(Right::JournalEdit).into())
}

/// A teacher's access lasts as long as the load does.
fn taught(
    actor: &Actor,
    frame: &Frame,
    subject: SubjectId,
    group: Option<GroupId>,
    today: NaiveDate,
) -> bool {
    let day = today.clamp(frame.year.starts_on, frame.year.ends_on);
    frame.teaches(actor.person, subject, group, day)
}

/// Whether the actor may see the class as a whole: the whole school's, or the own one.
pub(crate) fn may_view_class(actor: &Actor, class: &Class) -> Result<(), Error> {
    let reaches = actor.may(Right::JournalView)?;
    let own = class.teacher == Some(actor.person);
    let seen = reaches.has(Reach::Org) || reaches.has(Reach::OwnClass) && own;
    if seen { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether the actor may tell why pupils of the class were absent (S3:8.3).
pub(crate) fn may_tell_reasons(actor: &Actor, class: &Class) -> bool {
    let reaches = actor.reaches(Right::AbsenceReasonEdit);
    reaches.has(Reach::Org) || reaches.has(Reach::OwnClass) && class.teacher == Some(actor.person)
}

/// Like [`may_tell_reasons`], as a refusal; a class that may not be seen is not there.
pub(crate) fn must_tell_reasons(actor: &Actor, class: &Class) -> Result<(), Error> {
    actor.may(Right::AbsenceReasonEdit)?;
    may_view_class(actor, class)?;
    if may_tell_reasons(actor, class) {
        return Ok(());
    }
    Err(Denied(Right::AbsenceReasonEdit).into())
}

impl Journal {
    /// The lesson, if the organisation has it.
    pub(super) async fn known_lesson(&self, tx: &mut Tx, id: LessonId) -> Result<Lesson, Error> {
        self.lessons.lesson(tx, id).await?.ok_or(Error::NotFound)
    }

    /// A lesson that the actor may look at, with what surrounds its class.
    pub(super) async fn seen_lesson(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<(Lesson, Frame), Error> {
        let lesson = self.known_lesson(tx, id).await?;
        let frame = self
            .curriculum
            .frame(tx, lesson.class)
            .await?
            .ok_or(Error::NotFound)?;
        may_view(actor, &frame, lesson.subject, today)?;
        Ok((lesson, frame))
    }

    /// What surrounds the classes of the lessons.
    pub(super) async fn frames_of(
        &self,
        tx: &mut Tx,
        lessons: &[Lesson],
    ) -> Result<HashMap<ClassId, Frame>, Error> {
        let mut classes: Vec<ClassId> = lessons.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        match classes.as_slice() {
            [] => Ok(HashMap::new()),
            classes => Ok(self.curriculum.frames(tx, classes).await?),
        }
    }
}

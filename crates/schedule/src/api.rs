//! What other domains may ask about lessons.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use chrono::{NaiveDate, NaiveTime};
use db::Tx;
use dues::Ask;
use kernel::{ClassId, Fault, GroupId, LessonId, PersonId, RoomId, SubjectId, YearId};
use serde::{Deserialize, Serialize};

use crate::{Error, Held};

/// One lesson on one day (SCH-1). Cancelled ones are told too: they may hold marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    pub id: LessonId,
    pub year: YearId,
    pub held_on: NaiveDate,
    /// 1 … 8, sometimes 0.
    pub number: i16,
    pub starts_at: NaiveTime,
    pub ends_at: NaiveTime,
    pub class: ClassId,
    /// `None`: the whole class.
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub room: Option<RoomId>,
    pub cancelled: bool,
}

/// Lessons of the organisation of the caller's transaction, by day and number.
#[async_trait]
pub trait Lessons: Send + Sync {
    async fn lesson(&self, tx: &mut Tx, id: LessonId) -> Result<Option<Lesson>, Error>;
    /// Lessons by id; unknown ones are absent.
    async fn lessons(&self, tx: &mut Tx, ids: &[LessonId]) -> Result<Vec<Lesson>, Error>;
    /// Lessons of one class in a subject, or in all, in the range (inclusive).
    async fn of_class(
        &self,
        tx: &mut Tx,
        class: ClassId,
        subject: Option<SubjectId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error>;
    /// Lessons of these classes in these subjects in the range (inclusive).
    async fn of_classes(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        subjects: &[SubjectId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error>;
    /// Lessons that the teacher gives in the range (inclusive).
    async fn of_teacher(
        &self,
        tx: &mut Tx,
        teacher: PersonId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error>;
    /// The lessons that are over and asked about, and the hours of the
    /// timetable, read once in a transaction that only looks.
    async fn held(
        &self,
        tx: &mut Tx,
        ask: &Ask<'_>,
        own: &org::Organisation,
    ) -> Result<Arc<Held>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let now = tx.now().with_timezone(&own.zone).naive_local();
        let held = crate::store::held::held(tx, ask, now).await?;
        Ok(tx.keep(held))
    }
    /// Every lesson of the school in the range (inclusive).
    async fn of_school(
        &self,
        tx: &mut Tx,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error>;
}

/// Which lessons hold something a person entered: told by those above who
/// keep marks, absences, topics and homework (BEY-1).
#[async_trait]
pub trait LessonContents: Send + Sync {
    /// Those of the lessons that are not empty.
    async fn filled(
        &self,
        tx: &mut Tx,
        ids: &[LessonId],
    ) -> Result<HashSet<LessonId>, Box<dyn Fault>>;
}

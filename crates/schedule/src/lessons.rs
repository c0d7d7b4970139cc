//! Answers to other domains about lessons.

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, LessonId, PersonId, SubjectId};

use crate::{Error, Lesson, Lessons, store::lesson};

/// The lessons as they stand in the database.
#[derive(Clone, Copy, Debug, Default)]
pub struct LessonBook;

#[async_trait]
impl Lessons for LessonBook {
    async fn lesson(&self, tx: &mut Tx, id: LessonId) -> Result<Option<Lesson>, Error> {
        Ok(lesson::by_id(tx, &[id]).await?.pop())
    }

    async fn lessons(&self, tx: &mut Tx, ids: &[LessonId]) -> Result<Vec<Lesson>, Error> {
        Ok(lesson::by_id(tx, ids).await?)
    }

    async fn of_class(
        &self,
        tx: &mut Tx,
        class: ClassId,
        subject: Option<SubjectId>,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error> {
        Ok(match subject {
            Some(subject) => lesson::of_class_subject(tx, class, subject, from, to).await?,
            None => lesson::of_class(tx, class, from, to).await?,
        })
    }

    async fn of_classes(
        &self,
        tx: &mut Tx,
        classes: &[ClassId],
        subjects: &[SubjectId],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error> {
        Ok(lesson::of_classes(tx, classes, subjects, from, to).await?)
    }

    async fn of_teacher(
        &self,
        tx: &mut Tx,
        teacher: PersonId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error> {
        Ok(lesson::of_teacher(tx, teacher, from, to).await?)
    }

    async fn of_school(
        &self,
        tx: &mut Tx,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Lesson>, Error> {
        Ok(lesson::of_school(tx, from, to).await?)
    }
}

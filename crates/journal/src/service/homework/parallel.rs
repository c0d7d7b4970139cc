use chrono::{Days, NaiveDate};
use curriculum::Class;
use db::Tx;
use kernel::{Actor, LessonId};
use schedule::Lesson;

use super::Journal;
use crate::{
    Error,
    store::{
        self,
        homework::{self as stored, StoredHomework},
    },
};

/// A lesson of a parallel class that has neither topic nor homework yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyTarget {
    pub lesson: LessonId,
    pub class: String,
    pub held_on: NaiveDate,
}

impl Journal {
    /// Lessons of the same teacher and subject in other classes, from this
    /// week's Monday to the end of the next week.
    pub(super) async fn parallel_lessons(
        &self,
        tx: &mut Tx,
        lesson: &Lesson,
    ) -> Result<Vec<Lesson>, Error> {
        let monday = kernel::dates::week_start(lesson.held_on);
        let mut around = self
            .lessons
            .of_teacher(tx, lesson.teacher, monday, monday + Days::new(13))
            .await?;
        around
            .retain(|it| it.subject == lesson.subject && it.class != lesson.class && !it.cancelled);
        Ok(around)
    }

    /// The first free lesson of each class of the same grade.
    pub(super) async fn targets(
        &self,
        tx: &mut Tx,
        class: &Class,
        lesson: &Lesson,
        around: Vec<Lesson>,
        found: &StoredHomework,
    ) -> Result<Vec<CopyTarget>, Error> {
        if around.is_empty() {
            return Ok(vec![]);
        }
        let mut ids: Vec<_> = around.iter().map(|it| it.class).collect();
        ids.sort_unstable();
        ids.dedup();
        let classes = self.curriculum.classes_by_id(tx, &ids).await?;
        let free = |it: &&Lesson| {
            let text = found.texts.get(&it.id);
            text.is_none_or(|it| it.topic.is_empty() && it.homework.is_empty())
        };
        // A group gets what a group had, a class what a class had.
        let alike = |it: &&Lesson| it.group.is_some() == lesson.group.is_some();
        Ok(classes
            .iter()
            .filter(|it| it.grade == class.grade)
            .filter_map(|class| {
                let of_class = around.iter().filter(|it| it.class == class.id);
                let first = of_class.filter(alike).find(free)?;
                Some(CopyTarget {
                    lesson: first.id,
                    class: class.name(),
                    held_on: first.held_on,
                })
            })
            .collect())
    }

    /// «+ 7А, 7В»: the topic, the homework and its files go to free lessons of
    /// parallel classes, with `works` also its works without marks (CUR-5,
    /// JRN-1). How many got them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a lesson that is none of the targets offered.
    pub async fn copy_homework(
        &self,
        actor: &Actor,
        from: LessonId,
        to: &[LessonId],
        works: bool,
        today: NaiveDate,
    ) -> Result<usize, Error> {
        let mut tx = self.db.begin(actor).await?;
        let lesson = self.own_lesson(&mut tx, actor, from, today).await?;
        let around = self.parallel_lessons(&mut tx, &lesson).await?;
        let parallel = |id: &LessonId| around.iter().find(|it| it.id == *id).cloned();
        let targets: Option<Vec<Lesson>> = to.iter().map(parallel).collect();
        let targets = targets.ok_or(Error::NotFound)?;
        self.must_own_all(&mut tx, actor, &targets, today).await?;
        let mut copied = stored::copy(&mut tx, from, to, actor.person).await?;
        if works {
            // Works follow the topic; a lesson without one has them alone.
            let to = if copied.is_empty() { to } else { &copied };
            store::lock_lessons(&mut tx, to).await?;
            let made = store::copy_works(&mut tx, from, to).await?;
            copied.extend(made);
        }
        tx.commit().await?;
        copied.sort_unstable();
        copied.dedup();
        let changed = around.iter().filter(|it| copied.contains(&it.id));
        self.tell_changed(actor, changed, 0);
        Ok(copied.len())
    }
}

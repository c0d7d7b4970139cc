use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime};
use curriculum::{Class, PlanItem};
use kernel::{Actor, LessonId, PersonId, Right};
use schedule::Lesson;
use uuid::Uuid;

use super::{Journal, access};
use crate::{
    Attendance, Error,
    operation::{Answer, Field, Operation, WorkId},
    store::{self, Entry, SavedEntry, StoredSheet},
};

/// Topic and homework are at most so long.
const LONGEST: usize = 4000;

/// A lesson as a form: topic, homework and a line for each pupil.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a lesson has independent facts"
)]
pub struct LessonForm {
    pub lesson: LessonId,
    pub class: Class,
    pub subject: String,
    pub subject_id: kernel::SubjectId,
    pub held_on: NaiveDate,
    pub number: i16,
    pub starts_at: NaiveTime,
    pub topic: String,
    pub homework: String,
    pub no_homework: bool,
    pub entry_version: i32,
    /// What the КТП has for this lesson and was not written yet.
    pub planned_topic: Option<String>,
    pub planned_homework: Option<String>,
    /// The work that marks of the form belong to.
    pub work: Option<WorkId>,
    pub work_name: String,
    pub pupils: Vec<LessonPupil>,
    pub without_marks: bool,
    /// Whether topic and homework may be written.
    pub writable: bool,
    /// Marks and absences come only when the day has come.
    pub ahead: bool,
    pub cancelled: bool,
    /// Whether it is known who was there.
    pub rolled: bool,
    /// Whether the actor controls the journals of the school.
    pub may_remark: bool,
}

#[derive(Clone, Debug)]
pub struct LessonPupil {
    pub pupil: PersonId,
    pub name: String,
    pub mark: String,
    pub mark_version: i32,
    pub attendance: Attendance,
    pub attendance_version: i32,
    /// The mark is closed; a correction may be asked for (JRN-7).
    pub closed: bool,
}

/// What the teacher sent.
#[derive(Clone, Debug, Default)]
pub struct LessonWish {
    pub topic: String,
    pub homework: String,
    pub no_homework: bool,
    pub entry_version: i32,
    pub work: Option<WorkId>,
    pub pupils: Vec<PupilWish>,
    /// Made once per form shown: the form sent twice is carried out once.
    pub form: Uuid,
}

#[derive(Clone, Debug, Default)]
pub struct PupilWish {
    pub pupil: i64,
    pub mark: String,
    pub mark_version: i32,
    pub attendance: String,
    pub attendance_version: i32,
}

impl Journal {
    /// Opens a lesson line by line: the phone's layout, the screen reader's,
    /// and the one without JavaScript (`ux.md` §4.11).
    pub async fn lesson_form(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<LessonForm, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        let members = self
            .register
            .members(&mut tx, &[lesson.class], lesson.held_on, lesson.held_on)
            .await?;
        let pupils: Vec<PersonId> = members
            .iter()
            .map(|it| it.pupil)
            .filter(|it| frame.taught(*it, lesson.group))
            .collect();
        let cards = self.people.cards(&mut tx, &pupils).await?;
        let others = self.of_subject(&mut tx, &frame, &lesson).await?;
        let ids: Vec<LessonId> = others.iter().map(|it| it.id).collect();
        let stored = store::sheet_and_topics(&mut tx, &[id], &ids).await?;
        let locks = store::locks(&mut tx, &[lesson.class]).await?;
        let entry = stored.entry(id);
        // A page has a budget of statements: the plan is asked for a lesson
        // that nobody wrote yet, the school's days for changes for one that
        // somebody did. What is sent is checked against both.
        let (planned, window) = if entry.version == 0 {
            let unused = self.unused(&mut tx, &frame, &lesson, &others, &stored);
            (unused.await?.into_iter().next(), None)
        } else {
            let options = self.orgs.options(&mut tx).await?;
            (None, options.edit_window_days)
        };
        tx.commit().await?;

        let closed = locks.closed(&frame, &lesson, today, window).is_some();
        let work = stored.works(id).first().map(|it| it.id);
        let kind = stored.works(id).first().map(|it| it.kind);
        let kind = kind
            .and_then(|kind| frame.work_kinds.iter().find(|it| it.id == kind))
            .or_else(|| super::operations::default_kind(&frame.work_kinds));
        let unwritten = |text: &str| entry.version == 0 && !text.is_empty();
        let planned_topic = planned
            .as_ref()
            .map(|it| it.topic.clone())
            .filter(|it| unwritten(it));
        let planned_homework = planned.map(|it| it.homework).filter(|it| unwritten(it));
        Ok(LessonForm {
            lesson: id,
            subject: frame
                .subject(lesson.subject)
                .map_or_else(String::new, |it| it.name.clone()),
            subject_id: lesson.subject,
            held_on: lesson.held_on,
            number: lesson.number,
            starts_at: lesson.starts_at,
            topic: entry.topic,
            homework: entry.homework,
            no_homework: entry.no_homework,
            entry_version: entry.version,
            planned_topic,
            planned_homework,
            work,
            work_name: kind.map_or_else(String::new, |it| it.name.clone()),
            pupils: cards
                .into_iter()
                .map(|card| {
                    let mark = stored.marks.get(&(id, work, card.id));
                    let attendance = stored.attendance.get(&(id, card.id));
                    LessonPupil {
                        pupil: card.id,
                        name: card.listed(),
                        mark: mark.map_or_else(String::new, |it| it.value.text().to_owned()),
                        mark_version: mark.map_or(0, |it| it.version),
                        attendance: attendance.map_or(Attendance::Present, |it| it.value),
                        attendance_version: attendance.map_or(0, |it| it.version),
                        closed: closed && locks.opened(id, work, card.id).is_none(),
                    }
                })
                .collect(),
            without_marks: frame.class.grade == 1,
            writable: access::may_edit(actor, &frame, &lesson, today)
                && !lesson.cancelled
                && !frame.year.archived,
            ahead: lesson.held_on > today,
            cancelled: lesson.cancelled,
            rolled: stored.is_rolled(id),
            may_remark: actor.may_in_org(Right::JournalView).is_ok(),
            class: frame.class,
        })
    }

    /// The lessons of the year that follow the same КТП, without this one.
    async fn of_subject(
        &self,
        tx: &mut db::Tx,
        frame: &curriculum::Frame,
        lesson: &Lesson,
    ) -> Result<Vec<Lesson>, Error> {
        let (from, to) = (frame.year.starts_on, frame.year.ends_on);
        let mut lessons = self
            .lessons
            .of_class(tx, lesson.class, Some(lesson.subject), from, to)
            .await?;
        lessons.retain(|it| it.group == lesson.group && it.id != lesson.id && !it.cancelled);
        Ok(lessons)
    }

    /// What the КТП of this lesson has left: the items that no other lesson
    /// has used, in order. The first is proposed (CUR-5).
    async fn unused(
        &self,
        tx: &mut db::Tx,
        frame: &curriculum::Frame,
        lesson: &Lesson,
        others: &[Lesson],
        stored: &StoredSheet,
    ) -> Result<Vec<PlanItem>, Error> {
        let load = frame.loads.iter().find(|it| {
            it.subject == lesson.subject
                && it.group == lesson.group
                && it.days().contains(&lesson.held_on)
        });
        let Some(load) = load else {
            return Ok(vec![]);
        };
        let Some(plan) = self.curriculum.plans_of(tx, &[load.id]).await?.pop() else {
            return Ok(vec![]);
        };
        let entries = others.iter().map(|it| stored.entry(it.id)).collect();
        Ok(left_of(plan.items, entries))
    }

    /// Saves the form: topic, homework, marks and absences stand or fall one
    /// by one, as in the grid; the answers tell which cells were refused.
    ///
    /// Fails with [`Error::ChangedMeanwhile`] where somebody else changed
    /// topic or homework since the form was opened; then nothing is written.
    pub async fn save_lesson(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
        wish: &LessonWish,
    ) -> Result<Vec<(Operation, Answer)>, Error> {
        let topic = wish.topic.trim();
        let homework = wish.homework.trim();
        if topic.chars().count() > LONGEST || homework.chars().count() > LONGEST {
            return Err(Error::TooLong);
        }
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        access::must_edit(actor, &frame, &lesson, today)?;
        if lesson.cancelled || frame.year.archived {
            return Err(Error::ChangedMeanwhile);
        }
        store::lock_lessons(&mut tx, &[id]).await?;
        let others = self.of_subject(&mut tx, &frame, &lesson).await?;
        let ids: Vec<LessonId> = others.iter().map(|it| it.id).collect();
        let stored = store::sheet_and_topics(&mut tx, &[id], &ids).await?;
        let entry = stored.entry(id);
        let unchanged = entry.topic == topic
            && entry.homework == homework
            && entry.no_homework == wish.no_homework;
        if !unchanged {
            let unused = self
                .unused(&mut tx, &frame, &lesson, &others, &stored)
                .await?;
            let planned = unused.into_iter().find(|it| it.topic == topic);
            let plan_item = planned.map(|it| it.id.get());
            let saved = store::save_entry(
                &mut tx,
                &SavedEntry {
                    lesson: id,
                    topic,
                    plan_item,
                    homework,
                    no_homework: wish.no_homework && homework.is_empty(),
                    seen: wish.entry_version,
                    by: actor.person,
                },
            )
            .await?;
            if !saved {
                return Err(Error::ChangedMeanwhile);
            }
        }
        if lesson.held_on <= today {
            store::save_rolled(&mut tx, id, actor.person).await?;
        }
        let ops = wish.operations(id);
        let answers = self.carry_out_in(&mut tx, actor, today, &ops).await?;
        tx.commit().await?;
        self.tell_changed(actor, [&lesson], 0);
        Ok(ops.into_iter().zip(answers).collect())
    }
}

/// Takes out of a plan what was used: by its items, and where somebody wrote
/// the topic by hand, by its words.
fn left_of(items: Vec<PlanItem>, entries: Vec<Entry>) -> Vec<PlanItem> {
    let used: HashSet<_> = entries.iter().filter_map(|it| it.plan_item).collect();
    let by_hand = entries.into_iter().filter(|it| it.plan_item.is_none());
    let mut by_hand: Vec<String> = by_hand.map(|it| it.topic).collect();
    items
        .into_iter()
        .filter(|item| {
            if used.contains(&item.id) {
                return false;
            }
            let same = by_hand.iter().position(|it| *it == item.topic);
            same.map(|at| by_hand.swap_remove(at)).is_none()
        })
        .collect()
}

impl LessonWish {
    /// The lines of the form as operations. An id of its own for each makes
    /// the form idempotent like the grid.
    fn operations(&self, lesson: LessonId) -> Vec<Operation> {
        let mut ops = vec![];
        for (line, it) in self.pupils.iter().enumerate() {
            let pupil = it.pupil.into();
            let line = line as u128 * 2;
            let id = |field: u128| Uuid::from_u128(self.form.as_u128().wrapping_add(line + field));
            ops.push(Operation {
                op_id: id(0),
                lesson,
                work: None,
                pupil,
                field: Field::Attendance,
                base: it.attendance_version,
                value: it.attendance.clone(),
                key: None,
            });
            ops.push(Operation {
                op_id: id(1),
                lesson,
                work: self.work,
                pupil,
                field: Field::Mark,
                base: it.mark_version,
                value: it.mark.clone(),
                key: None,
            });
        }
        ops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, topic: &str) -> PlanItem {
        PlanItem {
            id: id.into(),
            number: 1,
            topic: topic.to_owned(),
            homework: String::new(),
        }
    }

    fn entry(plan_item: Option<i64>, topic: &str) -> Entry {
        Entry {
            topic: topic.to_owned(),
            plan_item: plan_item.map(Into::into),
            ..Entry::default()
        }
    }

    /// CUR-5: the first topic that no lesson used is next, whatever their order.
    #[test]
    fn what_is_used_is_not_proposed_again() {
        let plan = || {
            vec![
                item(1, "a"),
                item(2, "drill"),
                item(3, "drill"),
                item(4, "b"),
            ]
        };
        let left = |entries| -> Vec<i64> {
            let left = left_of(plan(), entries);
            left.iter().map(|it| it.id.get()).collect()
        };
        assert_eq!(left(vec![]), [1, 2, 3, 4]);
        // Out of order, and one of two topics of one name.
        assert_eq!(
            left(vec![entry(Some(4), "b"), entry(Some(2), "drill")]),
            [1, 3]
        );
        // By hand: one for each.
        assert_eq!(
            left(vec![entry(None, "drill"), entry(None, "own")]),
            [1, 3, 4]
        );
    }
}

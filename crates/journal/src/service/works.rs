use chrono::NaiveDate;
use curriculum::{Class, Frame, WorkKind, WorkKindId};
use kernel::{Actor, LessonId, SubjectId};
use rust_decimal::Decimal;
use schedule::Lesson;
use uuid::Uuid;

use super::{Journal, access};
use crate::{
    Error,
    operation::WorkId,
    store::{self, SavedWork},
};

/// More works no lesson has.
const MOST_WORKS: usize = 8;
/// A topic is at most so long.
const LONGEST: usize = 400;

/// The works of a lesson, as they are put together (JRN-1).
#[derive(Clone, Debug)]
pub struct LessonWorks {
    pub lesson: LessonId,
    pub class: Class,
    pub subject: String,
    pub subject_id: SubjectId,
    pub held_on: NaiveDate,
    pub kinds: Vec<WorkKind>,
    pub works: Vec<WorkLine>,
    /// Whether the actor may change them.
    pub writable: bool,
}

/// One work of a lesson.
#[derive(Clone, Debug)]
pub struct WorkLine {
    pub id: WorkId,
    pub kind: WorkKindId,
    pub weight: Decimal,
    pub topic: String,
    /// Until that day «•» is no debt yet (§2.3).
    pub due_on: Option<NaiveDate>,
    pub version: i32,
    /// How many pupils have a mark for it.
    pub marks: usize,
}

/// What a work shall be.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkWish {
    /// `None` makes a new one, once for each `key`.
    pub work: Option<WorkId>,
    pub key: Option<Uuid>,
    /// The version that the writer saw.
    pub version: i32,
    pub kind: WorkKindId,
    /// `None` takes that of the kind.
    pub weight: Option<Decimal>,
    pub topic: String,
    pub due_on: Option<NaiveDate>,
}

impl Journal {
    /// The works of a lesson and the kinds to choose from.
    pub async fn works(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
    ) -> Result<LessonWorks, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        let stored = store::sheet(&mut tx, &[id]).await?;
        tx.commit().await?;
        let marks = |work| {
            let of_work = stored.marks.iter().filter(|((_, it, _), _)| *it == work);
            of_work.filter(|(_, it)| !it.value.is_none()).count()
        };
        Ok(LessonWorks {
            lesson: id,
            subject: frame
                .subject(lesson.subject)
                .map_or_else(String::new, |it| it.name.clone()),
            subject_id: lesson.subject,
            held_on: lesson.held_on,
            works: stored
                .works(id)
                .iter()
                .map(|it| WorkLine {
                    id: it.id,
                    kind: it.kind,
                    weight: it.weight,
                    topic: it.topic.clone(),
                    due_on: it.due_on,
                    version: it.version,
                    marks: marks(Some(it.id)),
                })
                .collect(),
            writable: access::may_edit(actor, &frame, &lesson, today)
                && !lesson.cancelled
                && !frame.year.archived
                && frame.class.grade > 1,
            kinds: frame.work_kinds,
            class: frame.class,
        })
    }

    /// Makes a work of the lesson, or changes its kind, weight, topic or day.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] for a stale version, [`Error::WorkWeight`],
    /// [`Error::NoWorkKinds`], [`Error::TooManyWorks`], [`Error::TooLong`].
    pub async fn save_work(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
        wish: &WorkWish,
    ) -> Result<WorkId, Error> {
        if wish.topic.chars().count() > LONGEST {
            return Err(Error::TooLong);
        }
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        must_change_works(actor, &frame, &lesson, today)?;
        must_be_open(&mut tx, &frame, &lesson, today).await?;
        store::lock_lessons(&mut tx, &[id]).await?;
        let stored = store::sheet(&mut tx, &[id]).await?;
        let known = stored.works(id).iter().find(|it| Some(it.id) == wish.work);
        let kind = frame
            .work_kinds
            .iter()
            .find(|it| it.id == wish.kind)
            // A kind that went out of use stays with the works that have it.
            .map(|it| (it.id, it.weight))
            .or_else(|| {
                known
                    .filter(|it| it.kind == wish.kind)
                    .map(|it| (it.kind, it.weight))
            })
            .ok_or(Error::NoWorkKinds)?;
        let weight = wish.weight.unwrap_or(kind.1);
        if weight.is_sign_negative() || weight > Decimal::ONE_HUNDRED || weight.scale() > 2 {
            return Err(Error::WorkWeight);
        }
        let made_before = wish
            .key
            .and_then(|key| stored.keys_of(id).get(&key).copied());
        let saved = SavedWork {
            lesson: id,
            kind: kind.0,
            weight,
            topic: wish.topic.trim(),
            due_on: wish.due_on,
        };
        let work = match (wish.work, made_before) {
            (Some(work), _) => {
                if !store::change_work(&mut tx, work, wish.version, &saved).await? {
                    return Err(Error::ChangedMeanwhile);
                }
                work
            }
            (None, Some(work)) => work,
            (None, None) if stored.works(id).len() >= MOST_WORKS => {
                return Err(Error::TooManyWorks);
            }
            (None, None) => store::add_work(&mut tx, wish.key, &saved).await?,
        };
        tx.commit().await?;
        self.tell_changed(actor, [&lesson], 0);
        Ok(work)
    }

    /// Says the same of every mark of a work (`ux.md` §4.2).
    ///
    /// # Errors
    /// [`Error::NothingToComment`] where nobody has a mark, [`Error::TooLong`].
    pub async fn comment_work(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
        (work, comment): (WorkId, &str),
    ) -> Result<(), Error> {
        let comment = comment.trim();
        if comment.chars().count() > super::card::LONGEST {
            return Err(Error::TooLong);
        }
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        must_change_works(actor, &frame, &lesson, today)?;
        store::lock_lessons(&mut tx, &[id]).await?;
        let stored = store::sheet(&mut tx, &[id]).await?;
        if !stored.works(id).iter().any(|it| it.id == work) {
            return Err(Error::NotFound);
        }
        let marks = stored.marks.iter();
        let mut marks = marks.filter(|((_, it, _), _)| *it == Some(work));
        if marks.all(|(_, it)| it.value.is_none()) {
            return Err(Error::NothingToComment);
        }
        store::say_to_all(&mut tx, work, comment, actor.person).await?;
        tx.commit().await?;
        self.tell_changed(actor, [&lesson], 0);
        Ok(())
    }

    /// Takes a work out of the journal with its marks, or brings both back.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where the work is not as the writer saw it.
    pub async fn remove_work(
        &self,
        actor: &Actor,
        id: LessonId,
        today: NaiveDate,
        (work, version): (WorkId, i32),
        back: bool,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let (lesson, frame) = self.seen_lesson(&mut tx, actor, id, today).await?;
        must_change_works(actor, &frame, &lesson, today)?;
        must_be_open(&mut tx, &frame, &lesson, today).await?;
        store::lock_lessons(&mut tx, &[id]).await?;
        if !store::remove_work(&mut tx, (id, work, version), back).await? {
            return Err(Error::ChangedMeanwhile);
        }
        tx.commit().await?;
        self.tell_changed(actor, [&lesson], 0);
        Ok(())
    }
}

/// What was signed keeps its works and weights: averages would change under
/// the signature (JRN-7).
async fn must_be_open(
    tx: &mut db::Tx,
    frame: &Frame,
    lesson: &Lesson,
    today: NaiveDate,
) -> Result<(), Error> {
    let locks = store::locks(tx, &[lesson.class]).await?;
    match locks.closed(frame, lesson, today, None) {
        None => Ok(()),
        Some(_) => Err(Error::WorksClosed),
    }
}

/// Works may be planned ahead, but not where nothing is written any more.
fn must_change_works(
    actor: &Actor,
    frame: &Frame,
    lesson: &Lesson,
    today: NaiveDate,
) -> Result<(), Error> {
    access::must_edit(actor, frame, lesson, today)?;
    if lesson.cancelled || frame.year.archived || frame.class.grade == 1 {
        return Err(Error::WorksClosed);
    }
    Ok(())
}

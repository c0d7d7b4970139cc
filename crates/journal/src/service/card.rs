use chrono::NaiveDate;
use kernel::{Actor, LessonId, PersonId};

use super::{CellChange, Journal, access};
use crate::{Attendance, Error, operation::WorkId, store};

/// A comment is at most so long.
pub(super) const LONGEST: usize = 500;
/// Nobody is later than this and still comes.
const MOST_MINUTES: i16 = 240;

/// «Карточка отметки»: what stands in a cell, what was said of it, and how it came so.
#[derive(Clone, Debug)]
pub struct CellCard {
    pub lesson: LessonId,
    pub pupil: PersonId,
    pub work: Option<WorkId>,
    pub name: String,
    pub held_on: NaiveDate,
    pub mark: String,
    pub mark_version: i32,
    /// Shown to the family beside the mark.
    pub comment: String,
    pub attendance: Attendance,
    pub attendance_version: i32,
    /// Of lateness.
    pub minutes: Option<i16>,
    pub writable: bool,
    /// Newest first.
    pub changes: Vec<CellChange>,
}

/// What the card's form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardWish {
    pub lesson: LessonId,
    pub pupil: PersonId,
    pub work: Option<WorkId>,
    pub mark_version: i32,
    pub comment: String,
    pub attendance_version: i32,
    pub minutes: Option<i16>,
}

impl Journal {
    /// The card of a cell, with the history of its mark and absence (JRN-1, JRN-7).
    pub async fn cell_card(
        &self,
        actor: &Actor,
        (lesson, pupil): (LessonId, PersonId),
        work: Option<WorkId>,
        today: NaiveDate,
    ) -> Result<CellCard, Error> {
        let (name, changes) = self.cell_history(actor, lesson, pupil, work, today).await?;
        let mut tx = self.db.begin(actor).await?;
        let (held, frame) = self.seen_lesson(&mut tx, actor, lesson, today).await?;
        let stored = store::sheet_of(&mut tx, &[lesson], pupil).await?;
        let work = work.or_else(|| stored.works(lesson).first().map(|it| it.id));
        let said = store::said(&mut tx, (lesson, work, pupil)).await?;
        tx.commit().await?;
        let mark = stored.marks.get(&(lesson, work, pupil));
        let attendance = stored.attendance.get(&(lesson, pupil));
        let open = !held.cancelled && !frame.year.archived && held.held_on <= today;
        Ok(CellCard {
            lesson,
            pupil,
            work,
            name,
            held_on: held.held_on,
            mark: mark.map_or_else(String::new, |it| it.value.text().to_owned()),
            mark_version: mark.map_or(0, |it| it.version),
            comment: said.comment,
            attendance: attendance.map_or(Attendance::Present, |it| it.value),
            attendance_version: attendance.map_or(0, |it| it.version),
            minutes: said.minutes,
            writable: open && access::may_edit(actor, &frame, &held, today),
            changes,
        })
    }

    /// Says something of a mark, and how late the pupil came.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where the cell is not as the writer saw it,
    /// [`Error::NothingToComment`] without a mark, [`Error::Minutes`].
    pub async fn save_card(
        &self,
        actor: &Actor,
        wish: &CardWish,
        today: NaiveDate,
        tab: u64,
    ) -> Result<(), Error> {
        let CardWish { lesson, pupil, .. } = *wish;
        let comment = wish.comment.trim();
        if comment.chars().count() > LONGEST {
            return Err(Error::TooLong);
        }
        if wish
            .minutes
            .is_some_and(|it| !(1..=MOST_MINUTES).contains(&it))
        {
            return Err(Error::Minutes);
        }
        let mut tx = self.db.begin(actor).await?;
        let (held, frame) = self.seen_lesson(&mut tx, actor, lesson, today).await?;
        access::must_edit(actor, &frame, &held, today)?;
        if held.cancelled || frame.year.archived {
            return Err(Error::ChangedMeanwhile);
        }
        store::lock_lessons(&mut tx, &[lesson]).await?;
        let stored = store::sheet_of(&mut tx, &[lesson], pupil).await?;
        let work = wish
            .work
            .or_else(|| stored.works(lesson).first().map(|it| it.id));
        let said = store::said(&mut tx, (lesson, work, pupil)).await?;
        let mark = stored.marks.get(&(lesson, work, pupil));
        if said.comment != comment {
            let (Some(work), Some(mark)) = (work, mark.filter(|it| !it.value.is_none())) else {
                return Err(Error::NothingToComment);
            };
            let seen = mark.version == wish.mark_version;
            if !seen || !store::say(&mut tx, (work, pupil), comment, actor.person).await? {
                return Err(Error::ChangedMeanwhile);
            }
        }
        let late = stored.attendance.get(&(lesson, pupil));
        let late = late.filter(|it| it.value == Attendance::Late);
        match late {
            Some(late) if said.minutes != wish.minutes => {
                let seen = late.version == wish.attendance_version;
                let place = (lesson, pupil);
                if !seen || !store::say_late(&mut tx, place, wish.minutes, actor.person).await? {
                    return Err(Error::ChangedMeanwhile);
                }
            }
            None if wish.minutes.is_some() => return Err(Error::Minutes),
            _ => {}
        }
        tx.commit().await?;
        self.tell_changed(actor, [&held], tab);
        Ok(())
    }
}

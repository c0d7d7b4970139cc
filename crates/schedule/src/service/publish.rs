use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::Year;
use db::Tx;
use kernel::{Actor, LessonId, Right, YearId};
use work::Duty;

use super::{Names, Timetable};
use crate::{Calendar, Changes, Clash, Error, Existing, VersionId, clashes, plan::wanted, store};

/// What publishing the draft from a day would do.
#[derive(Clone, Debug)]
pub struct Preview {
    pub year: Year,
    pub from: NaiveDate,
    /// Names the state of the draft that was looked at.
    pub revision: i32,
    pub changes: Changes,
    /// The lessons that `changes` speaks of, as they are.
    pub existing: HashMap<LessonId, Existing>,
    pub names: Names,
}

/// What publishing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    pub created: usize,
    pub changed: usize,
    pub cancelled: usize,
    pub kept: usize,
    /// Lessons with entries that the timetable had no place for.
    pub held: usize,
    /// Lessons that could not be made, because a held one has their place.
    pub blocked: usize,
}

/// The draft of a year and what it asks for.
struct Decided {
    year: Year,
    version: VersionId,
    revision: i32,
    existing: Vec<Existing>,
    changes: Changes,
}

impl Timetable {
    /// Shows what publishing would create, move, cancel and keep, and writes nothing.
    pub async fn preview(
        &self,
        actor: &Actor,
        year: Option<YearId>,
        from: NaiveDate,
    ) -> Result<Preview, Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let year = self.open_year(&mut tx, year).await?;
        let decided = self.decide(&mut tx, &year, from).await?;
        let mut names = self.names(&mut tx, year.id).await?;
        let teachers = decided.existing.iter().map(|it| it.lesson.teacher);
        names
            .complete(&mut tx, &*self.asked.people, teachers)
            .await?;
        tx.commit().await?;
        let existing = decided.existing.into_iter().map(|it| (it.id, it)).collect();
        let (revision, changes) = (decided.revision, decided.changes);
        Ok(Preview {
            year,
            from,
            revision,
            changes,
            existing,
            names,
        })
    }

    /// Publishes the draft from the day on, if it is still the one that was
    /// seen. Lessons that hold marks, a topic or homework stay (BEY-1).
    #[tracing::instrument(name = "schedule.publish", skip_all)]
    pub async fn publish(
        &self,
        actor: &Actor,
        year: YearId,
        from: NaiveDate,
        seen: i32,
    ) -> Result<Published, Error> {
        let mut tx = self.db.begin(actor).await?;
        let done = self
            .publish_in(&mut tx, actor, year, from, Some(seen))
            .await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Like [`Timetable::publish`], in the caller's transaction; without
    /// `seen` whatever the draft is by now.
    pub async fn publish_in(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: YearId,
        from: NaiveDate,
        seen: Option<i32>,
    ) -> Result<Published, Error> {
        let decided = self.to_publish(tx, actor, year, from, seen).await?;
        write(tx, &decided, from, None).await
    }

    /// Like [`Timetable::publish`], telling how far it is; the transaction is
    /// the caller's to end.
    pub(crate) async fn publish_telling(
        &self,
        actor: &Actor,
        (year, from, seen): (YearId, NaiveDate, i32),
        duty: &Duty,
    ) -> Result<(Tx, Published), Error> {
        let mut tx = self.db.begin(actor).await?;
        let decided = self
            .to_publish(&mut tx, actor, year, from, Some(seen))
            .await?;
        let done = write(&mut tx, &decided, from, Some(duty)).await?;
        Ok((tx, done))
    }

    async fn to_publish(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        year: YearId,
        from: NaiveDate,
        seen: Option<i32>,
    ) -> Result<Decided, Error> {
        actor.may_in_org(Right::TimetableEdit)?;
        let year = self.open_year(tx, Some(year)).await?;
        store::publish::unsettle(tx).await?;
        let decided = self.decide(tx, &year, from).await?;
        if seen.is_some_and(|it| it != decided.revision) {
            return Err(Error::ChangedMeanwhile);
        }
        Ok(decided)
    }

    /// Compares the draft with the lessons there are from the day on.
    async fn decide(&self, tx: &mut Tx, year: &Year, from: NaiveDate) -> Result<Decided, Error> {
        if from < year.starts_on || year.ends_on < from {
            return Err(Error::BadDay);
        }
        let (version, revision) = store::versions::locked_draft(tx, year.id)
            .await?
            .ok_or(Error::NoDraft)?;
        let slots = store::slots::of_version(tx, version).await?;
        let bells = store::bells::all(tx).await?;
        if let Some((one, other, what)) = clashes(&slots, &bells).into_iter().next() {
            let (wish, other) = (slots[other].clone(), slots[one].clone());
            return Err(Error::Busy(Box::new(Clash { what, wish, other })));
        }
        let curriculum = &self.asked.curriculum;
        let classes = curriculum.classes(tx, year.id).await?;
        let calendar = Calendar {
            days_a_week: year.days_a_week,
            holidays: curriculum.holidays(tx, year.id).await?,
            grades: classes.iter().map(|it| (it.id, it.grade)).collect(),
        };
        let wanted = wanted(&slots, &bells, &calendar, from, year.ends_on)?;
        let mut existing = store::publish::existing(tx, year.id, from, year.ends_on).await?;
        let ids: Vec<LessonId> = existing.iter().map(|it| it.id).collect();
        let filled = self.contents.filled(tx, &ids).await.map_err(Error::Asked)?;
        for it in &mut existing {
            it.filled = filled.contains(&it.id);
        }
        let changes = Changes::of(&wanted, &existing);
        Ok(Decided {
            year: year.clone(),
            version,
            revision,
            existing,
            changes,
        })
    }
}

/// So many lessons are written at once: a statement stays far below its timeout.
const AT_ONCE: usize = 4_000;

/// Writes what was decided, and tells how many lessons are done.
async fn write(
    tx: &mut Tx,
    it: &Decided,
    from: NaiveDate,
    duty: Option<&Duty>,
) -> Result<Published, Error> {
    let changes = &it.changes;
    let total = changes.cancel.len() + changes.change.len() + changes.create.len();
    let tell = async |done| match duty {
        Some(duty) => duty.tell(done, total).await,
        None => Ok(()),
    };
    tell(0).await?;
    store::versions::publish(tx, it.version, from, it.year.ends_on).await?;
    store::publish::drop_lessons(tx, &changes.cancel).await?;
    let mut done = changes.cancel.len();
    for some in changes.change.chunks(AT_ONCE) {
        store::publish::change(tx, some).await?;
        done += some.len();
        tell(done).await?;
    }
    for some in changes.create.chunks(AT_ONCE) {
        store::publish::create(tx, it.year.id, some).await?;
        done += some.len();
        tell(done).await?;
    }
    store::publish::settle(tx).await?;
    Ok(Published {
        created: changes.create.len(),
        changed: changes.change.len(),
        cancelled: changes.cancel.len(),
        kept: changes.kept,
        held: changes.held.len(),
        blocked: changes.blocked.len(),
    })
}

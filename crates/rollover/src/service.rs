//! Use cases: one public method is one transaction.

mod classes;
mod exceptions;
mod orders;
mod readiness;
mod run;
mod year;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{Days, NaiveDate};
use curriculum::{Curriculum, Records, Year};
use db::{Db, Tx};
use kernel::{Actor, ClassId, PersonId, Right, YearId};
use movement::{ClassRegister, OrderBook, Place, Unplaced};
use people::People;
use schedule::Lessons;

pub use classes::{ClassLine, ClassWish, ClassesStep};
pub use exceptions::{ExceptionsStep, Gathering, PupilLine};
pub use orders::{OrderDates, OrdersStep};
pub use readiness::{Item, Readiness, Spot};
pub(crate) use run::Start;

use crate::{Error, Scene, State, Transition, store, transition::TransitionId};

/// The result of a transition is shown for so long into the new year; then
/// the next transition is prepared.
const SHOWN: u64 = 200;

/// The transition of one installation.
#[derive(Clone)]
pub struct Rollover {
    db: Db,
    asked: Neighbours,
    /// Copies and opens years; it holds nothing.
    records: Records,
}

/// The domains below that the transition asks.
#[derive(Clone)]
pub struct Neighbours {
    pub people: Arc<dyn People>,
    pub curriculum: Arc<dyn Curriculum>,
    pub register: Arc<dyn ClassRegister>,
    pub orders: Arc<dyn OrderBook>,
    pub lessons: Arc<dyn Lessons>,
}

/// What the list of steps shows.
#[derive(Clone, Debug)]
pub struct Overview {
    pub scene: Scene,
    /// Whether nothing holds the year open.
    pub ready: bool,
    pub may_close: bool,
}

impl Rollover {
    pub fn new(db: Db, asked: Neighbours) -> Self {
        Self {
            db,
            asked,
            records: Records,
        }
    }

    /// The years and how far everything is, without the check of the journals.
    pub async fn scene(&self, actor: &Actor, today: NaiveDate) -> Result<Scene, Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        tx.commit().await?;
        Ok(scene)
    }

    async fn scene_in(&self, tx: &mut Tx, today: NaiveDate) -> Result<Scene, Error> {
        let years = self.records.all_years(tx).await?;
        let all = store::all(tx).await?;
        choose(&years, all, today).ok_or(Error::NoYear)
    }

    /// The scene for a change: locked, and the year not closed yet.
    async fn open_scene(
        &self,
        tx: &mut Tx,
        today: NaiveDate,
    ) -> Result<(TransitionId, Scene), Error> {
        let scene = self.scene_in(tx, today).await?;
        if scene.transition.state == State::Done {
            return Err(Error::AlreadyDone);
        }
        let id = store::locked(tx, scene.from.id).await?;
        // Somebody may have been faster before the lock.
        let scene = self.scene_in(tx, today).await?;
        if scene.transition.state == State::Done {
            return Err(Error::AlreadyDone);
        }
        Ok((id, scene))
    }

    /// Drawn-up orders fit the classes and exceptions no more: they go.
    async fn drop_drafts(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: TransitionId,
        it: &Transition,
    ) -> Result<(), Error> {
        if !it.orders.is_empty() {
            self.asked.orders.discard_all(tx, actor, &it.orders).await?;
        }
        Ok(store::set_orders(tx, id, &[]).await?)
    }

    /// Who is in a class of the year, or in a parallel without one, and does
    /// not leave it yet, unordered.
    async fn pupils_of(
        &self,
        tx: &mut Tx,
        year: &Year,
        classes: &[ClassId],
    ) -> Result<Vec<(PersonId, Place)>, Error> {
        let until = year.ends_on + Days::new(400);
        let register = &self.asked.register;
        let members = register.members(tx, classes, year.starts_on, until).await?;
        let stay = members.into_iter().filter(|it| it.until.is_none());
        let mut all: Vec<_> = stay.map(|it| (it.pupil, Place::Class(it.class))).collect();
        let waiting = register.unplaced(tx, year.starts_on, until).await?;
        let waiting = waiting.iter().filter(|it| it.until.is_none());
        all.extend(waiting.filter(|it| is_of(it, year)).map(waits));
        Ok(all)
    }

    /// Whose fate the transition tells: those who are there, or, once the year
    /// is closed, those who were when the first of them left.
    async fn pupils_of_scene(
        &self,
        tx: &mut Tx,
        scene: &Scene,
        classes: &[ClassId],
    ) -> Result<Vec<(PersonId, Place)>, Error> {
        let it = &scene.transition;
        if it.state == State::Open {
            return self.pupils_of(tx, &scene.from, classes).await;
        }
        let first = [it.graduated_on, it.effective_on]
            .into_iter()
            .flatten()
            .min();
        let last = first.map_or(scene.from.ends_on, |it| it - Days::new(1));
        let last = last.min(scene.from.ends_on);
        let register = &self.asked.register;
        let members = register.members(tx, classes, last, last).await?;
        let mut all: Vec<_> = members
            .iter()
            .map(|it| (it.pupil, Place::Class(it.class)))
            .collect();
        let waiting = register.unplaced(tx, last, last).await?;
        all.extend(
            waiting
                .iter()
                .filter(|it| is_of(it, &scene.from))
                .map(waits),
        );
        Ok(all)
    }

    async fn staff(&self, tx: &mut Tx) -> Result<HashSet<PersonId>, Error> {
        let staff = self.asked.people.staff(tx).await?;
        Ok(staff.into_iter().map(|it| it.id).collect())
    }
}

/// Whether a pupil without a class belongs to the year: whoever was enrolled
/// for the coming one waits for its classes. Kindergartens have no parallels.
fn is_of(it: &Unplaced, year: &Year) -> bool {
    it.grade > 0 && it.since <= year.ends_on
}

const fn waits(it: &Unplaced) -> (PersonId, Place) {
    (it.pupil, Place::Grade(it.grade))
}

/// The year to go out of: the last that has begun. Where the one before it is
/// open still and the new one is young, it is that one: its closing is late.
fn open_year(years: &[Year], today: NaiveDate) -> Option<&Year> {
    let begun = |it: &&Year| !it.archived && !it.planned && it.starts_on <= today;
    let begun = || years.iter().filter(begun);
    let last = begun().max_by_key(|it| it.starts_on)?;
    let before = begun().filter(|it| it.ends_on < last.starts_on);
    let before = before.max_by_key(|it| it.starts_on);
    Some(
        before
            .filter(|_| today < last.starts_on + Days::new(SHOWN))
            .unwrap_or(last),
    )
}

/// The transition to show: the one that was done lately, or that of the last
/// year which has begun and is neither planned nor closed.
fn choose(years: &[Year], all: Vec<Transition>, today: NaiveDate) -> Option<Scene> {
    let by_id: HashMap<YearId, &Year> = years.iter().map(|it| (it.id, it)).collect();
    let year = |id: YearId| by_id.get(&id).map(|it| (*it).clone());
    let open = open_year(years, today);
    let is_shown = |it: &&Transition| {
        let to = it.to.and_then(|it| by_id.get(&it));
        it.state == State::Done && to.is_some_and(|to| today < to.starts_on + Days::new(SHOWN))
    };
    let done = all.iter().find(is_shown).cloned();
    let transition = done.or_else(|| {
        let from = open?.id;
        let known = all.into_iter().find(|it| it.from == from);
        Some(known.unwrap_or_else(|| Transition::of(from)))
    })?;
    let from = year(transition.from)?;
    // A year that somebody entered by hand is the coming one.
    let after = || {
        let later = years.iter().filter(|it| it.starts_on > from.ends_on);
        later.min_by_key(|it| it.starts_on).cloned()
    };
    let to = match transition.to {
        Some(id) => year(id),
        None => after().filter(|it| it.planned),
    };
    Some(Scene {
        transition,
        from,
        to,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(id: i64, starts_on: &str, archived: bool) -> Year {
        let starts_on: NaiveDate = starts_on.parse().unwrap();
        Year {
            id: id.into(),
            starts_on,
            ends_on: starts_on + Days::new(272),
            archived,
            planned: false,
            days_a_week: 5,
        }
    }

    /// a school that entered the new year by hand has until 15 September
    /// to close the old one, and the wizard still shows it then.
    #[test]
    fn a_year_that_was_left_open_is_closed_first() {
        let shown = |years: &[Year], today: &str| {
            open_year(years, today.parse().unwrap()).map(|it| it.id.get())
        };
        let years = [year(1, "2025-09-01", false), year(2, "2026-09-01", false)];
        assert_eq!(shown(&years, "2026-08-20"), Some(1));
        assert_eq!(shown(&years, "2026-09-10"), Some(1));
        assert_eq!(shown(&years, "2027-05-20"), Some(2), "nobody closed it");
        let years = [year(1, "2025-09-01", true), year(2, "2026-09-01", false)];
        assert_eq!(shown(&years, "2026-09-10"), Some(2));
        assert_eq!(shown(&[], "2026-09-10"), None);
    }
}

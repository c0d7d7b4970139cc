use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::YearState;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use movement::{OrderKind, Place};
use work::Duty;

use super::Rollover;
use crate::{
    Error, Numbers, Scene, State, Undo,
    fate::{Ways, fates},
    numbers::Counted,
    store,
    transition::TransitionId,
};

/// How many parts of the run the progress tells.
const PARTS: usize = 5;

/// What a run was started with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) today: NaiveDate,
    /// The state that was tried.
    pub(crate) version: i32,
    /// So many things the year lacks, and was closed with all the same.
    pub(crate) remarks: u32,
}

impl Rollover {
    /// Does all of the run and undoes it; keeps the numbers.
    ///
    /// # Errors
    /// Whatever the run itself would be refused for.
    #[tracing::instrument(name = "rollover.try_out", skip_all)]
    pub async fn try_out(&self, actor: &Actor, today: NaiveDate) -> Result<Numbers, Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let tried = self.perform(&mut tx, actor, &scene, None).await;
        tx.rollback().await?;
        let (numbers, _) = tried?;
        let mut tx = self.db.begin(actor).await?;
        store::set_trial(&mut tx, id, scene.transition.version.max(1), &numbers).await?;
        tx.commit().await?;
        Ok(numbers)
    }

    /// Closes the old year and opens the new one, in a transaction that the
    /// job ends.
    pub(crate) async fn run(
        &self,
        actor: &Actor,
        start: Start,
        duty: &Duty,
    ) -> Result<(Tx, Numbers), Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, start.today).await?;
        let it = &scene.transition;
        if it.version != start.version {
            return Err(Error::ChangedMeanwhile);
        }
        if it.trial.is_none() {
            return Err(Error::NoTrial);
        }
        let (numbers, undo) = self.perform(&mut tx, actor, &scene, Some(duty)).await?;
        store::set_done(&mut tx, id, actor.person, (&numbers, &undo, start.remarks)).await?;
        note(&mut tx, "rollover.done", id, start.remarks).await?;
        Ok((tx, numbers))
    }

    /// The run itself, and the dry run too.
    async fn perform(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        scene: &Scene,
        duty: Option<&Duty>,
    ) -> Result<(Numbers, Undo), Error> {
        let it = &scene.transition;
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?;
        if it.orders.is_empty() {
            return Err(Error::NoOrders);
        }
        tell(duty, 0).await?;
        let curriculum = &self.asked.curriculum;
        let old = curriculum.classes(tx, scene.from.id).await?;
        let new = curriculum.classes(tx, to.id).await?;
        let before: Vec<ClassId> = old.iter().map(|it| it.id).collect();
        let after: Vec<ClassId> = new.iter().map(|it| it.id).collect();
        let pupils = self.pupils_of(tx, &scene.from, &before).await?;
        let fates = fates(&pupils, Ways::of(it, &old))?;
        tell(duty, 1).await?;

        let issued = self.asked.orders.issue_all(tx, actor, &it.orders).await;
        let issued = issued.map_err(stale)?;
        tell(duty, 2).await?;
        // Whoever came after the orders were drawn up would stay behind.
        let left = self.pupils_of(tx, &scene.from, &before).await?;
        if !left.is_empty() {
            return Err(Error::LeftOver(left.len()));
        }

        let onward = issued
            .iter()
            .filter(|it| matches!(it.kind, OrderKind::Promotion | OrderKind::Repeat));
        let first = onward.map(|it| it.effective_on).max();
        let first = first.unwrap_or(to.starts_on).max(to.starts_on);
        let register = &self.asked.register;
        let there = register.members(tx, &after, first, first).await?;
        let moves: Vec<(PersonId, ClassId)> = there.iter().map(|it| (it.pupil, it.class)).collect();
        let waiting = register.unplaced(tx, first, first).await?;
        let placed = self.records.carry_groups(tx, scene.from.id, &moves).await?;
        tell(duty, 3).await?;

        self.records
            .set_year_state(tx, scene.from.id, YearState::Archived)
            .await?;
        self.records
            .set_year_state(tx, to.id, YearState::Current)
            .await?;
        tell(duty, 4).await?;
        let grades: HashMap<ClassId, i16> =
            old.iter().chain(&new).map(|it| (it.id, it.grade)).collect();
        let waiting = waiting.iter().map(|it| Place::Grade(it.grade));
        let placed_in = moves.iter().map(|it| Place::Class(it.1));
        let there: Vec<Place> = placed_in.chain(waiting).collect();
        let counted = Counted {
            grades: &grades,
            before: &before,
            after: &after,
            fates: &fates,
            there: &there,
        };
        let numbers = Numbers::of(&counted, issued.len(), placed.len());
        tell(duty, PARTS).await?;
        Ok((numbers, Undo { placed }))
    }

    /// Whether the run may still be taken back.
    pub async fn may_take_back(&self, actor: &Actor, scene: &Scene) -> Result<bool, Error> {
        if scene.transition.state != State::Done || actor.may_in_org(Right::YearClose).is_err() {
            return Ok(false);
        }
        let mut tx = self.db.begin(actor).await?;
        let begun = self.has_begun(&mut tx, scene).await?;
        tx.commit().await?;
        Ok(!begun)
    }

    async fn has_begun(&self, tx: &mut Tx, scene: &Scene) -> Result<bool, Error> {
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?;
        let days = (to.starts_on, to.ends_on);
        Ok(journal::has_begun(tx, &*self.asked.lessons, days).await?)
    }

    /// Opens the old year again: the orders are cancelled, everything else is
    /// as it was before the run. In a transaction that the job ends.
    pub(crate) async fn take_back(
        &self,
        actor: &Actor,
        today: NaiveDate,
        reason: &str,
        duty: &Duty,
    ) -> Result<Tx, Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        let id = store::locked(&mut tx, scene.from.id).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        if scene.transition.state != State::Done {
            return Err(Error::NotDone);
        }
        if self.has_begun(&mut tx, &scene).await? {
            return Err(Error::HasBegun);
        }
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?.id;
        tell(Some(duty), 1).await?;
        self.records
            .set_year_state(&mut tx, scene.from.id, YearState::Current)
            .await?;
        self.records
            .set_year_state(&mut tx, to, YearState::Planned)
            .await?;
        let it = &scene.transition;
        self.asked
            .orders
            .cancel_all(&mut tx, actor, &it.orders, reason)
            .await?;
        tell(Some(duty), 3).await?;
        self.records.leave_groups(&mut tx, &it.undo.placed).await?;
        store::set_taken_back(&mut tx, id, actor.person).await?;
        note(&mut tx, "rollover.taken-back", id, 0).await?;
        tell(Some(duty), PARTS).await?;
        Ok(tx)
    }
}

async fn tell(duty: Option<&Duty>, part: usize) -> Result<(), Error> {
    match duty {
        Some(duty) => Ok(duty.tell(part, PARTS).await?),
        None => Ok(()),
    }
}

async fn note(tx: &mut Tx, action: &str, id: TransitionId, remarks: u32) -> Result<(), Error> {
    let object = format!("rollover.transition:{id}");
    let details = serde_json::json!({ "remarks": remarks });
    Ok(db::audit::record(tx, action, &object, &details).await?)
}

/// Somebody threw a draft away or issued it alone, or the head signs.
fn stale(error: movement::Error) -> Error {
    match error {
        movement::Error::Denied(_) => Error::HeadSigns,
        movement::Error::NoSuchOrder | movement::Error::NotADraft => Error::NoOrders,
        other => other.into(),
    }
}

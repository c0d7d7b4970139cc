use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{Actor, ClassId, Right};
use movement::{OrderId, OrderKind, Place};

use super::Rollover;
use crate::{
    Error, Outcome, Scene,
    fate::{Days, Ways, drafts, fates, grade_of},
    store,
};

/// The days and the basis of the orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDates {
    pub ordered_on: NaiveDate,
    /// Of moving up and staying.
    pub effective_on: NaiveDate,
    /// Of graduation and leaving.
    pub graduated_on: NaiveDate,
    pub basis: String,
}

/// What the step shows.
#[derive(Clone, Debug)]
pub struct OrdersStep {
    pub scene: Scene,
    pub dates: Option<OrderDates>,
    /// The orders to be, or that are: kind, the parallels, pupils, and the draft.
    pub orders: Vec<(OrderKind, Vec<i16>, usize, Option<OrderId>)>,
    /// Pupils who do not go with their class, by outcome.
    pub exceptions: Vec<(Outcome, usize)>,
}

impl Rollover {
    /// The orders as they would be, or are, drawn up.
    pub async fn orders_step(&self, actor: &Actor, today: NaiveDate) -> Result<OrdersStep, Error> {
        actor.may_in_org(Right::YearView)?;
        let mut tx = self.db.begin(actor).await?;
        let scene = self.scene_in(&mut tx, today).await?;
        let old = self
            .asked
            .curriculum
            .classes(&mut tx, scene.from.id)
            .await?;
        let ids: Vec<ClassId> = old.iter().map(|it| it.id).collect();
        let pupils = self.pupils_of_scene(&mut tx, &scene, &ids).await?;
        tx.commit().await?;
        let it = &scene.transition;
        let days = scene.to.as_ref().map(|to| days_of(&scene, to, today));
        let grades: HashMap<ClassId, i16> = old.iter().map(|it| (it.id, it.grade)).collect();
        let all = fates(&pupils, Ways::of(it, &old)).unwrap_or_default();
        let grade = |place: Place| grade_of(&grades, place);
        let from: HashMap<_, _> = all.iter().map(|it| (it.pupil, grade(it.from))).collect();
        let drafts = days
            .as_ref()
            .map_or_else(Vec::new, |days| drafts(&all, grade, days));
        let drawn = it.orders.iter().copied().map(Some);
        let drawn = drawn.chain(std::iter::repeat(None));
        let orders = drafts
            .iter()
            .zip(drawn)
            .map(|(draft, id)| {
                let mut grades: Vec<i16> = draft
                    .lines
                    .iter()
                    .filter_map(|it| from.get(&it.pupil).copied())
                    .collect();
                grades.sort_unstable();
                grades.dedup();
                (draft.kind, grades, draft.lines.len(), id)
            })
            .collect();
        let count = |outcome: Outcome| {
            let of = it.exceptions.values().filter(|it| it.outcome == outcome);
            (outcome, of.count())
        };
        Ok(OrdersStep {
            dates: days.map(|it| OrderDates {
                ordered_on: it.ordered_on,
                effective_on: it.effective_on,
                graduated_on: it.graduated_on,
                basis: it.basis,
            }),
            orders,
            exceptions: Outcome::ALL.map(count).into(),
            scene,
        })
    }

    /// Draws the orders up, anew where they were.
    ///
    /// # Errors
    /// [`Error::NotMapped`], [`Error::BadDates`], and what the movement book
    /// tells of a draft.
    #[tracing::instrument(name = "rollover.draw_up", skip_all)]
    pub async fn draw_up(
        &self,
        actor: &Actor,
        today: NaiveDate,
        dates: OrderDates,
    ) -> Result<usize, Error> {
        actor.may_in_org(Right::YearClose)?;
        let mut tx = self.db.begin(actor).await?;
        let (id, scene) = self.open_scene(&mut tx, today).await?;
        let to = scene.to.as_ref().ok_or(Error::NoNextYear)?;
        let lasts = scene.from.ends_on < dates.effective_on
            && dates.effective_on <= to.ends_on
            && scene.from.starts_on < dates.graduated_on
            && dates.graduated_on <= to.ends_on;
        if !lasts || dates.basis.chars().count() > 500 {
            return Err(Error::BadDates);
        }
        let days = Days {
            ordered_on: dates.ordered_on,
            effective_on: dates.effective_on,
            graduated_on: dates.graduated_on,
            basis: dates.basis,
        };
        let old = self
            .asked
            .curriculum
            .classes(&mut tx, scene.from.id)
            .await?;
        let ids: Vec<ClassId> = old.iter().map(|it| it.id).collect();
        let grades: HashMap<ClassId, i16> = old.iter().map(|it| (it.id, it.grade)).collect();
        let pupils = self.pupils_of(&mut tx, &scene.from, &ids).await?;
        let it = &scene.transition;
        let all = fates(&pupils, Ways::of(it, &old))?;
        let drafts = drafts(&all, |place| grade_of(&grades, place), &days);
        if drafts.is_empty() {
            return Err(Error::NoOrders);
        }
        self.drop_drafts(&mut tx, actor, id, it).await?;
        let orders = self.asked.orders.draft_all(&mut tx, actor, &drafts).await?;
        store::set_days(&mut tx, id, &days).await?;
        store::set_orders(&mut tx, id, &orders).await?;
        tx.commit().await?;
        Ok(orders.len())
    }
}

/// The days that were entered, or the usual ones.
fn days_of(scene: &Scene, to: &curriculum::Year, today: NaiveDate) -> Days {
    let usual = store::usual_days(today, &scene.from, to);
    let it = &scene.transition;
    Days {
        ordered_on: it.ordered_on.unwrap_or(usual.ordered_on),
        effective_on: it.effective_on.unwrap_or(usual.effective_on),
        graduated_on: it.graduated_on.unwrap_or(usual.graduated_on),
        basis: it.basis.clone(),
    }
}

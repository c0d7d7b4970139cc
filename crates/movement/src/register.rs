//! The class register as a fold over issued orders (MOV-2, §3.2, §3.5).
//!
//! A pupil's orders form one chain in the order in which they were issued;
//! effective dates never go back. Each order is a step out of the state the
//! one before left: outside → in a class → (another class)* → outside.

use chrono::NaiveDate;

use crate::{
    Refusal,
    order::{Effect, OrderId, Place},
};

/// One order as it concerns one pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) order: OrderId,
    pub(crate) effective_on: NaiveDate,
    pub(crate) effect: Effect,
}

/// One stay of one pupil in a class, or in a parallel without a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) place: Place,
    pub(crate) since: NaiveDate,
    /// The first day no longer in the class; whoever leaves on D was there last on D−1 (§3.5).
    pub(crate) until: Option<NaiveDate>,
    pub(crate) began_by: OrderId,
    pub(crate) ended_by: Option<OrderId>,
}

/// What one order changes in the register of one pupil.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// The stay that goes on ends on that day.
    pub(crate) ends: Option<NaiveDate>,
    pub(crate) begins: Option<Stay>,
}

/// Everything the register knows of one pupil: stays in order, the last may go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) stays: Vec<Stay>,
}

impl Chain {
    /// The chain that these orders make, in the order in which they were issued.
    pub(crate) fn of(events: &[Event]) -> Result<Self, Refusal> {
        let mut chain = Self::default();
        for event in events {
            let step = chain.step(event)?;
            chain.take(event, step);
        }
        Ok(chain)
    }

    /// What the order would change, or why it may not be issued.
    pub(crate) fn step(&self, event: &Event) -> Result<Step, Refusal> {
        let now = self.stays.last().filter(|it| it.until.is_none());
        if self.last_change().is_some_and(|it| event.effective_on < it) {
            return Err(Refusal::BeforeLastOrder);
        }
        match (event.effect, now) {
            (Effect::Enter(place), None) => Ok(Step {
                ends: None,
                begins: Some(Stay::begun(place, event)),
            }),
            (Effect::Enter(_), Some(_)) => Err(Refusal::AlreadyEnrolled),
            (Effect::Leave | Effect::Move(_), None) => Err(Refusal::NotEnrolled),
            (_, Some(stay)) if event.effective_on <= stay.since => Err(Refusal::SameDay),
            (Effect::Move(place), Some(stay)) if place == stay.place => {
                Err(Refusal::AlreadyInClass)
            }
            (Effect::Move(place), Some(_)) => Ok(Step {
                ends: Some(event.effective_on),
                begins: Some(Stay::begun(place, event)),
            }),
            (Effect::Leave, Some(_)) => Ok(Step {
                ends: Some(event.effective_on),
                begins: None,
            }),
        }
    }

    /// Puts the step into the chain.
    pub(crate) fn take(&mut self, event: &Event, step: Step) {
        if let (Some(day), Some(last)) = (step.ends, self.stays.last_mut()) {
            last.until = Some(day);
            last.ended_by = Some(event.order);
        }
        self.stays.extend(step.begins);
    }

    /// Whether these orders were the last that touched the pupil: only such
    /// may be cancelled (§3.2.6).
    pub(crate) fn ends_with(&self, orders: &[OrderId]) -> bool {
        let mut later = self
            .orders()
            .skip_while(|it| !orders.contains(it))
            .peekable();
        later.peek().is_some() && later.all(|it| orders.contains(&it))
    }

    /// The orders that made the chain, in their order; a move is named by both
    /// of the stays it lies between.
    pub(crate) fn orders(&self) -> impl Iterator<Item = OrderId> {
        self.stays
            .iter()
            .flat_map(|it| [Some(it.began_by), it.ended_by])
            .flatten()
    }

    /// Where the pupil is by the last order.
    pub(crate) fn now(&self) -> Option<Place> {
        let last = self.stays.last().filter(|it| it.until.is_none());
        last.map(|it| it.place)
    }

    fn last_change(&self) -> Option<NaiveDate> {
        self.stays.last().map(|it| it.until.unwrap_or(it.since))
    }
}

impl Stay {
    const fn begun(place: Place, event: &Event) -> Self {
        Self {
            place,
            since: event.effective_on,
            until: None,
            began_by: event.order,
            ended_by: None,
        }
    }

    #[cfg(test)]
    pub(crate) fn on(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|it| day < it)
    }
}

#[cfg(test)]
#[path = "register_tests.rs"]
mod tests;

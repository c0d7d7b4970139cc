//! The class register as a fold over issued orders (MOV-2, §3.2, §3.5).
//!
//! A pupil's orders form one chain in the order in which they were issued;
//! effective dates never go back. Each order is a step out of the state the
//! one before left: outside → in a class → (another class)* → outside.

use chrono::NaiveDate;
use kernel::ClassId;

use crate::{
    Refusal,
    order::{Effect, OrderId},
};

/// One order as it concerns one pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) order: OrderId,
    pub(crate) effective_on: NaiveDate,
    pub(crate) effect: Effect,
}

/// One stay of one pupil in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) class: ClassId,
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
            (Effect::Enter(class), None) => Ok(Step {
                ends: None,
                begins: Some(Stay::begun(class, event)),
            }),
            (Effect::Enter(_), Some(_)) => Err(Refusal::AlreadyEnrolled),
            (Effect::Leave | Effect::Move(_), None) => Err(Refusal::NotEnrolled),
            (_, Some(stay)) if event.effective_on <= stay.since => Err(Refusal::SameDay),
            (Effect::Move(class), Some(stay)) if class == stay.class => {
                Err(Refusal::AlreadyInClass)
            }
            (Effect::Move(class), Some(_)) => Ok(Step {
                ends: Some(event.effective_on),
                begins: Some(Stay::begun(class, event)),
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

    /// Whether this order was the last that touched the pupil: only such a one
    /// may be cancelled (§3.2.6).
    pub(crate) fn ends_with(&self, order: OrderId) -> bool {
        self.stays
            .last()
            .is_some_and(|it| it.ended_by.unwrap_or(it.began_by) == order)
    }

    fn last_change(&self) -> Option<NaiveDate> {
        self.stays.last().map(|it| it.until.unwrap_or(it.since))
    }
}

impl Stay {
    const fn begun(class: ClassId, event: &Event) -> Self {
        Self {
            class,
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

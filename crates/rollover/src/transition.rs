//! A transition as it is kept.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::Year;
use kernel::{ClassId, GroupId, PersonId, YearId};
use movement::OrderId;
use serde::{Deserialize, Serialize};

use crate::{
    Exception, Numbers,
    step::{Progress, Step},
};

kernel::id!(/// One transition.
    TransitionId);

/// How far a transition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Prepared, or taken back.
    #[default]
    Open,
    /// The old year is closed.
    Done,
}

/// The transition from one year to the next.
#[derive(Clone, Debug)]
pub struct Transition {
    /// None while nothing was entered.
    pub id: Option<TransitionId>,
    pub from: YearId,
    pub to: Option<YearId>,
    pub state: State,
    pub ordered_on: Option<NaiveDate>,
    pub effective_on: Option<NaiveDate>,
    pub graduated_on: Option<NaiveDate>,
    pub basis: String,
    /// The orders that were drawn up, and in the end issued.
    pub orders: Vec<OrderId>,
    pub trial: Option<Numbers>,
    pub numbers: Option<Numbers>,
    pub undo: Undo,
    pub ran_by: Option<PersonId>,
    pub ran_at: Option<DateTime<Utc>>,
    pub taken_back_at: Option<DateTime<Utc>>,
    pub version: i32,
    /// Where each class goes; `None` is out of the school.
    pub moves: HashMap<ClassId, Option<ClassId>>,
    pub exceptions: HashMap<PersonId, Exception>,
}

impl Transition {
    /// One in which nothing was entered yet.
    pub(crate) fn of(from: YearId) -> Self {
        Self {
            id: None,
            from,
            to: None,
            state: State::Open,
            ordered_on: None,
            effective_on: None,
            graduated_on: None,
            basis: String::new(),
            orders: vec![],
            trial: None,
            numbers: None,
            undo: Undo::default(),
            ran_by: None,
            ran_at: None,
            taken_back_at: None,
            version: 0,
            moves: HashMap::new(),
            exceptions: HashMap::new(),
        }
    }
}

/// What the run did that orders and years do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Who was put into which group.
    pub placed: Vec<(GroupId, PersonId)>,
}

/// A transition with its years.
#[derive(Clone, Debug)]
pub struct Scene {
    pub transition: Transition,
    pub from: Year,
    pub to: Option<Year>,
}

impl Scene {
    /// How far the step is. Exceptions may be none, so they are done as soon
    /// as the classes are.
    pub fn progress(&self, step: Step, ready: bool) -> Progress {
        let it = &self.transition;
        let done = |step: Step| match step {
            _ if it.state == State::Done => true,
            Step::Check => ready,
            Step::Year => self.to.is_some(),
            Step::Classes | Step::Exceptions => !it.moves.is_empty(),
            Step::Orders => !it.orders.is_empty(),
            Step::Trial => it.trial.is_some(),
            Step::Run | Step::Result => false,
        };
        // The check may be passed over, and so it holds nothing up.
        let before = match step {
            Step::Check | Step::Year => None,
            Step::Classes => Some(Step::Year),
            Step::Exceptions | Step::Orders => Some(Step::Classes),
            Step::Trial => Some(Step::Orders),
            Step::Run => Some(Step::Trial),
            Step::Result => Some(Step::Run),
        };
        if done(step) {
            Progress::Done
        } else if before.is_none_or(done) {
            Progress::Next
        } else {
            Progress::Waits
        }
    }
}

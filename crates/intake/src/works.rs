//! Writing and taking back as jobs: a list of 900 pupils with parents takes
//! longer than a page should.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use work::{Done, Duty, Finished, Refusal, Work};

use crate::{
    Intake, RunId,
    service::{LeaveBadRows, Started},
};

pub(crate) const COMMIT: &str = "intake.commit";
pub(crate) const REVERT: &str = "intake.revert";

/// The run to be written, as its preview was answered.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CommitOrder {
    pub(crate) run: RunId,
    pub(crate) leave_bad: bool,
    pub(crate) answers: BTreeMap<String, String>,
    /// How whoever writes it is called.
    pub(crate) by: String,
    /// The day it was where they are.
    pub(crate) today: NaiveDate,
}

/// The run to be taken back.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RevertOrder {
    pub(crate) run: RunId,
}

/// The page of a run, inside the organisation.
pub(crate) fn path(run: RunId) -> String {
    format!("/import/runs/{run}")
}

/// Writes a previewed list.
pub struct Writing(pub Intake);

/// Takes a written list back.
pub struct TakingBack(pub Intake);

#[async_trait]
impl Work for Writing {
    fn kind(&self) -> &'static str {
        COMMIT
    }

    fn place(&self, params: &Value) -> String {
        place(params)
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: CommitOrder = duty.params()?;
        let by = Started {
            actor,
            name: &order.by,
            today: order.today,
        };
        let leave = if order.leave_bad {
            LeaveBadRows::Yes
        } else {
            LeaveBadRows::No
        };
        let (tx, counters) = self
            .0
            .commit(by, order.run, leave, order.answers, Some(duty))
            .await?;
        let count = counters.create + counters.update;
        let done = Done::new(path(order.run), "intake.committed").with("count", &count);
        Ok(duty.finish(tx, done).await?)
    }
}

#[async_trait]
impl Work for TakingBack {
    fn kind(&self) -> &'static str {
        REVERT
    }

    fn place(&self, params: &Value) -> String {
        place(params)
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: RevertOrder = duty.params()?;
        let (tx, run) = self.0.revert(actor, order.run).await?;
        let done = Done::new(path(order.run), "intake.reverted").with("file", &run.file_name);
        Ok(duty.finish(tx, done).await?)
    }
}

/// Both orders name the run.
fn place(params: &Value) -> String {
    match RevertOrder::deserialize(params) {
        Ok(it) => path(it.run),
        Err(_) => "/import".to_owned(),
    }
}

//! The run, and taking it back, as jobs with progress.

use ::work::{Done, Duty, Finished, Refusal, Work};
use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::Views;

use crate::{Rollover, service::Start};

pub(crate) const RUN: &str = "rollover.run";
pub(crate) const TAKE_BACK: &str = "rollover.take-back";
const PLACE: &str = "/settings/rollover/";

/// What a job is queued with.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) today: NaiveDate,
    pub(crate) version: i32,
    pub(crate) remarks: u32,
}

/// Closes the year (MOV-4).
pub struct Running {
    pub rollover: Rollover,
}

/// Opens it again.
pub struct TakingBack {
    pub rollover: Rollover,
    pub views: Views,
}

#[async_trait]
impl Work for Running {
    fn kind(&self) -> &'static str {
        RUN
    }

    fn place(&self, _: &Value) -> String {
        format!("{PLACE}run")
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let start = Start {
            today: order.today,
            version: order.version,
            remarks: order.remarks,
        };
        let (tx, numbers) = self.rollover.run(actor, start, duty).await?;
        let done = Done::new(format!("{PLACE}result"), "rollover.flash.done")
            .with("pupils", &numbers.total().pupils_before)
            .with("orders", &numbers.orders);
        Ok(duty.finish(tx, done).await?)
    }
}

#[async_trait]
impl Work for TakingBack {
    fn kind(&self) -> &'static str {
        TAKE_BACK
    }

    fn place(&self, _: &Value) -> String {
        format!("{PLACE}result")
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let reason = self.views.word("rollover.cancel-reason");
        let rollover = &self.rollover;
        let tx = rollover
            .take_back(actor, order.today, &reason, duty)
            .await?;
        let done = Done::new("/settings/rollover", "rollover.flash.taken-back");
        Ok(duty.finish(tx, done).await?)
    }
}

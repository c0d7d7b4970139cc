//! What happens by the clock.

use async_trait::async_trait;
use kernel::{Fault, Job};

use crate::Intake;

/// Forgets files that were neither written nor given up, and what a revert
/// needs once it is too late for one: both may hold more than may be kept.
pub struct Sweep(pub Intake);

#[async_trait]
impl Job for Sweep {
    fn name(&self) -> &'static str {
        "intake.sweep"
    }

    fn cron(&self) -> &'static str {
        "0 41 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        self.0
            .sweep()
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

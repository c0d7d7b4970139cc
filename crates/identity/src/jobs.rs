//! What identity does by the clock.

use async_trait::async_trait;
use kernel::{Fault, Job};

use crate::Identity;

/// Forgets sessions, counters and devices that are over.
pub struct Sweep(pub Identity);

#[async_trait]
impl Job for Sweep {
    fn name(&self) -> &'static str {
        "identity.sweep"
    }

    fn cron(&self) -> &'static str {
        "0 17 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        self.0
            .sweep()
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}

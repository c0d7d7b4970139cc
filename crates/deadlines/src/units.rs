//! What the bell does by the clock.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Job};
use org::Organisation;

use crate::Deadlines;

/// The tree of organisations, for jobs.
#[async_trait]
pub trait Tree: Send + Sync {
    async fn all(&self) -> Result<Vec<Organisation>, Box<dyn Fault>>;
}

/// Tells municipalities, ministry and region how their schools stand (S2:3.2, 3.3).
pub struct TellUnits {
    pub deadlines: Deadlines,
    pub tree: Arc<dyn Tree>,
}

#[async_trait]
impl Job for TellUnits {
    fn name(&self) -> &'static str {
        "deadlines.tell-units"
    }

    fn cron(&self) -> &'static str {
        "40 */2 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        let tree = self.tree.all().await?;
        let told = self.deadlines.tell_units(&tree).await;
        let told = told.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        tracing::debug!(told, "schools told of to those above");
        Ok(())
    }
}

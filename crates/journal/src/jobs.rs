//! What the journal does by the clock.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Job};
use movement::Tenants;

use crate::Journal;

/// Tells families the marks that have stood for fifteen minutes (`ux.md` §4.8).
pub struct TellMarks {
    pub journal: Journal,
    pub tenants: Arc<dyn Tenants>,
}

#[async_trait]
impl Job for TellMarks {
    fn name(&self) -> &'static str {
        "journal.notices"
    }

    fn cron(&self) -> &'static str {
        "20 * * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        for org in self.tenants.all().await? {
            let told = self.journal.tell_marks(org).await;
            told.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        }
        Ok(())
    }
}

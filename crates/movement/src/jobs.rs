//! What movement does by the clock.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Job, OrgId};

use crate::Movement;

/// A socket that the app fills: which organisations there are.
#[async_trait]
pub trait Tenants: Send + Sync {
    async fn all(&self) -> Result<Vec<OrgId>, Box<dyn Fault>>;
}

/// Closes the accounts of pupils whose leaving took effect since yesterday:
/// an order may be issued before its day.
pub struct CloseAccounts {
    pub movement: Movement,
    pub tenants: Arc<dyn Tenants>,
}

#[async_trait]
impl Job for CloseAccounts {
    fn name(&self) -> &'static str {
        "movement.close-accounts"
    }

    fn cron(&self) -> &'static str {
        // Each hour: days begin at other times in other zones.
        "0 7 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        for org in self.tenants.all().await? {
            let closed = self.movement.close_accounts_in(org).await;
            closed.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        }
        Ok(())
    }
}

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Fault, Job, OrgId};

use crate::Privacy;

/// Which organisations there are; higher than this domain's tenant, so the
/// application plugs it in.
#[async_trait]
pub trait Tenants: Send + Sync {
    async fn all(&self) -> Result<Vec<OrgId>, Box<dyn Fault>>;
}

/// Removes acts of what was destroyed when their own time is over.
pub struct ForgetActs {
    pub privacy: Privacy,
    pub tenants: Arc<dyn Tenants>,
}

#[async_trait]
impl Job for ForgetActs {
    fn name(&self) -> &'static str {
        "privacy.forget-acts"
    }

    fn cron(&self) -> &'static str {
        "0 23 2 * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        let mut count = 0;
        for org in self.tenants.all().await? {
            let gone = self.privacy.forget_acts(org).await;
            count += gone.map_err(|it| Box::new(it) as Box<dyn Fault>)?;
        }
        tracing::info!(count, "acts whose time is over were removed");
        Ok(())
    }
}

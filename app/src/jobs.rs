//! The clock: tokio-cron-scheduler ticks on every node, the row of the tick
//! lets one of them work.

use std::sync::Arc;

use chrono::{DurationRound, TimeDelta};
use db::Db;
use kernel::{Clock, Job};
use tokio_cron_scheduler::{Job as CronJob, JobScheduler, JobSchedulerError};

/// Starts every job that a domain offered.
pub(crate) async fn start(
    db: &Db,
    jobs: Vec<Arc<dyn Job>>,
) -> Result<JobScheduler, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    for job in jobs {
        let db = db.clone();
        let entry = CronJob::new_async(job.cron(), move |_, _| {
            let (db, job) = (db.clone(), Arc::clone(&job));
            Box::pin(async move { tick(&db, &*job).await })
        })?;
        scheduler.add(entry).await?;
    }
    scheduler.start().await?;
    Ok(scheduler)
}

/// Runs one tick, on one node only. A lost tick is caught up by the next:
/// jobs look at the state, not at the clock.
async fn tick(db: &Db, job: &dyn Job) {
    match claim(db, job).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(fault) => {
            tracing::error!(
                job = job.name(),
                error = &fault as &dyn std::error::Error,
                "no claim"
            );
            return;
        }
    }
    if let Err(fault) = job.run().await {
        metrics::counter!("zvonok_job_failures_total", "job" => job.name()).increment(1);
        tracing::error!(
            job = job.name(),
            error = &*fault as &dyn std::error::Error,
            "job failed"
        );
    }
}

async fn claim(db: &Db, job: &dyn Job) -> Result<bool, db::Error> {
    let now = db.clock().now();
    let tick = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let mut tx = db.begin_worker().await?;
    let ours = db::tick::claim(&mut tx, job.name(), tick).await?;
    tx.commit().await?;
    Ok(ours)
}

/// Forgets ticks and events that nobody asks for any more.
pub(crate) struct Prune {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait::async_trait]
impl Job for Prune {
    fn name(&self) -> &'static str {
        "app.prune"
    }
    fn cron(&self) -> &'static str {
        "0 17 2 * * *"
    }
    async fn run(&self) -> Result<(), Box<dyn kernel::Fault>> {
        let before = self.clock.now() - TimeDelta::days(30);
        prune(&self.db, before)
            .await
            .map_err(|it| Box::new(it) as Box<dyn kernel::Fault>)
    }
}

async fn prune(db: &Db, before: chrono::DateTime<chrono::Utc>) -> Result<(), db::Error> {
    let mut tx = db.begin_worker().await?;
    let ticks = db::tick::prune(&mut tx, before).await?;
    let events = db::outbox::prune(&mut tx, before).await?;
    tx.commit().await?;
    tracing::info!(ticks, events, "old ticks and events forgotten");
    Ok(())
}

/// Seals the logs; tells the heads of the chains to the log of the node and
/// to the file of `seal_anchor`, so that a cut end is seen.
pub(crate) struct Seal {
    pub(crate) db: Db,
    /// The file of the key.
    pub(crate) key: std::path::PathBuf,
    pub(crate) anchor: Option<std::path::PathBuf>,
}

#[async_trait::async_trait]
impl Job for Seal {
    fn name(&self) -> &'static str {
        "app.seal"
    }
    fn cron(&self) -> &'static str {
        "20 * * * * *"
    }
    async fn run(&self) -> Result<(), Box<dyn kernel::Fault>> {
        let key = db::seal::Key::kept_in(&self.key)
            .map_err(|it| Box::new(it) as Box<dyn kernel::Fault>)?;
        let sealed = db::seal::seal(&self.db, &key)
            .await
            .map_err(|it| Box::new(it) as Box<dyn kernel::Fault>)?;
        metrics::counter!("zvonok_sealed_rows_total").increment(sealed.rows as u64);
        if sealed.waiting {
            tracing::warn!("a transaction does not end: its log is sealed later");
        }
        let lines: Vec<String> = sealed.heads.iter().map(ToString::to_string).collect();
        for line in &lines {
            tracing::info!(target: "zvonok::seal", head = %line, "sealed");
        }
        if let Some(file) = &self.anchor
            && let Err(error) = append(file, &lines)
        {
            metrics::counter!("zvonok_seal_anchor_failures_total").increment(1);
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the heads of the seals were not kept outside"
            );
        }
        Ok(())
    }
}

fn append(file: &std::path::Path, lines: &[String]) -> std::io::Result<()> {
    use std::io::Write;
    if lines.is_empty() {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    file.sync_data()
}

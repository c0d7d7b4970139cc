//! The worker of a node: takes runs, carries them out, keeps their leases.

use std::{sync::Arc, time::Duration};

use db::{
    Request,
    jobrun::{self, Run, RunId},
};
use kernel::{Actor, Fault, Kind, OrgId};
use tokio::{
    task::{AbortHandle, JoinHandle},
    time::Instant,
};

use crate::{
    Duty, Ended, Error, Finished, Jobs, Refusal, Work,
    duty::LEASE,
    jobs::{AT_ONCE, Closing},
};

/// How often a worker tells that it lives, and looks whether it shall stop.
const BEAT: Duration = Duration::from_secs(3);
/// How often a node looks for runs that others left behind.
const LOOK: Duration = Duration::from_secs(5);
/// A run that was begun so often ends its node each time, or nearly.
const ATTEMPTS: i32 = 5;
/// How long undone work may take to be undone.
const HAND_BACK: Duration = Duration::from_secs(5);

/// A run that is not begun or given up for a reason of this crate.
#[derive(Debug, thiserror::Error)]
enum GivenUp {
    #[error("whoever started the job is no member any more")]
    NoRights,
    #[error("the job was begun too often")]
    TooOften,
    #[error("the job panicked")]
    Panicked,
}

impl Fault for GivenUp {
    fn kind(&self) -> Kind {
        match self {
            Self::NoRights => Kind::Forbidden,
            Self::TooOften | Self::Panicked => Kind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoRights => "work.no-rights",
            Self::TooOften => "work.too-often",
            Self::Panicked => "bug",
        }
    }
}

/// Aborts the task of a worker that is dropped.
struct Leash(AbortHandle);

impl Drop for Leash {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Jobs {
    /// Takes up what nobody has, until the node closes.
    pub async fn tend(&self) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                _ = look.tick() => {}
                () = self.reached(Closing::Draining) => return,
            }
            if let Err(error) = self.run_waiting().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no look at the waiting jobs"
                );
            }
        }
    }

    /// Carries out, one after the other, all runs that wait or whose worker
    /// is gone. How many.
    pub async fn run_waiting(&self) -> Result<usize, Error> {
        let kinds: Vec<&str> = self.works.keys().copied().collect();
        for count in 0.. {
            let Some(_room) = self.room().await else {
                return Ok(count);
            };
            let mut tx = self.db.begin_worker().await?;
            let run = jobrun::claim(&mut tx, &kinds, LEASE).await?;
            tx.commit().await?;
            let Some(run) = run else {
                return Ok(count);
            };
            self.carry_out(run).await;
        }
        Ok(0)
    }

    /// Takes nothing new, waits for what runs here, and after `patience`
    /// hands it back to the other nodes.
    pub async fn close(&self, patience: Duration) {
        self.closing.send_replace(Closing::Draining);
        if tokio::time::timeout(patience, self.room.acquire_many(AT_ONCE))
            .await
            .is_ok()
        {
            return;
        }
        self.closing.send_replace(Closing::Now);
        if tokio::time::timeout(HAND_BACK, self.room.acquire_many(AT_ONCE))
            .await
            .is_err()
        {
            tracing::warn!(
                "some jobs could not be handed back; others take them when their lease is over"
            );
        }
    }

    /// Waits until nothing runs on this node.
    pub async fn idle(&self) {
        // An error would mean a closed semaphore, and nobody closes it.
        let _ = self.room.acquire_many(AT_ONCE).await;
    }

    /// Carries out that very run, unless somebody else has it.
    pub(crate) async fn carry_out_one(&self, org: OrgId, id: RunId) -> Option<Ended> {
        let _room = self.room().await?;
        match self.claim_one(org, id).await {
            Ok(run) => self.carry_out(run?).await,
            Err(error) => {
                tracing::error!(run.id = %id, error = &error as &dyn std::error::Error, "the job waits");
                None
            }
        }
    }

    async fn claim_one(&self, org: OrgId, id: RunId) -> Result<Option<Run>, db::Error> {
        let mut tx = self.db.begin_worker().await?;
        let run = jobrun::claim_one(&mut tx, org, id, LEASE).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Waits until this node is that far with its end.
    async fn reached(&self, stage: Closing) {
        let mut closing = self.closing.subscribe();
        // An error would mean that the sender is gone, and we hold it.
        let _ = closing.wait_for(|it| *it >= stage).await;
    }

    /// A place to work at; none on a node that closes.
    async fn room(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        tokio::select! {
            biased;
            () = self.reached(Closing::Draining) => None,
            room = self.room.acquire() => room.ok(),
        }
    }

    /// Carries out a run that this node has claimed; `None` where the run is
    /// left to another.
    async fn carry_out(&self, run: Run) -> Option<Ended> {
        let id = run.id;
        let ended = match self.prepared(&run).await {
            Ok((work, actor)) => self.work(&run, work, actor).await?,
            Err(refusal) => Err(refusal),
        };
        match ended {
            Ok(Finished(done)) => {
                tracing::info!(run.id = %id, kind = run.kind, "the job is done");
                Some(Ended::Done(done))
            }
            Err(refusal) => self.refused(&run, refusal).await,
        }
    }

    /// Who does what.
    async fn prepared(&self, run: &Run) -> Result<(Arc<dyn Work>, Actor), Refusal> {
        if run.attempt > ATTEMPTS {
            return Err(GivenUp::TooOften.into());
        }
        let work = self.works.get(run.kind.as_str()).cloned();
        let work = work.ok_or_else(|| Error::UnknownKind(run.kind.clone()))?;
        let account = run.started_by.ok_or(GivenUp::NoRights)?;
        let actor = self.actors.now(run.org, account).await;
        let actor = actor.map_err(|fault| Refusal { fault, said: None })?;
        Ok((work, actor.ok_or(GivenUp::NoRights)?))
    }

    /// The work in a task of its own, which ends when the run is lost or the
    /// node closes; `None` then.
    async fn work(
        &self,
        run: &Run,
        work: Arc<dyn Work>,
        actor: Actor,
    ) -> Option<Result<Finished, Refusal>> {
        let duty = Duty::new(self.db.clone(), run.clone());
        let request = Request::new(&format!("job-{}", run.id), None);
        let task = async move { work.run(&actor, &duty).await };
        let mut task = tokio::spawn(request.scope(task));
        let _leash = Leash(task.abort_handle());
        let mut beat = tokio::time::interval_at(Instant::now() + BEAT, BEAT);
        loop {
            tokio::select! {
                ended = &mut task => {
                    return Some(ended.unwrap_or_else(|_| Err(GivenUp::Panicked.into())));
                }
                _ = beat.tick() => {
                    if self.is_lost(run).await {
                        return stop(task).await;
                    }
                }
                () = self.reached(Closing::Now) => {
                    let ended = stop(task).await;
                    if ended.is_none() {
                        self.hand_back(run).await;
                    }
                    return ended;
                }
            }
        }
    }

    /// Whether the run was cancelled or taken over; a database that does not
    /// answer says nothing.
    async fn is_lost(&self, run: &Run) -> bool {
        let beat = async {
            let mut tx = self.db.begin_worker().await?;
            let ours = jobrun::beat(&mut tx, run, LEASE).await?;
            tx.commit().await?;
            Ok::<bool, db::Error>(ours)
        };
        matches!(beat.await, Ok(false))
    }

    async fn hand_back(&self, run: &Run) {
        let back = async {
            let mut tx = self.db.begin_worker().await?;
            jobrun::hand_back(&mut tx, run).await?;
            tx.commit().await
        };
        if let Err(error) = back.await {
            tracing::warn!(run.id = %run.id, error = &error as &dyn std::error::Error, "not handed back");
        }
    }

    /// Writes down why the run failed. What may pass by itself is left to the
    /// next attempt, when the lease is over.
    async fn refused(&self, run: &Run, refusal: Refusal) -> Option<Ended> {
        let kind = refusal.fault.kind();
        if matches!(kind, Kind::Unavailable | Kind::Bug) {
            let error: &(dyn std::error::Error + 'static) = &*refusal.fault;
            tracing::error!(run.id = %run.id, kind = run.kind, error, "a job failed");
        }
        if kind == Kind::Unavailable {
            return None;
        }
        let write = async {
            let mut tx = self.db.begin_worker().await?;
            let (code, said) = (refusal.fault.code(), refusal.said.as_deref());
            let ours = jobrun::fail(&mut tx, run, code, said).await?;
            tx.commit().await?;
            Ok::<bool, db::Error>(ours)
        };
        match write.await {
            Ok(true) => Some(Ended::Refused(refusal)),
            // Cancelled or taken over, or tried again when the lease is over.
            Ok(false) | Err(_) => None,
        }
    }
}

/// Ends the task and waits until it is gone, so that its transaction is too;
/// how it ended, if it was faster.
async fn stop(task: JoinHandle<Result<Finished, Refusal>>) -> Option<Result<Finished, Refusal>> {
    task.abort();
    task.await.ok()
}

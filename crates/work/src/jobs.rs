use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::response::{IntoResponse, Response};
use db::{
    Db,
    jobrun::{self, NewRun, Run, RunId},
};
use kernel::{AccountId, Actor, Right};
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use web::{Flash, Go, Member};

use crate::{Actors, Done, Error, Refusal, Work};

/// So many runs a node carries out at once; each holds a connection.
pub(crate) const AT_ONCE: u32 = 2;
/// So long a page waits for the end before it shows the progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many runs the list shows.
const SHOWN: i64 = 500;

/// The queue of long work and the worker of this node. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) db: Db,
    pub(crate) actors: Arc<dyn Actors>,
    pub(crate) works: Arc<BTreeMap<&'static str, Arc<dyn Work>>>,
    pub(crate) room: Arc<Semaphore>,
    pub(crate) closing: Arc<watch::Sender<Closing>>,
    patience: Duration,
}

/// How far this node is with its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closing {
    Open,
    /// Takes nothing new, ends what it has.
    Draining,
    /// Hands back what it has.
    Now,
}

/// Work to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewJob<'a> {
    /// [`Work::kind`].
    pub kind: &'a str,
    /// What tells it from others of the kind, such as the name of a file.
    pub title: &'a str,
    /// How whoever starts it is called: «Иванова О. П.».
    pub by: &'a str,
    pub params: &'a Value,
}

/// A job that was queued.
#[derive(Debug)]
pub struct Started {
    pub run: RunId,
    /// How it ended, if it did while the page waited.
    pub ended: Option<Ended>,
}

impl Started {
    /// On to the result, or to the page of the progress where it lasts.
    ///
    /// # Errors
    /// Why it was refused while the page waited: the form can tell it itself.
    pub fn answer(self, member: &Member) -> Result<Response, Refusal> {
        let go = match self.ended {
            None => Go::to(member.path(&format!("/jobs/{}", self.run))),
            Some(Ended::Refused(refusal)) => return Err(refusal),
            Some(Ended::Done(done)) => {
                let flash = done
                    .args
                    .iter()
                    .fold(Flash::done(&done.code), |it, (name, value)| {
                        it.with(name, value)
                    });
                Go::to(member.path(&done.path)).say(&flash)
            }
        };
        Ok(go.into_response())
    }
}

/// How a job ended.
#[derive(Debug)]
pub enum Ended {
    Done(Done),
    Refused(Refusal),
}

impl Jobs {
    /// Knows these kinds of work; runs of others are left to nodes that do.
    pub fn new(db: Db, actors: Arc<dyn Actors>, works: Vec<Arc<dyn Work>>) -> Self {
        Self {
            db,
            actors,
            works: Arc::new(works.into_iter().map(|it| (it.kind(), it)).collect()),
            room: Arc::new(Semaphore::new(AT_ONCE as usize)),
            closing: Arc::new(watch::Sender::new(Closing::Open)),
            patience: PATIENCE,
        }
    }

    /// How long [`Jobs::start`] waits for the end of what it queued.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Queues work in the actor's name, begins it on this node if there is
    /// room, and waits a moment for its end. The caller has checked that the
    /// actor may; the work checks it again.
    ///
    /// # Errors
    /// [`Error::UnknownKind`].
    #[tracing::instrument(name = "work.start", skip_all, fields(kind = new.kind))]
    pub async fn start(&self, actor: &Actor, new: NewJob<'_>) -> Result<Started, Error> {
        if !self.works.contains_key(new.kind) {
            return Err(Error::UnknownKind(new.kind.to_owned()));
        }
        let mut tx = self.db.begin(actor).await?;
        let row = NewRun {
            kind: new.kind,
            title: new.title,
            by: new.by,
            params: new.params,
        };
        let run = jobrun::start(&mut tx, row).await?;
        tx.commit().await?;
        let (jobs, org) = (self.clone(), actor.org);
        // A task of its own: it goes on when the page stops waiting.
        let carried = tokio::spawn(async move { jobs.carry_out_one(org, run).await });
        let ended = tokio::time::timeout(self.patience, carried).await;
        let ended = ended.ok().and_then(Result::ok).flatten();
        Ok(Started { run, ended })
    }

    /// The newest runs that the actor may see: the own ones, or all by
    /// [`Right::JobView`].
    pub async fn runs(&self, actor: &Actor) -> Result<Vec<Run>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let runs = jobrun::list(&mut tx, whose(actor), SHOWN).await?;
        tx.commit().await?;
        Ok(runs)
    }

    /// One run that the actor may see.
    ///
    /// # Errors
    /// [`Error::NoSuchRun`], also for one that is not the actor's to see.
    pub async fn run(&self, actor: &Actor, id: RunId) -> Result<Run, Error> {
        let mut tx = self.db.begin(actor).await?;
        let run = jobrun::get(&mut tx, id).await?;
        tx.commit().await?;
        let seen = |it: &Run| whose(actor).is_none_or(|own| it.started_by == Some(own));
        run.filter(seen).ok_or(Error::NoSuchRun)
    }

    /// Whether the actor may cancel the run: the starter, and whoever looks
    /// after the organisation ([`Right::OrgEdit`]).
    pub fn may_cancel(&self, actor: &Actor, run: &Run) -> bool {
        !run.state.is_over()
            && (run.started_by == Some(actor.account) || actor.may_in_org(Right::OrgEdit).is_ok())
    }

    /// Cancels a run that is not over: what its worker did is undone.
    ///
    /// # Errors
    /// [`Error::NoSuchRun`], [`Error::NotOwn`], [`Error::Over`].
    #[tracing::instrument(name = "work.cancel", skip_all, fields(run.id = %id))]
    pub async fn cancel(&self, actor: &Actor, id: RunId) -> Result<Run, Error> {
        let run = self.run(actor, id).await?;
        if run.state.is_over() {
            return Err(Error::Over);
        }
        if !self.may_cancel(actor, &run) {
            return Err(Error::NotOwn);
        }
        let mut tx = self.db.begin(actor).await?;
        if !jobrun::cancel(&mut tx, id).await? {
            return Err(Error::Over);
        }
        let object = format!("kernel.job_run:{id}");
        let details = serde_json::json!({ "kind": run.kind });
        db::audit::record(&mut tx, "work.cancelled", &object, &details).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// The page that the run was started from.
    pub(crate) fn place(&self, run: &Run) -> Option<String> {
        let work = self.works.get(run.kind.as_str())?;
        Some(work.place(&run.params))
    }
}

/// Whose runs the actor sees; all for `None`.
fn whose(actor: &Actor) -> Option<AccountId> {
    let all = actor.may_in_org(Right::JobView).is_ok();
    (!all).then_some(actor.account)
}

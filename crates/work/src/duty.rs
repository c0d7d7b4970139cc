use chrono::Duration;
use db::{
    Db, Tx,
    jobrun::{self, Progress, Run},
};
use serde::de::DeserializeOwned;

use crate::{Done, Error};

/// For so long a worker may be silent before another takes the run over.
pub(crate) const LEASE: Duration = Duration::seconds(30);

/// One run in the hands of one worker.
#[derive(Clone)]
pub struct Duty {
    db: Db,
    run: Run,
}

/// The proof that the work and the end of its run were committed together.
#[derive(Debug)]
pub struct Finished(pub(crate) Done);

impl Duty {
    pub(crate) const fn new(db: Db, run: Run) -> Self {
        Self { db, run }
    }

    /// What the run was queued with.
    ///
    /// # Errors
    /// [`Error::Json`] where it is something else.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_value(self.run.params.clone())?)
    }

    /// Tells how far the work is; seen at once, whatever the work's own
    /// transaction does.
    ///
    /// # Errors
    /// [`Error::Lost`]: stop, the run was cancelled or taken over.
    pub async fn tell(&self, done: usize, total: usize) -> Result<(), Error> {
        let number = |it: usize| i32::try_from(it).unwrap_or(i32::MAX);
        let progress = Progress {
            done: number(done),
            total: Some(number(total)),
            note: None,
        };
        let mut tx = self.db.begin_worker().await?;
        let ours = jobrun::progress(&mut tx, &self.run, progress, LEASE).await?;
        tx.commit().await?;
        if ours { Ok(()) } else { Err(Error::Lost) }
    }

    /// Ends the run in the transaction of the work and commits both.
    ///
    /// # Errors
    /// [`Error::Lost`] where the run was cancelled or taken over meanwhile:
    /// the work is undone.
    pub async fn finish(&self, mut tx: Tx, done: Done) -> Result<Finished, Error> {
        let result = serde_json::to_value(&done)?;
        if !jobrun::finish(&mut tx, &self.run, &result).await? {
            tx.rollback().await?;
            return Err(Error::Lost);
        }
        tx.commit().await?;
        Ok(Finished(done))
    }
}

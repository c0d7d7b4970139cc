//! Which node runs a job this time: the tick row is the guard, whatever
//! clocks the nodes have.

use chrono::{DateTime, Utc};

use crate::{Error, Tx};

/// Claims one tick of one job for this node; false where another has it.
/// Runs in a transaction of [`crate::Db::begin_worker`]; the claim holds
/// once that is committed.
pub async fn claim(tx: &mut Tx, job: &str, tick: DateTime<Utc>) -> Result<bool, Error> {
    let done = sqlx::query!(
        "insert into kernel.job_tick (job, tick) values ($1, $2) on conflict do nothing",
        job,
        tick,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The last tick that any node took of the job: after downtime a job that
/// missed its time runs once.
pub async fn last(tx: &mut Tx, job: &str) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(
        sqlx::query_scalar!("select max(tick) from kernel.job_tick where job = $1", job)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Forgets ticks older than `before`, but never the last of a job.
pub async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, Error> {
    let done = sqlx::query!(
        "delete from kernel.job_tick t
         where t.tick < $1
           and exists (select from kernel.job_tick later
                       where later.job = t.job and later.tick > t.tick)",
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

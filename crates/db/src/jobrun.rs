//! Long work that somebody started and waits for: an import, a report for
//! all classes, the transition to the next year.
//!
//! The page starts a run in its own transaction; a worker claims it with a
//! lease, tells how far it is, and ends it. A worker that died loses the
//! lease, another begins anew, and what the dead one still says is ignored.

use chrono::{DateTime, Duration, Utc};
use kernel::{AccountId, OrgId};
use serde_json::Value;

use crate::{Error, Tx};

kernel::id!(/// One run of long work.
    RunId);

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl State {
    /// Whether nothing more will happen to the run.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    fn from_code(code: &str) -> Result<Self, Error> {
        Ok(match code {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            _ => return Err(Error::corrupt("kernel.job_run", "state")),
        })
    }
}

/// A run as its page shows it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Run {
    pub org: OrgId,
    pub id: RunId,
    /// Domain and work: `people.import-pupils`. The page's words hang on it.
    pub kind: String,
    pub state: State,
    pub done: i32,
    pub total: Option<i32>,
    /// What the person named it by, such as the name of the imported file.
    pub title: String,
    pub params: Value,
    pub result: Option<Value>,
    /// One line per note of the worker.
    pub log: String,
    pub started_by: Option<AccountId>,
    /// «Иванова О. П.»
    pub by_name: String,
    pub attempt: i32,
    pub heartbeat_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

struct Row {
    org_id: i64,
    run_id: i64,
    kind: String,
    state: String,
    done: i32,
    total: Option<i32>,
    title: String,
    params: Value,
    result: Option<Value>,
    log: String,
    started_by: Option<i64>,
    by_name: String,
    attempt: i32,
    heartbeat_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Run {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            org: row.org_id.into(),
            id: row.run_id.into(),
            state: State::from_code(&row.state)?,
            kind: row.kind,
            done: row.done,
            total: row.total,
            title: row.title,
            params: row.params,
            result: row.result,
            log: row.log,
            started_by: row.started_by.map(Into::into),
            by_name: row.by_name,
            attempt: row.attempt,
            heartbeat_at: row.heartbeat_at,
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct NewRun<'a> {
    /// Domain and work: `schedule.publish`.
    pub kind: &'a str,
    /// What tells it from others of the kind, such as the name of a file.
    pub title: &'a str,
    /// How whoever starts it is called: «Иванова О. П.».
    pub by: &'a str,
    pub params: &'a Value,
}

/// Queues a run in the organisation of the transaction, in the actor's name.
pub async fn start(tx: &mut Tx, new: NewRun<'_>) -> Result<RunId, Error> {
    let id = sqlx::query_scalar!(
        "insert into kernel.job_run (org_id, kind, title, params, started_by, by_name)
         values (kernel.org(), $1, $2, $3, kernel.account(), $4) returning run_id",
        new.kind,
        new.title,
        new.params,
        new.by,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// The run, if the organisation of the transaction has it.
pub async fn get(tx: &mut Tx, id: RunId) -> Result<Option<Run>, Error> {
    sqlx::query_as!(
        Row,
        "select org_id, run_id, kind, state, done, total, title, params, result, log, started_by,
                by_name, attempt, heartbeat_at, created_at, finished_at
         from kernel.job_run where org_id = kernel.org() and run_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The newest runs of the organisation, of all or of one account, newest first.
pub async fn list(tx: &mut Tx, by: Option<AccountId>, limit: i64) -> Result<Vec<Run>, Error> {
    sqlx::query_as!(
        Row,
        "select org_id, run_id, kind, state, done, total, title, params, result, log, started_by,
                by_name, attempt, heartbeat_at, created_at, finished_at
         from kernel.job_run where org_id = kernel.org() and ($1::bigint is null or started_by = $1)
         order by run_id desc limit $2",
        by.map(AccountId::get),
        limit,
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Asks for the end of a run that is not over; false where it is. A worker
/// learns of it from its next [`progress`].
pub async fn cancel(tx: &mut Tx, id: RunId) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.job_run set state = 'cancelled', finished_at = kernel.now()
         where org_id = kernel.org() and run_id = $1 and state in ('queued', 'running')",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the oldest waiting run of these kinds, or one whose worker has not
/// been heard of for its lease. Runs in a worker's transaction; commit before
/// the work.
pub async fn claim(tx: &mut Tx, kinds: &[&str], lease: Duration) -> Result<Option<Run>, Error> {
    let until = tx.now() + lease;
    let kinds: Vec<String> = kinds.iter().map(|&it| it.to_owned()).collect();
    sqlx::query_as!(
        Row,
        // Materialized: in a nested loop the limit would begin anew for each
        // row, and runs be taken that nobody works on.
        "with next as materialized (
               select org_id, run_id from kernel.job_run
               where kind = any($1)
                 and (state = 'queued' or (state = 'running' and lease_until < kernel.now()))
               order by created_at, run_id limit 1
               for update skip locked)
         update kernel.job_run r
         set state = 'running', attempt = r.attempt + 1, lease_until = $2,
             heartbeat_at = kernel.now(), done = 0, log = ''
         from next
         where r.org_id = next.org_id and r.run_id = next.run_id
         returning r.org_id, r.run_id, r.kind, r.state, r.done, r.total, r.title, r.params,
                   r.result, r.log, r.started_by, r.by_name, r.attempt, r.heartbeat_at,
                   r.created_at, r.finished_at",
        &kinds,
        until,
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Takes that very run, if it waits or its worker was not heard of for its
/// lease; `None` where somebody else has it. Otherwise like [`claim`].
pub async fn claim_one(
    tx: &mut Tx,
    org: OrgId,
    id: RunId,
    lease: Duration,
) -> Result<Option<Run>, Error> {
    let until = tx.now() + lease;
    sqlx::query_as!(
        Row,
        "update kernel.job_run r
         set state = 'running', attempt = r.attempt + 1, lease_until = $3,
             heartbeat_at = kernel.now(), done = 0, log = ''
         where org_id = $1 and run_id = $2
           and (state = 'queued' or (state = 'running' and lease_until < kernel.now()))
         returning r.org_id, r.run_id, r.kind, r.state, r.done, r.total, r.title, r.params,
                   r.result, r.log, r.started_by, r.by_name, r.attempt, r.heartbeat_at,
                   r.created_at, r.finished_at",
        org.get(),
        id.get(),
        until,
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Keeps the lease for another `lease` without news; false where the run was
/// cancelled or taken over, and the worker must stop.
pub async fn beat(tx: &mut Tx, run: &Run, lease: Duration) -> Result<bool, Error> {
    let until = tx.now() + lease;
    let done = sqlx::query!(
        "update kernel.job_run set heartbeat_at = kernel.now(), lease_until = $4
         where org_id = $1 and run_id = $2 and attempt = $3 and state = 'running'",
        run.org.get(),
        run.id.get(),
        run.attempt,
        until,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a run back that this node must leave, so that another takes it at
/// once; false where it was over or taken over.
pub async fn hand_back(tx: &mut Tx, run: &Run) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.job_run set state = 'queued', lease_until = null
         where org_id = $1 and run_id = $2 and attempt = $3 and state = 'running'",
        run.org.get(),
        run.id.get(),
        run.attempt,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Where the work stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress<'a> {
    pub done: i32,
    pub total: Option<i32>,
    /// A line for the log, without personal data.
    pub note: Option<&'a str>,
}

/// Tells how far the work is and keeps the lease for another `lease`; false
/// where the run was cancelled or taken over, and the worker must stop.
pub async fn progress(
    tx: &mut Tx,
    run: &Run,
    progress: Progress<'_>,
    lease: Duration,
) -> Result<bool, Error> {
    let until = tx.now() + lease;
    let done = sqlx::query!(
        "update kernel.job_run
         set done = $4, total = coalesce($5, total), log = log || coalesce($6 || E'\\n', ''),
             heartbeat_at = kernel.now(), lease_until = $7
         where org_id = $1 and run_id = $2 and attempt = $3 and state = 'running'",
        run.org.get(),
        run.id.get(),
        run.attempt,
        progress.done,
        progress.total,
        progress.note,
        until,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The work is done; false where the run was cancelled or taken over. In the
/// transaction of the work itself, that false must undo the work.
pub async fn finish(tx: &mut Tx, run: &Run, result: &Value) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.job_run
         set state = 'done', result = $4, done = coalesce(total, done),
             finished_at = kernel.now(), lease_until = null
         where org_id = $1 and run_id = $2 and attempt = $3 and state = 'running'",
        run.org.get(),
        run.id.get(),
        run.attempt,
        result,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The work failed for good; `reason` is a code whose words the page has,
/// `said` the words where the code alone says too little.
pub async fn fail(tx: &mut Tx, run: &Run, reason: &str, said: Option<&str>) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.job_run
         set state = 'failed', result = jsonb_build_object('reason', $4::text, 'said', $5::text),
             finished_at = kernel.now(), lease_until = null
         where org_id = $1 and run_id = $2 and attempt = $3 and state = 'running'",
        run.org.get(),
        run.id.get(),
        run.attempt,
        reason,
        said,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

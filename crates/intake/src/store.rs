//! All SQL of schema `intake`.

use chrono::{DateTime, Utc};
use db::Tx;
use serde_json::Value;
use web::import::Counters;

use crate::run::{Run, RunId, RunState};

struct Row {
    run_id: i64,
    kind: String,
    state: String,
    file_name: String,
    creates: i32,
    updates: i32,
    skips: i32,
    errors: i32,
    started_name: String,
    created_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
    reverted_at: Option<DateTime<Utc>>,
    version: i32,
}

impl TryFrom<Row> for Run {
    type Error = db::Error;

    fn try_from(it: Row) -> Result<Self, db::Error> {
        let count = |it: i32| usize::try_from(it).unwrap_or_default();
        Ok(Self {
            id: it.run_id.into(),
            kind: it.kind,
            state: RunState::from_code(&it.state)
                .ok_or(db::Error::corrupt("intake.run", "state"))?,
            file_name: it.file_name,
            counters: Counters {
                create: count(it.creates),
                update: count(it.updates),
                skip: count(it.skips),
                errors: count(it.errors),
            },
            started_by: it.started_name,
            created_at: it.created_at,
            committed_at: it.committed_at,
            reverted_at: it.reverted_at,
            version: it.version,
        })
    }
}

/// A count as a column; the kit takes no file with so many rows.
fn count(it: usize) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

/// A run to be kept.
pub(crate) struct NewRun<'a> {
    pub(crate) kind: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) counters: Counters,
    pub(crate) by: &'a str,
}

/// Keeps a run with its file.
pub(crate) async fn start(tx: &mut Tx, new: &NewRun<'_>, bytes: &[u8]) -> Result<RunId, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into intake.run
             (org_id, kind, file_name, creates, updates, skips, errors, started_by, started_name)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, kernel.account(), $7) returning run_id",
        new.kind,
        new.file_name,
        count(new.counters.create),
        count(new.counters.update),
        count(new.counters.skip),
        count(new.counters.errors),
        new.by,
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "insert into intake.upload (org_id, run_id, bytes) values (kernel.org(), $1, $2)",
        id,
        bytes,
    )
    .execute(tx.conn())
    .await?;
    Ok(id.into())
}

pub(crate) async fn run(tx: &mut Tx, id: RunId) -> Result<Option<Run>, db::Error> {
    sqlx::query_as!(
        Row,
        "select run_id, kind, state, file_name, creates, updates, skips, errors, started_name,
                created_at, committed_at, reverted_at, version
         from intake.run where run_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The run, locked until the end of the transaction, and what its revert needs.
pub(crate) async fn locked(
    tx: &mut Tx,
    id: RunId,
) -> Result<Option<(Run, Option<Value>)>, db::Error> {
    let row = sqlx::query!(
        "select undo from intake.run where run_id = $1 for update",
        id.get()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(run(tx, id).await?.map(|it| (it, row.undo)))
}

/// The newest runs of these kinds, newest first.
pub(crate) async fn latest(
    tx: &mut Tx,
    kinds: &[String],
    limit: i64,
) -> Result<Vec<Run>, db::Error> {
    sqlx::query_as!(
        Row,
        "select run_id, kind, state, file_name, creates, updates, skips, errors, started_name,
                created_at, committed_at, reverted_at, version
         from intake.run where kind = any($1) order by run_id desc limit $2",
        kinds,
        limit,
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// The file of a run, while it is kept.
pub(crate) async fn file(tx: &mut Tx, id: RunId) -> Result<Option<Vec<u8>>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select bytes from intake.upload where run_id = $1",
        id.get()
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Forgets the file of a run.
pub(crate) async fn drop_file(tx: &mut Tx, id: RunId) -> Result<(), db::Error> {
    sqlx::query!("delete from intake.upload where run_id = $1", id.get())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Only one list at a time is written into an organisation: what was checked
/// is what is there.
pub(crate) async fn lock_org(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('intake.run', kernel.org()))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(crate) async fn committed(
    tx: &mut Tx,
    id: RunId,
    counters: Counters,
    undo: &Value,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update intake.run
         set state = 'committed', committed_by = kernel.account(), committed_at = kernel.now(),
             creates = $2, updates = $3, skips = $4, errors = $5, undo = $6, version = version + 1
         where run_id = $1",
        id.get(),
        count(counters.create),
        count(counters.update),
        count(counters.skip),
        count(counters.errors),
        undo,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn reverted(tx: &mut Tx, id: RunId) -> Result<(), db::Error> {
    sqlx::query!(
        "update intake.run
         set state = 'reverted', reverted_at = kernel.now(), undo = null, version = version + 1
         where run_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn abandoned(tx: &mut Tx, id: RunId) -> Result<(), db::Error> {
    sqlx::query!(
        "update intake.run set state = 'abandoned', version = version + 1 where run_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets files and undo data from before that moment, in all organisations.
pub(crate) async fn sweep(tx: &mut Tx, before: DateTime<Utc>) -> Result<(), db::Error> {
    sqlx::query!("delete from intake.upload where created_at < $1", before)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "update intake.run set undo = null where undo is not null and committed_at < $1",
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

//! What happened and concerns somebody else.
//!
//! An event is written in the transaction in which it happened and delivered
//! at least once: a worker takes a lease, does the work in transactions of
//! its own, and says that it is done. One that dies half-way loses the lease
//! and another repeats, so handlers must be idempotent.

use chrono::{DateTime, Duration, Utc};
use kernel::OrgId;
use serde_json::Value;

use crate::{Error, Tx};

kernel::id!(/// One event in the outbox.
    EventId);

/// An event that a worker holds until its lease ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub org: OrgId,
    pub id: EventId,
    /// Domain and past participle: `people.pupil-left`.
    pub kind: String,
    pub key: String,
    pub payload: Value,
    pub created_at: DateTime<Utc>,
    /// Which delivery this is, from 1.
    pub attempt: i32,
}

/// Says that something happened in the organisation of the transaction.
///
/// `key` names the happening within its kind: said twice, it is one event;
/// false then. Outside of an organisation it fails with [`Error::Query`].
pub async fn emit(tx: &mut Tx, kind: &str, key: &str, payload: &Value) -> Result<bool, Error> {
    let done = sqlx::query!(
        "insert into kernel.outbox (org_id, kind, key, payload)
         values (kernel.org(), $1, $2, $3) on conflict (org_id, kind, key) do nothing",
        kind,
        key,
        payload,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes up to `limit` due events of these kinds from a worker's transaction.
/// Others do not get them until the lease is over; commit before the work.
pub async fn claim(
    tx: &mut Tx,
    kinds: &[&str],
    limit: i64,
    lease: Duration,
) -> Result<Vec<Event>, Error> {
    let until = tx.now() + lease;
    let kinds: Vec<String> = kinds.iter().map(|&it| it.to_owned()).collect();
    let rows = sqlx::query!(
        // Materialized: in a nested loop the limit would begin anew for each
        // row, and take events without end.
        "with due as materialized (
               select org_id, event_id from kernel.outbox
               where done_at is null and next_at <= kernel.now() and kind = any($1)
               order by next_at, event_id limit $2
               for update skip locked)
         update kernel.outbox o set attempts = o.attempts + 1, next_at = $3
         from due
         where o.org_id = due.org_id and o.event_id = due.event_id
         returning o.org_id, o.event_id, o.kind, o.key, o.payload, o.created_at, o.attempts",
        &kinds,
        limit,
        until,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut events: Vec<Event> = rows
        .into_iter()
        .map(|it| Event {
            org: it.org_id.into(),
            id: it.event_id.into(),
            kind: it.kind,
            key: it.key,
            payload: it.payload,
            created_at: it.created_at,
            attempt: it.attempts,
        })
        .collect();
    events.sort_by_key(|it| it.id);
    Ok(events)
}

/// The work is done; false where the lease was lost and somebody else holds
/// the event now.
pub async fn done(tx: &mut Tx, event: &Event) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.outbox set done_at = kernel.now(), error = null
         where org_id = $1 and event_id = $2 and attempts = $3 and done_at is null",
        event.org.get(),
        event.id.get(),
        event.attempt,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The work failed and may be tried again from `retry_at`.
pub async fn failed(
    tx: &mut Tx,
    event: &Event,
    error: &str,
    retry_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update kernel.outbox set next_at = $4, error = $5
         where org_id = $1 and event_id = $2 and attempts = $3 and done_at is null",
        event.org.get(),
        event.id.get(),
        event.attempt,
        retry_at,
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many events wait, and since when the oldest: for the metrics.
pub async fn waiting(tx: &mut Tx) -> Result<(i64, Option<DateTime<Utc>>), Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", min(created_at) as oldest
           from kernel.outbox where done_at is null"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.count, row.oldest))
}

/// Forgets events done before that moment.
pub async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, Error> {
    let done = sqlx::query!("delete from kernel.outbox where done_at < $1", before)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}

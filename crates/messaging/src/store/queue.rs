//! The queue as senders see it: beside all organisations.
//!
//! Leases and pauses are by the clock of the database, which all nodes share:
//! a node whose clock is wrong takes no letter from another.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Error, Tx};
use sqlx::postgres::types::PgInterval;

use crate::letter::Letter;

/// Takes letters that are due and that nobody has; commit before sending.
pub(crate) async fn take(tx: &mut Tx, limit: i64, lease: Duration) -> Result<Vec<Letter>, Error> {
    let rows = sqlx::query!(
        // Materialized: in a nested loop the limit would begin anew for each row.
        "with due as materialized (
               select org_id, letter_id from messaging.letter
               where state in ('waiting', 'sending') and next_at <= kernel.now()
                 and (held_until is null or held_until <= clock_timestamp())
               order by next_at, letter_id limit $1
               for update skip locked)
         update messaging.letter l
         set state = 'sending', attempts = l.attempts + 1,
             doubtful = l.doubtful + case when l.state = 'sending' then 1 else 0 end,
             held_until = clock_timestamp() + $2::interval,
             first_tried_at = coalesce(l.first_tried_at, clock_timestamp())
         from due
         where l.org_id = due.org_id and l.letter_id = due.letter_id
         returning l.org_id, l.letter_id, l.address, l.to_name, l.from_name, l.subject, l.body, l.html,
                   l.leave, l.written_at, l.attempts",
        limit,
        interval(lease),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Letter {
            org: it.org_id.into(),
            id: it.letter_id.into(),
            address: it.address,
            to_name: it.to_name,
            from_name: it.from_name,
            subject: it.subject,
            text: it.body,
            html: it.html,
            leave: it.leave,
            written_at: it.written_at,
            attempt: it.attempts,
        })
        .collect())
}

/// The mail server took it. That holds whoever has the letter by now.
pub(crate) async fn sent(tx: &mut Tx, letter: &Letter) -> Result<(), Error> {
    sqlx::query!(
        "update messaging.letter set state = 'sent', held_until = null, error = '', ended_at = kernel.now()
         where org_id = $1 and letter_id = $2 and state <> 'sent'",
        letter.org.get(),
        letter.id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The mail server does not want it, for good.
pub(crate) async fn refused(tx: &mut Tx, letter: &Letter, error: &str) -> Result<(), Error> {
    sqlx::query!(
        "update messaging.letter set state = 'refused', held_until = null, error = $4, ended_at = kernel.now()
         where org_id = $1 and letter_id = $2 and attempts = $3 and state = 'sending'",
        letter.org.get(),
        letter.id.get(),
        letter.attempt,
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Not now: again after the pause, until it was tried for so long.
pub(crate) async fn put_off(
    tx: &mut Tx,
    letter: &Letter,
    error: &str,
    pause: Duration,
    give_up: TimeDelta,
    doubtful: bool,
) -> Result<(), Error> {
    sqlx::query!(
        "update messaging.letter
         set state = case when first_tried_at < clock_timestamp() - $6::interval then 'given_up' else 'waiting' end,
             ended_at = case when first_tried_at < clock_timestamp() - $6::interval then kernel.now() end,
             held_until = clock_timestamp() + $5::interval, error = $4,
             doubtful = doubtful + case when $7 then 1 else 0 end
         where org_id = $1 and letter_id = $2 and attempts = $3 and state = 'sending'",
        letter.org.get(),
        letter.id.get(),
        letter.attempt,
        error,
        interval(pause),
        interval(give_up.to_std().unwrap_or_default()),
        doubtful,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many letters are due and not sent, and since when the oldest: for the metrics.
pub(crate) async fn waiting(tx: &mut Tx) -> Result<(i32, Option<DateTime<Utc>>), Error> {
    let row = sqlx::query!(
        r#"select count(*)::integer as "count!", min(next_at) as oldest
           from messaging.letter where state in ('waiting', 'sending') and next_at <= kernel.now()"#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.count, row.oldest))
}

/// Forgets what letters said that ended before that moment; that they were
/// sent, to whom and why is kept.
pub(crate) async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, Error> {
    let done = sqlx::query!(
        "update messaging.letter set body = '', html = '', subject = '', leave = ''
         where state = 'sent' and ended_at < $1 and body <> ''",
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

fn interval(it: Duration) -> PgInterval {
    PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(it.as_micros()).unwrap_or(i64::MAX),
    }
}

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Error, Tx};

use crate::{Every, ReportId, Schedule, Stopped, Timing};

struct Row {
    report_id: i64,
    every: String,
    day: i16,
    hour: i16,
    next_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    stopped: Option<String>,
}

impl Row {
    fn read(self) -> Result<(ReportId, Schedule), Error> {
        let number = |it: i16| u32::try_from(it).unwrap_or_default();
        let every = Every::from_code(&self.every)
            .and_then(|it| Timing::new(it, number(self.day), number(self.hour)));
        let timing = every.ok_or(Error::corrupt("builder.schedule", "every"))?;
        let stopped = self.stopped.as_deref();
        let schedule = Schedule {
            timing,
            next_at: self.next_at,
            sent_at: self.sent_at,
            stopped: stopped.and_then(Stopped::from_code),
        };
        Ok((self.report_id.into(), schedule))
    }
}

/// The letters of these reports.
pub(crate) async fn schedules(
    tx: &mut Tx,
    reports: &[ReportId],
) -> Result<HashMap<ReportId, Schedule>, Error> {
    let ids: Vec<i64> = reports.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        "select report_id, every, day, hour, next_at, sent_at, stopped
           from builder.schedule where org_id = kernel.org() and report_id = any($1)",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

pub(crate) async fn schedule(tx: &mut Tx, id: ReportId) -> Result<Option<Schedule>, Error> {
    Ok(schedules(tx, &[id]).await?.remove(&id))
}

/// Begins letters, or other ones; what stopped begins again.
pub(crate) async fn save_schedule(
    tx: &mut Tx,
    id: ReportId,
    timing: Timing,
    next_at: DateTime<Utc>,
) -> Result<(), Error> {
    let small = |it: u32| i16::try_from(it).unwrap_or(1);
    sqlx::query!(
        "insert into builder.schedule (org_id, report_id, every, day, hour, next_at)
         values (kernel.org(), $1, $2, $3, $4, $5)
         on conflict (org_id, report_id) do update
            set every = excluded.every, day = excluded.day, hour = excluded.hour,
                next_at = excluded.next_at, stopped = null",
        id.get(),
        timing.every.code(),
        small(timing.day),
        small(timing.hour),
        next_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn drop_schedule(tx: &mut Tx, id: ReportId) -> Result<(), Error> {
    sqlx::query!(
        "delete from builder.schedule where org_id = kernel.org() and report_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The letters whose time has come; no other node takes them meanwhile.
pub(crate) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
) -> Result<Vec<(ReportId, Schedule)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select report_id, every, day, hour, next_at, sent_at, stopped
           from builder.schedule
          where org_id = kernel.org() and next_at <= $1 and stopped is null
          order by next_at, report_id limit 100
          for update skip locked",
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A letter was written; the next one comes then.
pub(crate) async fn move_on(
    tx: &mut Tx,
    id: ReportId,
    next_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "update builder.schedule set sent_at = kernel.now(), next_at = $2
          where org_id = kernel.org() and report_id = $1",
        id.get(),
        next_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// No more letters, and why.
pub(crate) async fn stop(tx: &mut Tx, id: ReportId, why: Stopped) -> Result<(), Error> {
    sqlx::query!(
        "update builder.schedule set stopped = $2 where org_id = kernel.org() and report_id = $1",
        id.get(),
        why.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

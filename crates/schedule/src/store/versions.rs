use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::YearId;

use crate::{
    Error,
    slot::VersionId,
    version::{State, Version},
};

/// The versions of a year, the draft first, then the newest.
pub(crate) async fn of_year(tx: &mut Tx, year: YearId) -> Result<Vec<Version>, DbError> {
    let rows = sqlx::query!(
        r#"select version_id, state, name, revision, lower(valid) as "since!", upper(valid) - 1 as "until!"
           from schedule.version where year_id = $1
           order by state <> 'draft', lower(valid) desc, version_id desc"#,
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Version {
                id: it.version_id.into(),
                state: State::from_code(&it.state)
                    .ok_or(DbError::corrupt("schedule.version", "state"))?,
                revision: it.revision,
                since: it.since,
                until: it.until,
            })
        })
        .collect()
}

/// The draft of the year, made if there is none, and locked until the end of
/// the transaction: everybody edits the one draft.
pub(crate) async fn ensure_draft(
    tx: &mut Tx,
    year: YearId,
    (since, until): (NaiveDate, NaiveDate),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into schedule.version (org_id, year_id, valid)
         values (kernel.org(), $1, daterange($2, $3, '[]'))
         on conflict (org_id, year_id) where state = 'draft' do nothing",
        year.get(),
        since,
        until,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The draft and its revision, locked until the end of the transaction.
pub(crate) async fn locked_draft(
    tx: &mut Tx,
    year: YearId,
) -> Result<Option<(VersionId, i32)>, DbError> {
    let row = sqlx::query!(
        "select version_id, revision from schedule.version
          where year_id = $1 and state = 'draft' for update",
        year.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.version_id.into(), it.revision)))
}

/// Says that the hours of the draft changed.
pub(crate) async fn touch(tx: &mut Tx, id: VersionId) -> Result<(), DbError> {
    sqlx::query!(
        "update schedule.version set revision = revision + 1 where version_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts the draft in force from the day on: versions that began earlier end
/// the day before, versions that were to begin later are replaced.
pub(crate) async fn publish(
    tx: &mut Tx,
    id: VersionId,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<(), Error> {
    sqlx::query!(
        "update schedule.version
            set state = case when lower(valid) < $1 then state else 'replaced' end,
                valid = case when lower(valid) < $1 then daterange(lower(valid), $1) else valid end
          where state = 'published' and upper(valid) > $1",
        from,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    sqlx::query!(
        "update schedule.version
            set state = 'published', valid = daterange($2, $3, '[]'),
                published_by = kernel.person(), published_at = kernel.now()
          where version_id = $1",
        id.get(),
        from,
        until,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    Ok(())
}

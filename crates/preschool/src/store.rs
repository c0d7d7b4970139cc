//! All SQL of the schema `preschool`.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{ClassId, PersonId};

use crate::{Code, Month, code::usual};

/// The dictionary in its order; the usual one where nobody set another.
pub(crate) async fn codes(tx: &mut Tx) -> Result<Vec<Code>, Error> {
    let stored = sqlx::query_as!(
        Code,
        "select sign, name, attended, payable, archived, version
           from preschool.code where org_id = kernel.org() order by position, sign",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(if stored.is_empty() { usual() } else { stored })
}

/// Writes the whole dictionary over the versions that were seen; false where
/// somebody was faster.
pub(crate) async fn save_codes(tx: &mut Tx, codes: &[Code]) -> Result<bool, Error> {
    let signs: Vec<String> = codes.iter().map(|it| it.sign.clone()).collect();
    let names: Vec<String> = codes.iter().map(|it| it.name.clone()).collect();
    let attended: Vec<bool> = codes.iter().map(|it| it.attended).collect();
    let payable: Vec<bool> = codes.iter().map(|it| it.payable).collect();
    let archived: Vec<bool> = codes.iter().map(|it| it.archived).collect();
    let versions: Vec<i32> = codes.iter().map(|it| it.version).collect();
    let done = sqlx::query!(
        "insert into preschool.code as c (org_id, sign, name, attended, payable, archived, position, version)
         select kernel.org(), it.sign, it.name, it.attended, it.payable, it.archived, it.at::smallint, it.version + 1
           from unnest($1::text[], $2::text[], $3::bool[], $4::bool[], $5::bool[], $6::int[])
                with ordinality as it (sign, name, attended, payable, archived, version, at)
         on conflict (org_id, sign) do update
            set name = excluded.name, attended = excluded.attended, payable = excluded.payable,
                archived = excluded.archived, position = excluded.position, version = excluded.version
          where c.version = excluded.version - 1",
        &signs,
        &names,
        &attended,
        &payable,
        &archived,
        &versions,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == codes.len() as u64)
}

/// What stands for these children in a range of days.
pub(crate) async fn signs(
    tx: &mut Tx,
    pupils: &[PersonId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<(PersonId, NaiveDate), String>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select pupil_id, day, sign from preschool.attendance
          where org_id = kernel.org() and pupil_id = any($1) and day between $2 and $3 and sign <> ''",
        &ids,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ((it.pupil_id.into(), it.day), it.sign))
        .collect())
}

/// The sheet of a group changes in one transaction after the other.
pub(crate) async fn lock_sheet(tx: &mut Tx, class: ClassId) -> Result<(), Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('preschool.sheet', $1))",
        class.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes signs into a sheet that was locked before.
pub(crate) async fn save_signs(
    tx: &mut Tx,
    class: ClassId,
    by: PersonId,
    cells: &[(PersonId, NaiveDate, String)],
) -> Result<(), Error> {
    if cells.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let pupils: Vec<i64> = cells.iter().map(|it| it.0.get()).collect();
    let days: Vec<NaiveDate> = cells.iter().map(|it| it.1).collect();
    let signs: Vec<String> = cells.iter().map(|it| it.2.clone()).collect();
    sqlx::query!(
        "insert into preschool.attendance as a (org_id, pupil_id, day, class_id, sign, set_by, set_at)
         select kernel.org(), it.pupil_id, it.day, $4, it.sign, $5, $6
           from unnest($1::bigint[], $2::date[], $3::text[]) as it (pupil_id, day, sign)
         on conflict (org_id, pupil_id, day) do update
            set class_id = excluded.class_id, sign = excluded.sign, version = a.version + 1,
                set_by = excluded.set_by, set_at = excluded.set_at",
        &pupils,
        &days,
        &signs,
        class.get(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who set the signs of these days.
pub(crate) async fn hands(
    tx: &mut Tx,
    cells: &[(PersonId, NaiveDate)],
) -> Result<HashMap<(PersonId, NaiveDate), PersonId>, Error> {
    let pupils: Vec<i64> = cells.iter().map(|it| it.0.get()).collect();
    let days: Vec<NaiveDate> = cells.iter().map(|it| it.1).collect();
    let rows = sqlx::query!(
        "select a.pupil_id, a.day, a.set_by from preschool.attendance a
           join unnest($1::bigint[], $2::date[]) as it (pupil_id, day)
             on it.pupil_id = a.pupil_id and it.day = a.day
          where a.org_id = kernel.org()",
        &pupils,
        &days,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ((it.pupil_id.into(), it.day), it.set_by.into()))
        .collect())
}

/// A month that was handed in, and perhaps opened again.
#[derive(Clone, Debug)]
pub(crate) struct StoredMonth {
    pub(crate) class: ClassId,
    pub(crate) by: PersonId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) reopened: Option<(PersonId, DateTime<Utc>, String)>,
}

/// What is known of the month of these groups.
pub(crate) async fn months(
    tx: &mut Tx,
    classes: &[ClassId],
    month: Month,
) -> Result<Vec<StoredMonth>, Error> {
    let ids: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select class_id, handed_in_by, handed_in_at, reopened_by, reopened_at, reopen_reason
           from preschool.month where org_id = kernel.org() and class_id = any($1) and month = $2",
        &ids,
        month.first(),
    )
    .fetch_all(tx.conn())
    .await?;
    let month = rows.into_iter().map(|it| StoredMonth {
        class: it.class_id.into(),
        by: it.handed_in_by.into(),
        at: it.handed_in_at,
        reopened: it
            .reopened_by
            .zip(it.reopened_at)
            .map(|(by, at)| (by.into(), at, it.reopen_reason)),
    });
    Ok(month.collect())
}

/// Closes a month, anew where it had been opened again.
pub(crate) async fn hand_in(
    tx: &mut Tx,
    class: ClassId,
    month: Month,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into preschool.month (org_id, class_id, month, handed_in_by, handed_in_at)
         values (kernel.org(), $1, $2, $3, $4)
         on conflict (org_id, class_id, month) do update
            set handed_in_by = excluded.handed_in_by, handed_in_at = excluded.handed_in_at,
                reopened_by = null, reopened_at = null, reopen_reason = ''",
        class.get(),
        month.first(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Opens a month again; false where it is not closed.
pub(crate) async fn reopen(
    tx: &mut Tx,
    class: ClassId,
    month: Month,
    by: PersonId,
    reason: &str,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update preschool.month set reopened_by = $3, reopened_at = $4, reopen_reason = $5
          where org_id = kernel.org() and class_id = $1 and month = $2 and reopened_at is null",
        class.get(),
        month.first(),
        by.get(),
        now,
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

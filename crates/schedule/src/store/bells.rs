use chrono::NaiveTime;
use db::{Error as DbError, Tx};

use crate::{
    Error,
    bell::{Bell, Bells},
};

/// The bells of the school; the usual ones where it has not set its own.
pub(crate) async fn all(tx: &mut Tx) -> Result<Bells, Error> {
    let rows = sqlx::query!(
        "select shift, number, starts_at, ends_at from schedule.bell order by shift, number",
    )
    .fetch_all(tx.conn())
    .await
    .map_err(DbError::from)?;
    let bells = rows.into_iter().map(|it| Bell {
        shift: it.shift,
        number: it.number,
        starts_at: it.starts_at,
        ends_at: it.ends_at,
    });
    let own = Bells::new(bells.collect())?;
    Ok(if own.is_empty() { Bells::usual() } else { own })
}

/// Lets only one at a time change the bells of the school.
pub(crate) async fn lock(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('schedule.bell', kernel.org()))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Makes the bells of the school these.
pub(crate) async fn put(tx: &mut Tx, bells: &Bells) -> Result<(), DbError> {
    let shifts: Vec<i16> = bells.iter().map(|it| it.shift).collect();
    let numbers: Vec<i16> = bells.iter().map(|it| it.number).collect();
    let starts: Vec<NaiveTime> = bells.iter().map(|it| it.starts_at).collect();
    let ends: Vec<NaiveTime> = bells.iter().map(|it| it.ends_at).collect();
    sqlx::query!(
        "delete from schedule.bell b
          where not exists (select from unnest($1::smallint[], $2::smallint[]) as n (shift, number)
                             where n.shift = b.shift and n.number = b.number)",
        &shifts,
        &numbers,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into schedule.bell (org_id, shift, number, starts_at, ends_at)
         select kernel.org(), n.* from unnest($1::smallint[], $2::smallint[], $3::time[], $4::time[]) as n
         on conflict on constraint bell_pkey
         do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at",
        &shifts,
        &numbers,
        &starts,
        &ends,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

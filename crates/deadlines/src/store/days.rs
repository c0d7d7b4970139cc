use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::{OrgId, workdays::Act};
use sqlx::types::Json;

use crate::calendar::OwnCalendar;

/// A day other than in the calendar of the country.
pub(crate) struct Named {
    pub(crate) org: OrgId,
    pub(crate) day: NaiveDate,
    pub(crate) works: bool,
    pub(crate) name: String,
}

/// What the organisations of a line decided about days, in the order of time.
pub(crate) async fn named(tx: &mut Tx, line: &[OrgId]) -> Result<Vec<Named>, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select org_id, day, works, name from deadlines.day where org_id = any($1)
         order by day, array_position($1, org_id)",
        &line,
    )
    .fetch_all(tx.conn())
    .await?;
    let named = rows.into_iter().map(|it| Named {
        org: it.org_id.into(),
        day: it.day,
        works: it.works,
        name: it.name,
    });
    Ok(named.collect())
}

pub(crate) async fn set_week(tx: &mut Tx, days: i16) -> Result<(), Error> {
    sqlx::query!(
        "insert into deadlines.week as w (org_id, days) values (kernel.org(), $1)
         on conflict (org_id) do update set days = excluded.days, version = w.version + 1
         where w.days <> excluded.days",
        days,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn put(tx: &mut Tx, day: NaiveDate, works: bool, name: &str) -> Result<(), Error> {
    sqlx::query!(
        "insert into deadlines.day (org_id, day, works, name) values (kernel.org(), $1, $2, $3)
         on conflict (org_id, day) do update set works = excluded.works, name = excluded.name",
        day,
        works,
        name,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether there was such a day.
pub(crate) async fn remove(tx: &mut Tx, day: NaiveDate) -> Result<bool, Error> {
    let done = sqlx::query!(
        "delete from deadlines.day where org_id = kernel.org() and day = $1",
        day
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The acts that the organisations of a line entered, with title and whose they are.
pub(crate) async fn acts(tx: &mut Tx, line: &[OrgId]) -> Result<Vec<(Act, String, OrgId)>, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select org_id, year, moved as "moved!: Json<Vec<(NaiveDate, NaiveDate)>>", paper
           from deadlines.act where org_id = any($1) order by year, array_position($1, org_id)"#,
        &line,
    )
    .fetch_all(tx.conn())
    .await?;
    let acts = rows.into_iter().map(|it| {
        let act = Act {
            year: it.year,
            moved: it.moved.0,
        };
        (act, it.paper, it.org_id.into())
    });
    Ok(acts.collect())
}

pub(crate) async fn put_act(tx: &mut Tx, act: &Act, paper: &str) -> Result<(), Error> {
    sqlx::query!(
        "insert into deadlines.act as a (org_id, year, moved, paper) values (kernel.org(), $1, $2, $3)
         on conflict (org_id, year) do update
             set moved = excluded.moved, paper = excluded.paper, version = a.version + 1",
        act.year,
        Json(&act.moved) as _,
        paper,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether there was such an act.
pub(crate) async fn remove_act(tx: &mut Tx, year: i32) -> Result<bool, Error> {
    let done = sqlx::query!(
        "delete from deadlines.act where org_id = kernel.org() and year = $1",
        year
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The calendar of the last organisation of a line, in one statement.
pub(crate) async fn calendar(tx: &mut Tx, line: &[OrgId]) -> Result<OwnCalendar, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
            'acts', coalesce((
                select json_agg(json_build_object('year', a.year, 'moved', a.moved)
                                order by array_position($1, a.org_id))
                from deadlines.act a where a.org_id = any($1)), '[]'),
            'days', coalesce((
                select json_agg(json_build_object('day', d.day, 'works', d.works)
                                order by array_position($1, d.org_id))
                from deadlines.day d where d.org_id = any($1)), '[]'),
            'week', (select w.days from deadlines.week w where w.org_id = $2)
        ) as "calendar!: Json<OwnCalendar>""#,
        &line,
        line.last().copied(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// The next page looks again at the organisation of the transaction.
pub(crate) async fn look_again(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        "update deadlines.look set next_at = least(next_at, $1) where org_id = kernel.org()",
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

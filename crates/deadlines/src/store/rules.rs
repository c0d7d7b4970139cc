use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::OrgId;
use serde::Deserialize;
use sqlx::types::Json;

use crate::{Decision, Rule, calendar::OwnCalendar, rule_form::Wish};

/// What the organisations of a line decided.
#[derive(Debug, Deserialize)]
pub(crate) struct Kept {
    pub(crate) decisions: Vec<Decision>,
    #[serde(flatten)]
    pub(crate) own: OwnCalendar,
}

/// Decisions and days of all organisations of the line, in one statement.
pub(crate) async fn book(tx: &mut Tx, line: &[OrgId]) -> Result<Kept, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
            'decisions', coalesce((
                select json_agg(to_json(r)) from deadlines.rule r where r.org_id = any($1)), '[]'),
            'acts', coalesce((
                select json_agg(json_build_object('year', a.year, 'moved', a.moved)
                                order by array_position($1, a.org_id))
                from deadlines.act a where a.org_id = any($1)), '[]'),
            'days', coalesce((
                select json_agg(json_build_object('day', d.day, 'works', d.works)
                                order by array_position($1, d.org_id))
                from deadlines.day d where d.org_id = any($1)), '[]'),
            'week', (select w.days from deadlines.week w where w.org_id = kernel.org())
        ) as "kept!: Json<Kept>""#,
        &line,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// Lets one decide at a time: there may be no row yet to lock.
pub(crate) async fn lock(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('deadlines.rule', kernel.org())) as "lock?: ()""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// Writes a decision; one of the same day gives way to it.
pub(crate) async fn decide(tx: &mut Tx, rule: &Rule, wish: &Wish) -> Result<(), Error> {
    sqlx::query!(
        "insert into deadlines.rule as r (org_id, rule, since, terms, limits)
         values (kernel.org(), $1, $2, $3, $4)
         on conflict (org_id, rule, since) do update
             set terms = excluded.terms, limits = excluded.limits, version = r.version + 1",
        rule.id,
        wish.since,
        Json(&wish.change) as _,
        wish.limits.map(Json) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was decided for later days is withdrawn too.
pub(crate) async fn withdraw_later(
    tx: &mut Tx,
    rule: &Rule,
    today: NaiveDate,
) -> Result<(), Error> {
    sqlx::query!(
        "update deadlines.rule set terms = '{}', limits = null, version = version + 1
         where org_id = kernel.org() and rule = $1 and since > $2 and (terms <> '{}' or limits is not null)",
        rule.id,
        today,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next page looks at the organisation anew; those below it are looked at
/// again within the hour over which looks are spread.
pub(crate) async fn look_soon(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        "insert into deadlines.decided as d (org_id, at) values (kernel.org(), $1)
         on conflict (org_id) do update set at = greatest(d.at, excluded.at)",
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update deadlines.look set next_at = least(next_at, $1) where org_id = kernel.org()",
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

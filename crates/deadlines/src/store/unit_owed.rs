//! What the ladder tells those above a school, and which schools they reminded.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{OrgId, PersonId, Role};

/// Things of one rule and day of which those above are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) rule: String,
    /// The last day on which it was not late.
    pub(crate) due: NaiveDate,
    pub(crate) role: Role,
    pub(crate) things: i32,
}

/// What those above are to be told of the school of the transaction, as far as
/// it is not done.
pub(crate) async fn of_school(tx: &mut Tx) -> Result<Vec<Owed>, Error> {
    let rows = sqlx::query!(
        r#"select d.rule, r.due_on, r.to_role as "to_role!", count(distinct d.debt_id)::integer as "things!"
           from deadlines.reminder r
           join deadlines.debt d on d.org_id = r.org_id and d.debt_id = r.debt_id
           where r.org_id = kernel.org() and r.to_role is not null and d.closed_at is null
             and r.due_on = coalesce(d.shifted_on, d.due_on)
           group by d.rule, r.due_on, r.to_role"#
    )
    .fetch_all(tx.conn())
    .await?;
    let owed = rows.into_iter().filter_map(|it| {
        Some(Owed {
            rule: it.rule,
            due: it.due_on,
            role: Role::from_code(&it.to_role)?,
            things: it.things,
        })
    });
    Ok(owed.collect())
}

/// Writes what the unit is told of a school; what was told stays told, what is
/// done is forgotten.
pub(crate) async fn save(tx: &mut Tx, school: OrgId, owed: &[Owed]) -> Result<(), Error> {
    let rules: Vec<String> = owed.iter().map(|it| it.rule.clone()).collect();
    let dates: Vec<NaiveDate> = owed.iter().map(|it| it.due).collect();
    let held_by: Vec<String> = owed.iter().map(|it| it.role.code().to_owned()).collect();
    let things: Vec<i32> = owed.iter().map(|it| it.things).collect();
    sqlx::query!(
        "with n as (
             select * from unnest($2::text[], $3::date[], $4::text[], $5::integer[]) n (rule, due_on, to_role, things)
         ), gone as (
             delete from deadlines.unit_owed u
             where u.school_id = $1 and not exists (
                 select from n where (n.rule, n.due_on, n.to_role) = (u.rule, u.due_on, u.to_role))
         )
         insert into deadlines.unit_owed as u (org_id, school_id, rule, due_on, to_role, things)
         select kernel.org(), $1, n.rule, n.due_on, n.to_role, n.things from n
         on conflict (org_id, school_id, rule, due_on, to_role) do update set things = excluded.things
             where u.things <> excluded.things",
        school.get(),
        &rules,
        &dates,
        &held_by,
        &things,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Units whose operators were not told of something; beside all organisations.
pub(crate) async fn units_waiting(tx: &mut Tx) -> Result<Vec<OrgId>, Error> {
    let ids = sqlx::query_scalar!(
        "select distinct org_id from deadlines.unit_owed where told_on is null"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(OrgId::from).collect())
}

/// What a school of the unit owes.
#[derive(Clone, Debug)]
pub(crate) struct OwedBy {
    pub(crate) school: OrgId,
    pub(crate) name: String,
    pub(crate) owed: Owed,
    pub(crate) told_on: Option<NaiveDate>,
}

/// What the schools of the unit owe, by school.
pub(crate) async fn of_unit(tx: &mut Tx) -> Result<Vec<OwedBy>, Error> {
    let rows = sqlx::query!(
        "select o.school_id, s.name, o.rule, o.due_on, o.to_role, o.things, o.told_on
         from deadlines.unit_owed o
         join deadlines.unit_school s on s.org_id = o.org_id and s.school_id = o.school_id
         where o.org_id = kernel.org()
         order by s.name, o.school_id, o.due_on, o.rule"
    )
    .fetch_all(tx.conn())
    .await?;
    let owed = rows.into_iter().filter_map(|it| {
        Some(OwedBy {
            school: it.school_id.into(),
            name: it.name,
            owed: Owed {
                rule: it.rule,
                due: it.due_on,
                role: Role::from_code(&it.to_role)?,
                things: it.things,
            },
            told_on: it.told_on,
        })
    });
    Ok(owed.collect())
}

/// All that waits was told on that day.
pub(crate) async fn tell(tx: &mut Tx, day: NaiveDate) -> Result<(), Error> {
    sqlx::query!(
        "update deadlines.unit_owed set told_on = $1 where org_id = kernel.org() and told_on is null",
        day,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reminders of schools since that moment: the last of each school, and the
/// number of the last of all.
pub(crate) async fn nudges(
    tx: &mut Tx,
    since: DateTime<Utc>,
) -> Result<(HashMap<OrgId, DateTime<Utc>>, i64), Error> {
    let rows = sqlx::query!(
        "select nudge_id, school_id, sent_at from deadlines.unit_nudge
         where org_id = kernel.org() and sent_at > $1 order by sent_at, nudge_id",
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    let last = rows.iter().map(|it| it.nudge_id).max().unwrap_or(0);
    let by_school = rows.into_iter().map(|it| (it.school_id.into(), it.sent_at));
    Ok((by_school.collect(), last))
}

/// Writes one press: these schools are reminded of so many things. Returns the last id.
pub(crate) async fn save_nudges(
    tx: &mut Tx,
    by: PersonId,
    schools: &[(OrgId, i32)],
) -> Result<i64, Error> {
    let ids: Vec<i64> = schools.iter().map(|it| it.0.get()).collect();
    let things: Vec<i32> = schools.iter().map(|it| it.1).collect();
    let now = tx.now();
    let last = sqlx::query_scalar!(
        r#"with written as (
               insert into deadlines.unit_nudge (org_id, school_id, things, sent_by, sent_at)
               select kernel.org(), school, things, $3, $4
               from unnest($1::bigint[], $2::integer[]) it (school, things)
               returning nudge_id)
           select coalesce(max(nudge_id), 0) as "last!" from written"#,
        &ids,
        &things,
        by.get(),
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(last)
}

//! What a municipality or a region sees of its schools: counts.

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::OrgId;

/// A school below the unit of the transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct School {
    pub(crate) id: OrgId,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) district: String,
    pub(crate) looked_at: DateTime<Utc>,
}

/// Counts of a rule in a school, or in one of its classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) school: i64,
    pub(crate) rule: String,
    /// Empty: things of no class, or of all classes together.
    pub(crate) class: String,
    pub(crate) things: i32,
    pub(crate) open: i32,
    pub(crate) overdue: i32,
    pub(crate) today: i32,
    pub(crate) week: i32,
    pub(crate) oldest: Option<NaiveDate>,
}

/// How a month went in a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    pub(crate) school: i64,
    #[expect(clippy::struct_field_names, reason = "the column's name")]
    pub(crate) month: NaiveDate,
    pub(crate) things: i32,
    pub(crate) late: i32,
}

/// The schools of the unit, by name.
pub(crate) async fn schools(tx: &mut Tx) -> Result<Vec<School>, db::Error> {
    let rows = sqlx::query!(
        "select school_id, code, name, district, looked_at from deadlines.unit_school order by name, school_id",
    )
    .fetch_all(tx.conn())
    .await?;
    let schools = rows.into_iter().map(|it| School {
        id: it.school_id.into(),
        code: it.code,
        name: it.name,
        district: it.district,
        looked_at: it.looked_at,
    });
    Ok(schools.collect())
}

/// Counts by school and rule, all classes together.
pub(crate) async fn states(tx: &mut Tx, school: Option<i64>) -> Result<Vec<State>, db::Error> {
    Ok(sqlx::query_as!(
        State,
        r#"select school_id as school, rule, '' as "class!", sum(things)::integer as "things!",
                  sum(open)::integer as "open!", sum(overdue)::integer as "overdue!",
                  sum(today)::integer as "today!", sum(week)::integer as "week!", min(oldest) as oldest
           from deadlines.unit_state
           where $1::bigint is null or school_id = $1
           group by school_id, rule"#,
        school,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Counts of one rule in one school, by class.
pub(crate) async fn classes(tx: &mut Tx, school: i64, rule: &str) -> Result<Vec<State>, db::Error> {
    Ok(sqlx::query_as!(
        State,
        "select school_id as school, rule, class, things, open, overdue, today, week, oldest
         from deadlines.unit_state where school_id = $1 and rule = $2",
        school,
        rule,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Months by school.
pub(crate) async fn months(tx: &mut Tx, school: Option<i64>) -> Result<Vec<Month>, db::Error> {
    Ok(sqlx::query_as!(
        Month,
        "select school_id as school, month, things, late from deadlines.unit_month
         where $1::bigint is null or school_id = $1 order by month, school_id",
        school,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Writes what is known of a school, instead of what was.
pub(crate) async fn save(
    tx: &mut Tx,
    school: &School,
    states: &[State],
    months: &[Month],
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into deadlines.unit_school (org_id, school_id, code, name, district, looked_at)
         values (kernel.org(), $1, $2, $3, $4, $5)
         on conflict (org_id, school_id) do update
            set code = excluded.code, name = excluded.name, district = excluded.district,
                looked_at = excluded.looked_at",
        school.id.get(),
        school.code,
        school.name,
        school.district,
        school.looked_at,
    )
    .execute(tx.conn())
    .await?;
    save_states(tx, school.id.get(), states).await?;
    save_months(tx, school.id.get(), months).await
}

async fn save_states(tx: &mut Tx, school: i64, states: &[State]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from deadlines.unit_state where school_id = $1",
        school
    )
    .execute(tx.conn())
    .await?;
    let texts =
        |of: fn(&State) -> &String| states.iter().map(|it| of(it).clone()).collect::<Vec<_>>();
    let numbers = |of: fn(&State) -> i32| states.iter().map(of).collect::<Vec<_>>();
    let oldest: Vec<Option<NaiveDate>> = states.iter().map(|it| it.oldest).collect();
    sqlx::query!(
        "insert into deadlines.unit_state (org_id, school_id, rule, class, things, open, overdue, today, week, oldest)
         select kernel.org(), $1, rule, class, things, open, overdue, today, week, oldest
         from unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::date[])
              it (rule, class, things, open, overdue, today, week, oldest)",
        school,
        &texts(|it| &it.rule),
        &texts(|it| &it.class),
        &numbers(|it| it.things),
        &numbers(|it| it.open),
        &numbers(|it| it.overdue),
        &numbers(|it| it.today),
        &numbers(|it| it.week),
        &oldest as &[Option<NaiveDate>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn save_months(tx: &mut Tx, school: i64, months: &[Month]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from deadlines.unit_month where school_id = $1",
        school
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into deadlines.unit_month (org_id, school_id, month, things, late)
         select kernel.org(), $1, month, things, late
         from unnest($2::date[], $3::int[], $4::int[]) it (month, things, late)",
        school,
        &months.iter().map(|it| it.month).collect::<Vec<_>>(),
        &months.iter().map(|it| it.things).collect::<Vec<_>>(),
        &months.iter().map(|it| it.late).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets schools that are no longer below the unit.
pub(crate) async fn keep_only(tx: &mut Tx, schools: &[OrgId]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from deadlines.unit_school where school_id <> all($1)",
        &schools.iter().map(|it| it.get()).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

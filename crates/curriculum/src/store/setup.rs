use chrono::NaiveDate;
use db::{Error, Tx};

/// What stands for a year.
pub(crate) struct SetupCounts {
    pub(crate) years: i64,
    pub(crate) periods: i64,
    pub(crate) holidays: i64,
    pub(crate) subjects: i64,
    pub(crate) classes: i64,
    /// Classes without a class teacher.
    pub(crate) unled: i64,
    pub(crate) load: i64,
    /// Classes that nobody teaches.
    pub(crate) untaught: i64,
    /// Rows of load without a plan.
    pub(crate) unplanned: i64,
}

/// All counts of the wizard for the year of the day, or the next, or the
/// last, in one statement.
pub(crate) async fn setup_counts(tx: &mut Tx, today: NaiveDate) -> Result<SetupCounts, Error> {
    let counts = sqlx::query_as!(
        SetupCounts,
        r#"with near as (
               select y.year_id from curriculum.year y where y.org_id = kernel.org()
                order by y.state = 'planned' and y.starts_on > $1, y.ends_on < $1,
                         case when y.ends_on >= $1 then y.starts_on - $1 else $1 - y.ends_on end
                limit 1),
           c as (select c.class_id, c.grade, c.teacher_id from curriculum.class c, near
                  where c.org_id = kernel.org() and c.year_id = near.year_id),
           l as (select l.load_id, l.class_id from curriculum.load l, near
                  where l.org_id = kernel.org() and l.year_id = near.year_id)
           select (select count(*) from near) as "years!",
                  (select count(*) from curriculum.period p, near
                    where p.org_id = kernel.org() and p.year_id = near.year_id) as "periods!",
                  (select count(*) from curriculum.holiday h, near
                    where h.org_id = kernel.org() and h.year_id = near.year_id) as "holidays!",
                  (select count(*) from curriculum.subject s
                    where s.org_id = kernel.org() and s.archived_on is null) as "subjects!",
                  (select count(*) from c) as "classes!",
                  (select count(*) from c where teacher_id is null) as "unled!",
                  (select count(*) from l) as "load!",
                  (select count(*) from c where grade > 0
                      and not exists (select from l where l.class_id = c.class_id)) as "untaught!",
                  (select count(*) from l where not exists (select from curriculum.plan_use u
                      where u.org_id = kernel.org() and u.load_id = l.load_id)) as "unplanned!""#,
        today,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(counts)
}

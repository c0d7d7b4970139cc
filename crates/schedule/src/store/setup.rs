use chrono::{Days, NaiveDate};
use db::{Error, Tx};

/// What there is of a timetable.
pub(crate) struct SetupCounts {
    pub(crate) bells: i64,
    /// Published timetables in force from the day on.
    pub(crate) published: i64,
    /// Lessons from the day on.
    pub(crate) lessons: i64,
}

/// All counts of the wizard, in one statement. Lessons of the last weeks count
/// too: at the end of a year there are none ahead.
pub(crate) async fn setup_counts(tx: &mut Tx, today: NaiveDate) -> Result<SetupCounts, Error> {
    let since = today - Days::new(60);
    let counts = sqlx::query_as!(
        SetupCounts,
        r#"select (select count(*) from schedule.bell b where b.org_id = kernel.org()) as "bells!",
                  (select count(*) from schedule.version v where v.org_id = kernel.org()
                      and v.state = 'published' and v.valid && daterange($1, null)) as "published!",
                  (select count(*) from schedule.lesson l
                    where l.org_id = kernel.org() and l.held_on >= $1) as "lessons!""#,
        since,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(counts)
}

use chrono::NaiveDate;
use db::{Error, Tx};

/// How many pupils are in a class on the day or later.
pub(crate) async fn setup_enrolled(tx: &mut Tx, today: NaiveDate) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(distinct m.pupil_id) as "count!" from movement.class_member m
            where m.org_id = kernel.org() and m.during && daterange($1, null)"#,
        today,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

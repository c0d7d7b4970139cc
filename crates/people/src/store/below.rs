//! What an organisation sees of the people of those below it.

use chrono::NaiveDate;
use db::Tx;

use crate::{Card, StaffBelow};

/// The staff of the organisations below, not dismissed by the day.
pub(crate) async fn staff_below(tx: &mut Tx, day: NaiveDate) -> Result<Vec<StaffBelow>, db::Error> {
    let rows = sqlx::query!(
        r#"select org_id as "org_id!", person_id as "person_id!", last_name as "last_name!",
                  first_name as "first_name!", middle_name, post as "post!"
           from people.staff_below($1)"#,
        day,
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| StaffBelow {
        org: it.org_id.into(),
        card: Card {
            id: it.person_id.into(),
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: None,
        },
        post: it.post,
    });
    Ok(row.collect())
}

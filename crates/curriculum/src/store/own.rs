use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::PersonId;

use crate::TeachersOwn;

/// Classes led, classes taught and groups taught, in one statement: rights ask
/// for them on every page of a teacher.
pub(crate) async fn of_teacher(
    tx: &mut Tx,
    teacher: PersonId,
    day: NaiveDate,
) -> Result<TeachersOwn, Error> {
    let found = sqlx::query!(
        r#"with near as (
               select year_id from curriculum.year 
                order by state = 'planned' and starts_on > $2, ends_on < $2, abs(starts_on - $2) limit 1
           )
           select array(select c.class_id from curriculum.class c
                         where c.year_id = (select year_id from near) and c.teacher_id = $1) as "led!",
                  array(select distinct l.class_id from curriculum.load l
                         where l.teacher_id = $1 and l.valid @> $2::date and l.group_id is null
                           and l.class_id in (select class_id from curriculum.class
                                               where year_id = (select year_id from near))) as "taught!",
                  array(select distinct l.group_id from curriculum.load l
                         where l.teacher_id = $1 and l.valid @> $2::date and l.group_id is not null
                           and l.class_id in (select class_id from curriculum.class
                                               where year_id = (select year_id from near))) as "groups!""#,
        teacher.get(),
        day,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(TeachersOwn {
        led: found.led.into_iter().map(Into::into).collect(),
        taught: found.taught.into_iter().map(Into::into).collect(),
        groups: found.groups.into_iter().map(Into::into).collect(),
    })
}

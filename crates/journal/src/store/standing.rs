use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::{LessonId, PersonId};

/// Lessons in which these pupils have a mark or an absence that was entered
/// on the day or later.
pub(crate) async fn touched(
    tx: &mut Tx,
    pupils: &[PersonId],
    since: NaiveDate,
) -> Result<Vec<(PersonId, LessonId)>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select pupil_id as "pupil_id!", lesson_id as "lesson_id!" from journal.mark
            where pupil_id = any($1) and set_at >= $2::date
           union
           select pupil_id, lesson_id from journal.attendance
            where pupil_id = any($1) and set_at >= $2::date and code <> ''"#,
        &ids,
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.pupil_id.into(), it.lesson_id.into()))
        .collect())
}

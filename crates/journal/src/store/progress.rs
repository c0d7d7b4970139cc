use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::Attendance;

/// What stands in these lessons besides presence, of one pupil.
pub(crate) async fn absences_in(
    tx: &mut Tx,
    lessons: &[LessonId],
    pupil: PersonId,
) -> Result<Vec<(LessonId, Attendance)>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select lesson_id, code from journal.attendance
          where org_id = kernel.org() and pupil_id = $2 and lesson_id = any($1) and code <> ''",
        &ids,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|it| Some((it.lesson_id.into(), Attendance::from_code(&it.code)?)))
        .collect())
}

use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::operation::{MarkPlace, WorkId};

/// What was said beside a mark and an absence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) comment: String,
    pub(crate) minutes: Option<i16>,
}

pub(crate) async fn said(tx: &mut Tx, (lesson, work, pupil): MarkPlace) -> Result<Said, Error> {
    let row = sqlx::query!(
        r#"select coalesce((select comment from journal.mark where work_id = $2 and pupil_id = $3), '') as "comment!",
                  (select minutes from journal.attendance where lesson_id = $1 and pupil_id = $3) as "minutes?""#,
        lesson.get(),
        work.map(WorkId::get),
        pupil.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Said {
        comment: row.comment,
        minutes: row.minutes,
    })
}

/// Writes the comment of a mark; the lock on the lesson guards the version.
pub(crate) async fn say(
    tx: &mut Tx,
    (work, pupil): (WorkId, PersonId),
    comment: &str,
    by: PersonId,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update journal.mark set comment = $3, version = version + 1, set_by = $4, set_at = kernel.now()
          where work_id = $1 and pupil_id = $2",
        work.get(),
        pupil.get(),
        comment,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes by how many minutes the pupil was late; the lock guards the version.
pub(crate) async fn say_late(
    tx: &mut Tx,
    (lesson, pupil): (LessonId, PersonId),
    minutes: Option<i16>,
    by: PersonId,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update journal.attendance set minutes = $3, version = version + 1, set_by = $4, set_at = kernel.now()
          where lesson_id = $1 and pupil_id = $2",
        lesson.get(),
        pupil.get(),
        minutes,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes one comment to every mark of a work; how many marks there are.
pub(crate) async fn say_to_all(
    tx: &mut Tx,
    work: WorkId,
    comment: &str,
    by: PersonId,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        "update journal.mark set comment = $2, version = version + 1, set_by = $3, set_at = kernel.now()
          where work_id = $1 and value <> '' and comment is distinct from $2",
        work.get(),
        comment,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

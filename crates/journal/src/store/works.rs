use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::LessonId;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::operation::WorkId;

/// A work as somebody put it together.
pub(crate) struct SavedWork<'a> {
    pub(crate) lesson: LessonId,
    pub(crate) kind: curriculum::WorkKindId,
    pub(crate) weight: Decimal,
    pub(crate) topic: &'a str,
    pub(crate) due_on: Option<NaiveDate>,
}

/// Adds a work behind the others; the lock on its lesson guards the position.
pub(crate) async fn add_work(
    tx: &mut Tx,
    key: Option<Uuid>,
    it: &SavedWork<'_>,
) -> Result<WorkId, Error> {
    let id = sqlx::query_scalar!(
        "insert into journal.work (org_id, lesson_id, kind_id, weight, topic, due_on, client_key, position)
         select kernel.org(), $1, $2, $3, $4, $5, $6,
                1 + coalesce((select max(w.position) from journal.work w
                              where w.org_id = kernel.org() and w.lesson_id = $1), 0)
         returning work_id",
        it.lesson.get(),
        it.kind.get(),
        it.weight,
        it.topic,
        it.due_on,
        key,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Changes the work if it is still as the writer saw it; false where it is not.
pub(crate) async fn change_work(
    tx: &mut Tx,
    work: WorkId,
    seen: i32,
    it: &SavedWork<'_>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update journal.work
            set kind_id = $4, weight = $5, topic = $6, due_on = $7, version = version + 1, set_at = kernel.now()
          where work_id = $1 and lesson_id = $2 and version = $3 and removed_at is null",
        work.get(),
        it.lesson.get(),
        seen,
        it.kind.get(),
        it.weight,
        it.topic,
        it.due_on,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the work out, or brings it back; false where it is not as the writer saw it.
pub(crate) async fn remove_work(
    tx: &mut Tx,
    (lesson, work, seen): (LessonId, WorkId, i32),
    back: bool,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update journal.work
            set removed_at = case when $4 then null else kernel.now() end, version = version + 1,
                set_at = kernel.now()
          where work_id = $1 and lesson_id = $2 and version = $3 and (removed_at is not null) = $4",
        work.get(),
        lesson.get(),
        seen,
        back,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes the works of a lesson again in others that have none, without marks;
/// which those are.
pub(crate) async fn copy_works(
    tx: &mut Tx,
    from: LessonId,
    to: &[LessonId],
) -> Result<Vec<LessonId>, Error> {
    let ids: Vec<i64> = to.iter().map(|it| it.get()).collect();
    let made = sqlx::query_scalar!(
        "insert into journal.work (org_id, lesson_id, kind_id, weight, topic, position)
         select kernel.org(), it.id, w.kind_id, w.weight, w.topic, w.position
           from unnest($2::bigint[]) as it (id), journal.work w
          where w.org_id = kernel.org() and w.lesson_id = $1 and w.removed_at is null
            and not exists (select from journal.work o where o.org_id = kernel.org() and o.lesson_id = it.id)
          order by it.id, w.position
         returning lesson_id",
        from.get(),
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(made.into_iter().map(Into::into).collect())
}

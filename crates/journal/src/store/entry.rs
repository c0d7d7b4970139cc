use db::{Error, Tx};
use kernel::{LessonId, PersonId};

/// What the teacher writes about a lesson.
pub(crate) struct SavedEntry<'a> {
    pub(crate) lesson: LessonId,
    pub(crate) topic: &'a str,
    pub(crate) plan_item: Option<i64>,
    pub(crate) homework: &'a str,
    pub(crate) no_homework: bool,
    /// The version the writer saw; 0 where nothing stood.
    pub(crate) seen: i32,
    pub(crate) by: PersonId,
}

/// Writes topic and homework if the lesson is still as the writer saw it;
/// false where it is not.
pub(crate) async fn save_entry(tx: &mut Tx, it: &SavedEntry<'_>) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into journal.entry as e
                (org_id, lesson_id, topic, plan_item_id, homework, no_homework, homework_at, version, set_by, set_at)
         values (kernel.org(), $1, $2, $3, $4, $5, case when $4 <> '' or $5 then $8::timestamptz end, 1, $6, $8)
         on conflict (org_id, lesson_id) do update
            set topic = excluded.topic, plan_item_id = excluded.plan_item_id, homework = excluded.homework,
                no_homework = excluded.no_homework,
                homework_at = case when e.homework = excluded.homework and e.no_homework = excluded.no_homework
                                   then e.homework_at else excluded.homework_at end,
                version = e.version + 1, set_by = excluded.set_by, set_at = excluded.set_at
          where e.version = $7",
        it.lesson.get(),
        it.topic,
        it.plan_item,
        it.homework,
        it.no_homework,
        it.by.get(),
        it.seen,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

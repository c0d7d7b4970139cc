use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::{LessonId, PersonId};
use serde::Serialize;

use crate::operation::WorkId;

/// What changed since a moment.
pub(crate) struct ChangedSince {
    pub(crate) cells: Vec<StoredCell>,
    pub(crate) works: Vec<ChangedWork>,
}

/// A mark, or an absence where there is no work.
pub(crate) struct StoredCell {
    pub(crate) lesson: LessonId,
    pub(crate) work: Option<WorkId>,
    pub(crate) pupil: PersonId,
    pub(crate) value: String,
    pub(crate) version: i32,
    pub(crate) by: PersonId,
}

/// A work that was made, changed or removed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedWork {
    pub id: WorkId,
    pub lesson: LessonId,
    pub version: i32,
    pub removed: bool,
}

/// Cells and works of these lessons that were written since then, in two statements.
pub(crate) async fn changed_since(
    tx: &mut Tx,
    lessons: &[LessonId],
    since: DateTime<Utc>,
    most: usize,
) -> Result<ChangedSince, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let cells = sqlx::query!(
        r#"select lesson_id as "lesson_id!", work_id, pupil_id as "pupil_id!", value as "value!",
                  version as "version!", set_by as "set_by!"
             from (select m.lesson_id, m.work_id, m.pupil_id, m.value, m.version, m.set_by
                     from journal.mark m
                     join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
                    where m.lesson_id = any($1) and m.set_at >= $2
                   union all
                   select a.lesson_id, null, a.pupil_id, a.code, a.version, a.set_by
                     from journal.attendance a
                    where a.lesson_id = any($1) and a.set_at >= $2) it
            limit $3"#,
        &ids,
        since,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    let works = sqlx::query!(
        r#"select work_id, lesson_id, version, removed_at is not null as "removed!"
             from journal.work where lesson_id = any($1) and set_at >= $2"#,
        &ids,
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ChangedSince {
        cells: cells
            .into_iter()
            .map(|it| StoredCell {
                lesson: it.lesson_id.into(),
                work: it.work_id.map(Into::into),
                pupil: it.pupil_id.into(),
                value: it.value,
                version: it.version,
                by: it.set_by.into(),
            })
            .collect(),
        works: works
            .into_iter()
            .map(|it| ChangedWork {
                id: it.work_id.into(),
                lesson: it.lesson_id.into(),
                version: it.version,
                removed: it.removed,
            })
            .collect(),
    })
}

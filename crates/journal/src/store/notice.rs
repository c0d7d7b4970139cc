use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::operation::WorkId;

/// A cell whose mark has become quiet.
#[derive(Clone, Debug)]
pub(crate) struct QuietMark {
    pub(crate) lesson: LessonId,
    pub(crate) work: WorkId,
    pub(crate) pupil: PersonId,
    pub(crate) version: i32,
    pub(crate) set_at: DateTime<Utc>,
}

/// Up to which moment marks were looked through; the row is locked, so that
/// two nodes never look at once. A school that has none begins at `first`.
pub(crate) async fn looked_until(
    tx: &mut Tx,
    first: DateTime<Utc>,
) -> Result<DateTime<Utc>, Error> {
    Ok(sqlx::query_scalar!(
        "insert into journal.notice_mark as m (org_id, until) values (kernel.org(), $1)
         on conflict (org_id) do update set until = m.until
         returning until",
        first,
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(crate) async fn look_from(tx: &mut Tx, until: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update journal.notice_mark set until = $1", until)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Marks last changed in that time, oldest first, some two thousand at most:
/// those of one moment stay together.
pub(crate) async fn quiet_marks(
    tx: &mut Tx,
    after: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<QuietMark>, Error> {
    let rows = sqlx::query!(
        "select lesson_id, work_id, pupil_id, version, set_at from journal.mark
          where set_at > $1 and set_at <= $2
          order by set_at fetch first 2000 rows with ties",
        after,
        until,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| QuietMark {
            lesson: it.lesson_id.into(),
            work: it.work_id.into(),
            pupil: it.pupil_id.into(),
            version: it.version,
            set_at: it.set_at,
        })
        .collect())
}

/// What a family is told.
pub(crate) struct NewNotice {
    /// mark, returned, accepted
    pub(crate) kind: &'static str,
    pub(crate) pupil: PersonId,
    pub(crate) lesson: LessonId,
    pub(crate) work: Option<WorkId>,
    pub(crate) version: i32,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// Writes the notices; those that were there already stay as they are. The
/// new ones as (notice, pupil).
pub(crate) async fn tell(
    tx: &mut Tx,
    notices: &[NewNotice],
) -> Result<Vec<(i64, PersonId)>, Error> {
    let kinds: Vec<String> = notices.iter().map(|it| it.kind.to_owned()).collect();
    let pupils: Vec<i64> = notices.iter().map(|it| it.pupil.get()).collect();
    let lessons: Vec<i64> = notices.iter().map(|it| it.lesson.get()).collect();
    let works: Vec<Option<i64>> = notices.iter().map(|it| it.work.map(WorkId::get)).collect();
    let versions: Vec<i32> = notices.iter().map(|it| it.version).collect();
    let olds: Vec<String> = notices.iter().map(|it| it.old.clone()).collect();
    let news: Vec<String> = notices.iter().map(|it| it.new.clone()).collect();
    let now = tx.now();
    let rows = sqlx::query!(
        "insert into journal.notice
                (org_id, kind, pupil_id, lesson_id, work_id, version, old_value, new_value, at)
         select kernel.org(), it.kind, it.pupil_id, it.lesson_id, it.work_id, it.version, it.old_value,
                it.new_value, $8
         from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[], $7::text[])
              as it (kind, pupil_id, lesson_id, work_id, version, old_value, new_value)
         on conflict do nothing
         returning notice_id, pupil_id",
        &kinds,
        &pupils,
        &lessons,
        &works as &[Option<i64>],
        &versions,
        &olds,
        &news,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.notice_id, it.pupil_id.into()))
        .collect())
}

/// A notice as a page shows it.
#[derive(Clone, Debug)]
pub(crate) struct StoredNotice {
    pub(crate) pupil: PersonId,
    pub(crate) lesson: LessonId,
    pub(crate) work: Option<WorkId>,
    pub(crate) kind_of_work: Option<i64>,
    pub(crate) kind: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) at: DateTime<Utc>,
    /// The reader has not seen it.
    pub(crate) new_to_reader: bool,
}

/// Notices about these pupils since then, newest first.
pub(crate) async fn notices(
    tx: &mut Tx,
    pupils: &[PersonId],
    since: DateTime<Utc>,
    reader: PersonId,
) -> Result<Vec<StoredNotice>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select n.pupil_id, n.lesson_id, n.work_id, w.kind_id as "kind_id?", n.kind, n.old_value, n.new_value, n.at,
                  n.notice_id > coalesce((select r.read_to from journal.notice_read r
                                          where r.org_id = kernel.org() and r.person_id = $3), 0) as "unread!"
             from journal.notice n
             left join journal.work w on w.org_id = n.org_id and w.work_id = n.work_id
            where n.org_id = kernel.org() and n.pupil_id = any($1) and n.at >= $2
            order by n.notice_id desc limit 300"#,
        &ids,
        since,
        reader.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| StoredNotice {
            pupil: it.pupil_id.into(),
            lesson: it.lesson_id.into(),
            work: it.work_id.map(Into::into),
            kind_of_work: it.kind_id,
            kind: it.kind,
            old: it.old_value,
            new: it.new_value,
            at: it.at,
            new_to_reader: it.unread,
        })
        .collect())
}

/// The person has read everything that is there about these pupils.
pub(crate) async fn read_all(
    tx: &mut Tx,
    pupils: &[PersonId],
    reader: PersonId,
) -> Result<(), Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let now = tx.now();
    sqlx::query!(
        "insert into journal.notice_read as r (org_id, person_id, read_to, read_at)
         select kernel.org(), $2, max(notice_id), $3 from journal.notice
          where org_id = kernel.org() and pupil_id = any($1) having count(*) > 0
         on conflict (org_id, person_id) do update
            set read_to = greatest(r.read_to, excluded.read_to), read_at = excluded.read_at",
        &ids,
        reader.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The notices of these numbers, oldest first.
pub(crate) async fn of_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<crate::Told>, Error> {
    let rows = sqlx::query!(
        "select pupil_id, lesson_id, kind, old_value, new_value from journal.notice
         where org_id = kernel.org() and notice_id = any($1) order by notice_id",
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| crate::Told {
            pupil: it.pupil_id.into(),
            lesson: it.lesson_id.into(),
            kind: it.kind,
            old: it.old_value,
            new: it.new_value,
        })
        .collect())
}

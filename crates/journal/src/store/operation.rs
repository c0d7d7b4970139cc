use db::{Error, Tx};
use kernel::{LessonId, PersonId};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Attendance, MarkValue,
    absence::DocumentId,
    operation::{AttendancePlace, Cell, WorkId},
};

/// Changes of one lesson happen one after the other: whoever holds the lock
/// reads what the one before wrote, so a version never goes unseen.
pub(crate) async fn lock_lessons(tx: &mut Tx, lessons: &[LessonId]) -> Result<(), Error> {
    let mut ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('journal.lesson', it.id))
         from unnest($1::bigint[]) with ordinality as it (id, place) order by it.place",
        &ids,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An operation that was carried out before.
pub(crate) struct KnownOperation {
    pub(crate) op_id: Uuid,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) result: Value,
}

pub(crate) async fn known_operations(
    tx: &mut Tx,
    ids: &[Uuid],
) -> Result<Vec<KnownOperation>, Error> {
    Ok(sqlx::query_as!(
        KnownOperation,
        "select op_id, body_hash, result from journal.operation where op_id = any($1)",
        ids,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A work that a first mark brings with it.
pub(crate) struct NewWork {
    pub(crate) lesson: LessonId,
    pub(crate) kind: curriculum::WorkKindId,
    pub(crate) weight: Decimal,
    /// The name that the client gave it.
    pub(crate) key: Option<Uuid>,
}

/// A work that was made.
pub(crate) struct MadeWork {
    pub(crate) lesson: LessonId,
    pub(crate) key: Option<Uuid>,
    pub(crate) work: WorkId,
}

/// Makes the works, in the order given; their positions follow that order.
pub(crate) async fn save_works(tx: &mut Tx, works: &[NewWork]) -> Result<Vec<MadeWork>, Error> {
    let lessons: Vec<i64> = works.iter().map(|it| it.lesson.get()).collect();
    let kinds: Vec<i64> = works.iter().map(|it| it.kind.get()).collect();
    let weights: Vec<Decimal> = works.iter().map(|it| it.weight).collect();
    let keys: Vec<Option<Uuid>> = works.iter().map(|it| it.key).collect();
    let rows = sqlx::query!(
        "insert into journal.work (org_id, lesson_id, kind_id, weight, client_key, position)
         select kernel.org(), it.lesson_id, it.kind_id, it.weight, it.key,
                row_number() over (partition by it.lesson_id order by it.place)
                + coalesce((select max(w.position) from journal.work w
                            where w.org_id = kernel.org() and w.lesson_id = it.lesson_id), 0)
         from unnest($1::bigint[], $2::bigint[], $3::numeric[], $4::uuid[])
              with ordinality as it (lesson_id, kind_id, weight, key, place)
         returning lesson_id, work_id, client_key",
        &lessons,
        &kinds,
        &weights,
        &keys as &[Option<Uuid>],
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| MadeWork {
            lesson: it.lesson_id.into(),
            key: it.client_key,
            work: it.work_id.into(),
        })
        .collect())
}

/// The place of a mark that has its work.
pub(crate) type SavedPlace = (LessonId, WorkId, PersonId);

/// Writes the marks; the lock on their lessons guards the versions.
pub(crate) async fn save_marks(
    tx: &mut Tx,
    marks: &[(SavedPlace, &Cell<MarkValue>)],
) -> Result<(), Error> {
    let works: Vec<i64> = marks.iter().map(|((_, work, _), _)| work.get()).collect();
    let pupils: Vec<i64> = marks.iter().map(|((_, _, pupil), _)| pupil.get()).collect();
    let lessons: Vec<i64> = marks.iter().map(|((lesson, ..), _)| lesson.get()).collect();
    let values: Vec<String> = marks
        .iter()
        .map(|(_, it)| it.value.text().to_owned())
        .collect();
    let points: Vec<Decimal> = marks.iter().map(|(_, it)| it.value.points()).collect();
    let counts: Vec<i16> = marks
        .iter()
        .map(|(_, it)| i16::from(it.value.count()))
        .collect();
    let versions: Vec<i32> = marks.iter().map(|(_, it)| it.version).collect();
    let Some((_, first)) = marks.first() else {
        return Ok(());
    };
    sqlx::query!(
        "insert into journal.mark as m
                (org_id, work_id, pupil_id, lesson_id, value, points, points_count, version, set_by, set_at)
         select kernel.org(), it.work_id, it.pupil_id, it.lesson_id, it.value, it.points, it.points_count,
                it.version, $8, $9
         from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::numeric[], $6::smallint[], $7::int[])
              as it (work_id, pupil_id, lesson_id, value, points, points_count, version)
         on conflict (org_id, work_id, pupil_id) do update
            set value = excluded.value, points = excluded.points, points_count = excluded.points_count,
                version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at",
        &works,
        &pupils,
        &lessons,
        &values,
        &points,
        &counts,
        &versions,
        first.by.get(),
        first.at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes absences; the lock on their lessons guards the versions.
pub(crate) async fn save_attendance(
    tx: &mut Tx,
    cells: &[(AttendancePlace, &Cell<Attendance>, Option<DocumentId>)],
) -> Result<(), Error> {
    let lessons: Vec<i64> = cells.iter().map(|((lesson, _), ..)| lesson.get()).collect();
    let pupils: Vec<i64> = cells.iter().map(|((_, pupil), ..)| pupil.get()).collect();
    let codes: Vec<String> = cells
        .iter()
        .map(|(_, it, _)| it.value.code().to_owned())
        .collect();
    let versions: Vec<i32> = cells.iter().map(|(_, it, _)| it.version).collect();
    let documents: Vec<Option<i64>> = cells
        .iter()
        .map(|(.., it)| it.map(DocumentId::get))
        .collect();
    let Some((_, first, _)) = cells.first() else {
        return Ok(());
    };
    sqlx::query!(
        "insert into journal.attendance as a (org_id, lesson_id, pupil_id, code, version, document_id, set_by, set_at)
         select kernel.org(), it.lesson_id, it.pupil_id, it.code, it.version, it.document_id, $6, $7
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::bigint[])
              as it (lesson_id, pupil_id, code, version, document_id)
         on conflict (org_id, lesson_id, pupil_id) do update
            set code = excluded.code, minutes = null, version = excluded.version, document_id = excluded.document_id,
                set_by = excluded.set_by, set_at = excluded.set_at",
        &lessons,
        &pupils,
        &codes,
        &versions,
        &documents as &[Option<i64>],
        first.by.get(),
        first.at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the answers, so that an operation sent again gets the same one.
pub(crate) async fn remember(
    tx: &mut Tx,
    account: kernel::AccountId,
    operations: &[KnownOperation],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = operations.iter().map(|it| it.op_id).collect();
    let hashes: Vec<Vec<u8>> = operations.iter().map(|it| it.body_hash.clone()).collect();
    let results: Vec<Value> = operations.iter().map(|it| it.result.clone()).collect();
    let now = tx.now();
    sqlx::query!(
        "insert into journal.operation (org_id, op_id, account_id, body_hash, result, at)
         select kernel.org(), it.op_id, $4, it.body_hash, it.result, $5
         from unnest($1::uuid[], $2::bytea[], $3::jsonb[]) as it (op_id, body_hash, result)",
        &ids,
        &hashes,
        &results,
        account.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

use std::collections::HashSet;

use chrono::NaiveDate;
use curriculum::WorkKindId;
use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::{
    Attendance, WhichWorks,
    finals::{FAILED, PASSED},
    mark_book::Alike,
};

/// What somebody has so many times in the lessons of a bucket.
pub(crate) struct Found {
    pub(crate) bucket: usize,
    pub(crate) pupil: PersonId,
    pub(crate) what: What,
}

pub(crate) enum What {
    Marks(Alike),
    Absence(Attendance, u32),
}

const CORRUPT: Error = Error::Corrupt {
    table: "journal.attendance",
    column: "code",
};

/// Marks and absences of these lessons, each of which belongs to a bucket:
/// like marks of a pupil in one row.
pub(crate) async fn worked(
    tx: &mut Tx,
    lessons: &[(LessonId, usize)],
    works: &WhichWorks,
    today: NaiveDate,
) -> Result<Vec<Found>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.0.get()).collect();
    let buckets: Vec<i32> = lessons
        .iter()
        .map(|it| i32::try_from(it.1).unwrap_or(i32::MAX))
        .collect();
    let (only, kinds) = match works {
        WhichWorks::All => (None, &[][..]),
        WhichWorks::Only(kinds) => (Some(true), kinds.as_slice()),
        WhichWorks::Without(kinds) => (Some(false), kinds.as_slice()),
    };
    let kinds: Vec<i64> = kinds.iter().map(|it: &WorkKindId| it.get()).collect();
    let rows = sqlx::query!(
        r#"with l as (select * from unnest($1::bigint[], $2::int[]) as l (lesson_id, bucket))
           select l.bucket as "bucket!", m.pupil_id as "pupil!", w.weight as "weight?", m.value as "value!",
                  w.due_on is null or w.due_on < $3 as "due!", count(*) as "count!",
                  sum(m.points) as "points!", sum(m.points_count) as "marks!"
             from l
             join journal.mark m on m.org_id = kernel.org() and m.lesson_id = l.lesson_id
             join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
            where m.value <> '' and ($4::bool is null or (w.kind_id = any($5)) = $4)
            group by 1, 2, 3, 4, 5
           union all
           select l.bucket, a.pupil_id, null, a.code, false, count(*), 0, 0
             from l
             join journal.attendance a on a.org_id = kernel.org() and a.lesson_id = l.lesson_id
            where a.code <> ''
            group by 1, 2, 4"#,
        &ids,
        &buckets,
        today,
        only,
        &kinds,
    )
    .fetch_all(tx.conn())
    .await?;
    // Counts of one class in one year are far below the limits.
    let small = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    rows.into_iter()
        .map(|it| {
            let count = small(it.count);
            let what = match it.weight {
                None => What::Absence(Attendance::from_code(&it.value).ok_or(CORRUPT)?, count),
                Some(weight) => What::Marks(Alike {
                    value: it.value,
                    weight,
                    count,
                    points: it.points,
                    marks: small(it.marks),
                    due: it.due,
                }),
            };
            Ok(Found {
                bucket: usize::try_from(it.bucket).unwrap_or(usize::MAX),
                pupil: it.pupil.into(),
                what,
            })
        })
        .collect()
}

/// Those of the lessons in which somebody has a mark; «•» and «ОСВ» are none.
pub(crate) async fn marked(tx: &mut Tx, lessons: &[LessonId]) -> Result<HashSet<LessonId>, Error> {
    let lessons: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_scalar!(
        r#"select distinct m.lesson_id as "lesson_id!"
           from journal.mark m
           join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
          where m.org_id = kernel.org() and m.lesson_id = any($1)
            and (m.points_count > 0 or m.value = any($2))"#,
        &lessons,
        &[PASSED, FAILED].map(str::to_owned),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

//! Who was there: the attendance of whole lessons and days.

use std::collections::HashSet;

use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::Attendance;

/// Says that somebody looked who is there; said again, the first one stays.
pub(crate) async fn save_rolled(tx: &mut Tx, lesson: LessonId, by: PersonId) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.rolled (org_id, lesson_id, rolled_by, rolled_at)
         values (kernel.org(), $1, $2, $3) on conflict (org_id, lesson_id) do nothing",
        lesson.get(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who is noted in some lessons, and of which lessons it is known who was there.
#[derive(Debug, Default)]
pub(crate) struct StoredAttendance {
    pub(crate) noted: Vec<(LessonId, PersonId, Attendance)>,
    pub(crate) rolled: HashSet<LessonId>,
}

/// How often a pupil is noted so in the lessons of a span.
pub(crate) struct MissedIn {
    pub(crate) span: usize,
    pub(crate) pupil: PersonId,
    pub(crate) what: Attendance,
    pub(crate) count: u32,
}

/// What stands in these lessons besides presence, summed up by the place that
/// each lesson is given.
pub(crate) async fn missed(
    tx: &mut Tx,
    placed: &[(LessonId, usize)],
) -> Result<Vec<MissedIn>, Error> {
    let lessons: Vec<i64> = placed.iter().map(|it| it.0.get()).collect();
    let spans: Vec<i32> = placed
        .iter()
        .map(|it| i32::try_from(it.1).unwrap_or(i32::MAX))
        .collect();
    let rows = sqlx::query!(
        r#"select n.span as "span!", a.pupil_id, a.code, count(*)::integer as "count!"
             from unnest($1::bigint[], $2::integer[]) as n (lesson_id, span)
             join journal.attendance a on a.org_id = kernel.org() and a.lesson_id = n.lesson_id
            where a.code <> ''
            group by n.span, a.pupil_id, a.code"#,
        &lessons,
        &spans,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(MissedIn {
                span: usize::try_from(it.span).unwrap_or(usize::MAX),
                pupil: it.pupil_id.into(),
                what: Attendance::from_code(&it.code).ok_or(Error::Corrupt {
                    table: "journal.attendance",
                    column: "code",
                })?,
                count: u32::try_from(it.count).unwrap_or(0),
            })
        })
        .collect()
}

/// Reads both in one statement. A lesson with any mark or absence, also one
/// taken back, was rolled.
pub(crate) async fn attendance(
    tx: &mut Tx,
    lessons: &[LessonId],
) -> Result<StoredAttendance, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select lesson_id as "lesson_id!", pupil_id as "pupil_id?", code as "code?"
             from journal.attendance where lesson_id = any($1)
           union all
           select lesson_id, null, null from journal.rolled where lesson_id = any($1)
           union all
           select it.id, null, null from unnest($1::bigint[]) as it (id)
            where exists (select from journal.mark m where m.org_id = kernel.org() and m.lesson_id = it.id)"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut stored = StoredAttendance::default();
    for row in rows {
        let lesson = LessonId::from(row.lesson_id);
        stored.rolled.insert(lesson);
        let (Some(pupil), Some(code)) = (row.pupil_id, row.code) else {
            continue;
        };
        let attendance = Attendance::from_code(&code).ok_or(Error::Corrupt {
            table: "journal.attendance",
            column: "code",
        })?;
        if attendance != Attendance::Present {
            stored.noted.push((lesson, pupil.into(), attendance));
        }
    }
    Ok(stored)
}

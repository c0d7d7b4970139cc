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

/// How often these pupils are noted in some lessons, by what is noted.
pub(crate) async fn missed(
    tx: &mut Tx,
    pupils: &[PersonId],
    lessons: &[LessonId],
) -> Result<Vec<(PersonId, Attendance, u32)>, Error> {
    let pupils: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let lessons: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select pupil_id, code, count(*)::integer as "count!"
             from journal.attendance
            where org_id = kernel.org() and pupil_id = any($1) and lesson_id = any($2) and code <> ''
            group by pupil_id, code"#,
        &pupils,
        &lessons,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let what = Attendance::from_code(&it.code).ok_or(Error::Corrupt {
                table: "journal.attendance",
                column: "code",
            })?;
            Ok((
                it.pupil_id.into(),
                what,
                u32::try_from(it.count).unwrap_or(0),
            ))
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

//! Where something was written, so that its history is found, and who is noted.

use db::{Error, Tx};
use kernel::{LessonId, PersonId, SubjectId, YearId};

use crate::Attendance;

/// Rows of some lessons and some pupils whose history may be asked for.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) marks: Vec<MarkKey>,
    pub(crate) absences: Vec<(LessonId, PersonId)>,
    pub(crate) finals: Vec<FinalKey>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkKey {
    pub(crate) work: i64,
    pub(crate) lesson: LessonId,
    pub(crate) pupil: PersonId,
}

#[derive(Clone, Debug)]
pub(crate) struct FinalKey {
    pub(crate) pupil: PersonId,
    pub(crate) subject: SubjectId,
    pub(crate) kind: String,
    pub(crate) number: i16,
}

/// All in one statement.
pub(crate) async fn written(
    tx: &mut Tx,
    lessons: &[LessonId],
    pupils: &[PersonId],
    year: YearId,
) -> Result<Written, Error> {
    let lessons: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let pupils: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select pupil_id as "pupil_id!", lesson_id as "lesson_id?", work_id as "work_id?",
                  null::bigint as "subject_id?", null::text as "kind?", null::smallint as "number?"
             from journal.mark where lesson_id = any($1)
           union all
           select pupil_id, lesson_id, null, null, null, null
             from journal.attendance where lesson_id = any($1)
           union all
           select pupil_id, null, null, subject_id, kind, number
             from journal.final_mark where year_id = $3 and pupil_id = any($2)"#,
        &lessons,
        &pupils,
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut written = Written::default();
    for it in rows {
        let pupil = it.pupil_id.into();
        match (it.lesson_id, it.work_id, it.subject_id) {
            (Some(lesson), Some(work), _) => written.marks.push(MarkKey {
                work,
                lesson: lesson.into(),
                pupil,
            }),
            (Some(lesson), None, _) => written.absences.push((lesson.into(), pupil)),
            (None, _, Some(subject)) => written.finals.push(FinalKey {
                pupil,
                subject: subject.into(),
                kind: it.kind.unwrap_or_default(),
                number: it.number.unwrap_or_default(),
            }),
            (None, ..) => {}
        }
    }
    Ok(written)
}

/// Who is noted in these lessons.
pub(crate) async fn notes(
    tx: &mut Tx,
    lessons: &[LessonId],
) -> Result<Vec<(LessonId, PersonId, Attendance)>, Error> {
    let lessons: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select lesson_id, pupil_id, code from journal.attendance
          where lesson_id = any($1) and code <> ''",
        &lessons,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let what = Attendance::from_code(&it.code)
                .ok_or(Error::corrupt("journal.attendance", "code"))?;
            Ok((it.lesson_id.into(), it.pupil_id.into(), what))
        })
        .collect()
}

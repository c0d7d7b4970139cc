use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::{LessonId, PersonId};
use rust_decimal::Decimal;

/// A mark or an absence of a lesson.
pub(crate) struct Entered {
    pub(crate) pupil: PersonId,
    pub(crate) lesson: LessonId,
    /// The mark, or the code of the absence.
    pub(crate) value: String,
    /// None of an absence.
    pub(crate) mark: Option<EnteredMark>,
}

/// The work of a mark, and what it counts.
pub(crate) struct EnteredMark {
    pub(crate) work: i64,
    pub(crate) kind: i64,
    pub(crate) weight: Decimal,
    pub(crate) points: Decimal,
    pub(crate) count: u32,
}

/// Marks and absences of these pupils that were entered on the day or later.
pub(crate) async fn entered(
    tx: &mut Tx,
    pupils: &[PersonId],
    since: NaiveDate,
) -> Result<Vec<Entered>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select m.pupil_id as "pupil_id!", m.lesson_id as "lesson_id!", m.value as "value!",
                  w.work_id as "work_id?", w.kind_id as "kind_id?", w.weight as "weight?",
                  m.points as "points?", m.points_count as "count?"
             from journal.mark m
             join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
            where m.org_id = kernel.org() and m.pupil_id = any($1) and m.set_at >= $2::date and m.value <> ''
           union all
           select a.pupil_id, a.lesson_id, a.code, null, null, null, null, null
             from journal.attendance a
            where a.org_id = kernel.org() and a.pupil_id = any($1) and a.set_at >= $2::date and a.code <> ''"#,
        &ids,
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    let entered = rows.into_iter().map(|it| Entered {
        pupil: it.pupil_id.into(),
        lesson: it.lesson_id.into(),
        value: it.value,
        mark: it.work_id.zip(it.kind_id).map(|(work, kind)| EnteredMark {
            work,
            kind,
            weight: it.weight.unwrap_or_default(),
            points: it.points.unwrap_or_default(),
            count: u32::try_from(it.count.unwrap_or_default()).unwrap_or_default(),
        }),
    });
    Ok(entered.collect())
}

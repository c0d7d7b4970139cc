use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{ClassId, LessonId, PersonId, SubjectId, YearId};
use rust_decimal::Decimal;

use crate::{
    Attendance, DOT, FinalValue, Slot,
    correction::CorrectionId,
    finals::{FAILED, FinalPlace, PASSED},
    locks::{CorrectedCell, Locks, Signature},
};

/// A final mark as it stands.
#[derive(Clone, Debug)]
pub(crate) struct StoredFinal {
    pub(crate) value: FinalValue,
    pub(crate) version: i32,
    pub(crate) year: YearId,
    pub(crate) grade: i16,
    pub(crate) by: PersonId,
    pub(crate) at: DateTime<Utc>,
    /// Signed in the class where it was set.
    pub(crate) signed: bool,
}

/// Changes of the final marks of a class happen one after the other.
pub(crate) async fn lock_finals(tx: &mut Tx, class: ClassId) -> Result<(), Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('journal.finals', $1))",
        class.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The final marks of these pupils of all years, in one subject or in all.
pub(crate) async fn finals(
    tx: &mut Tx,
    pupils: &[PersonId],
    subject: Option<SubjectId>,
) -> Result<Vec<(FinalPlace, StoredFinal)>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select m.pupil_id, m.subject_id, m.year_id, m.kind, m.number, m.grade, m.value, m.reason, m.version,
                  m.set_by, m.set_at, s.signed_at is not null as "signed!"
             from journal.final_mark m
             left join journal.signed_period s
               on s.org_id = m.org_id and s.class_id = m.class_id and s.subject_id = m.subject_id
              and s.kind = m.kind and s.number = m.number and s.reopened_at is null
            where m.org_id = kernel.org() and m.pupil_id = any($1)
              and ($2::bigint is null or m.subject_id = $2)"#,
        &ids,
        subject.map(SubjectId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let slot = Slot::from_parts(&it.kind, it.number).ok_or(CORRUPT)?;
            let place = FinalPlace {
                pupil: it.pupil_id.into(),
                subject: it.subject_id.into(),
                slot,
            };
            let mark = StoredFinal {
                value: FinalValue::stored(it.value, &it.reason),
                version: it.version,
                year: it.year_id.into(),
                grade: it.grade,
                by: it.set_by.into(),
                at: it.set_at,
                signed: it.signed,
            };
            Ok((place, mark))
        })
        .collect()
}

const CORRUPT: Error = Error::Corrupt {
    table: "journal.final_mark",
    column: "kind",
};

/// The final marks of these pupils in some periods of a year.
pub(crate) async fn finals_of(
    tx: &mut Tx,
    pupils: &[PersonId],
    year: YearId,
    slots: &[Slot],
) -> Result<Vec<(FinalPlace, FinalValue)>, Error> {
    let pupils: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let kinds: Vec<String> = slots.iter().map(|it| it.kind().code().to_owned()).collect();
    let numbers: Vec<i16> = slots.iter().map(|it| it.number()).collect();
    let rows = sqlx::query!(
        "select pupil_id, subject_id, kind, number, value, reason
           from journal.final_mark
          where org_id = kernel.org() and pupil_id = any($1) and year_id = $2 and value <> ''
            and (kind, number) in (select * from unnest($3::text[], $4::smallint[]))",
        &pupils,
        year.get(),
        &kinds,
        &numbers,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let place = FinalPlace {
                pupil: it.pupil_id.into(),
                subject: it.subject_id.into(),
                slot: Slot::from_parts(&it.kind, it.number).ok_or(CORRUPT)?,
            };
            Ok((place, FinalValue::stored(it.value, &it.reason)))
        })
        .collect()
}

/// A final mark to write.
pub(crate) struct NewFinal {
    pub(crate) place: FinalPlace,
    pub(crate) value: FinalValue,
    pub(crate) version: i32,
}

/// In which class and by whom final marks are written.
pub(crate) struct FinalsOf {
    pub(crate) year: YearId,
    pub(crate) class: ClassId,
    pub(crate) grade: i16,
    pub(crate) by: PersonId,
}

/// Writes final marks. The lock on the class guards the versions; where a
/// pupil moved and both classes write, the second finds nothing to do: false.
pub(crate) async fn save_finals(
    tx: &mut Tx,
    of: &FinalsOf,
    marks: &[NewFinal],
) -> Result<bool, Error> {
    if marks.is_empty() {
        return Ok(true);
    }
    let now = tx.now();
    let pupils: Vec<i64> = marks.iter().map(|it| it.place.pupil.get()).collect();
    let subjects: Vec<i64> = marks.iter().map(|it| it.place.subject.get()).collect();
    let kinds: Vec<String> = marks
        .iter()
        .map(|it| it.place.slot.kind().code().to_owned())
        .collect();
    let numbers: Vec<i16> = marks.iter().map(|it| it.place.slot.number()).collect();
    let values: Vec<String> = marks.iter().map(|it| it.value.text().to_owned()).collect();
    let reasons: Vec<String> = marks
        .iter()
        .map(|it| it.value.reason().map_or("", |it| it.code()).to_owned())
        .collect();
    let versions: Vec<i32> = marks.iter().map(|it| it.version).collect();
    let done = sqlx::query!(
        "insert into journal.final_mark as m
                (org_id, pupil_id, subject_id, year_id, kind, number, class_id, grade, value, reason, version, set_by, set_at)
         select kernel.org(), it.pupil_id, it.subject_id, $8, it.kind, it.number, $9, $10, it.value, it.reason,
                it.version, $11, $12
           from unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::int[])
                as it (pupil_id, subject_id, kind, number, value, reason, version)
         on conflict (org_id, pupil_id, subject_id, year_id, kind, number) do update
            set class_id = excluded.class_id, grade = excluded.grade, value = excluded.value,
                reason = excluded.reason, version = excluded.version,
                set_by = excluded.set_by, set_at = excluded.set_at
          where m.version < excluded.version",
        &pupils,
        &subjects,
        &kinds,
        &numbers,
        &values,
        &reasons,
        &versions,
        of.year.get(),
        of.class.get(),
        of.grade,
        of.by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == marks.len() as u64)
}

/// What stands in some lessons, added up by bucket, pupil and weight.
pub(crate) struct Tally {
    pub(crate) bucket: usize,
    pub(crate) pupil: PersonId,
    pub(crate) weight: Decimal,
    pub(crate) points: Decimal,
    pub(crate) count: u32,
    pub(crate) dots: u32,
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) exempt: u32,
    pub(crate) missed: u32,
}

/// Adds up marks and absences of these lessons, each of which belongs to a
/// bucket: a subject or a period; a dot is a debt when its day is over. The average itself is counted by its one function.
pub(crate) async fn tallies(
    tx: &mut Tx,
    lessons: &[(LessonId, usize)],
    today: NaiveDate,
) -> Result<Vec<Tally>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.0.get()).collect();
    let buckets: Vec<i32> = lessons
        .iter()
        .map(|it| i32::try_from(it.1).unwrap_or(i32::MAX))
        .collect();
    let missed = Attendance::ALL.into_iter().filter(|it| it.missed());
    let missed: Vec<String> = missed.map(|it| it.code().to_owned()).collect();
    let rows = sqlx::query!(
        r#"with l as (select * from unnest($1::bigint[], $2::int[]) as l (lesson_id, bucket))
           select l.bucket as "bucket!", m.pupil_id as "pupil!", w.weight as "weight!",
                  sum(m.points) as "points!", sum(m.points_count) as "count!",
                  count(*) filter (where m.value = $5 and (w.due_on is null or w.due_on < $4)) as "dots!",
                  count(*) filter (where m.value = $6) as "passed!",
                  count(*) filter (where m.value = $7) as "failed!",
                  count(*) filter (where m.value = $8) as "exempt!", 0::bigint as "missed!"
             from l
             join journal.mark m on m.org_id = kernel.org() and m.lesson_id = l.lesson_id
             join journal.work w on w.org_id = m.org_id and w.work_id = m.work_id and w.removed_at is null
            where m.value <> ''
            group by l.bucket, m.pupil_id, w.weight
           union all
           select l.bucket, a.pupil_id, 0, 0, 0, 0, 0, 0, count(*) filter (where a.code = $8),
                  count(*) filter (where a.code = any($3))
             from l
             join journal.attendance a on a.org_id = kernel.org() and a.lesson_id = l.lesson_id
            where a.code <> ''
            group by l.bucket, a.pupil_id"#,
        &ids,
        &buckets,
        &missed,
        today,
        DOT,
        PASSED,
        FAILED,
        Attendance::Exempt.code(),
    )
    .fetch_all(tx.conn())
    .await?;
    // Counts of rows of one class in one year are far below the limits.
    let small = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|it| Tally {
            bucket: usize::try_from(it.bucket).unwrap_or(usize::MAX),
            pupil: it.pupil.into(),
            weight: it.weight,
            points: it.points,
            count: small(it.count),
            dots: small(it.dots),
            passed: small(it.passed),
            failed: small(it.failed),
            exempt: small(it.exempt),
            missed: small(it.missed),
        })
        .collect())
}

/// A signature, or a correction with the cell that it is about.
pub(super) struct LockRow {
    pub(super) class_id: i64,
    pub(super) subject_id: i64,
    /// Of the slot; none where a mark of a lesson is corrected.
    pub(super) kind: Option<String>,
    pub(super) number: Option<i16>,
    pub(super) by: Option<i64>,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) correction_id: Option<i64>,
    pub(super) pupil_id: Option<i64>,
    pub(super) lesson_id: Option<i64>,
    pub(super) work_id: Option<i64>,
    pub(super) asked: bool,
}

/// Signatures of these classes, and the cells that corrections opened or wait for.
pub(crate) async fn locks(tx: &mut Tx, classes: &[ClassId]) -> Result<Locks, Error> {
    let ids: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let now = tx.now();
    let rows = sqlx::query_as!(
        LockRow,
        r#"select class_id as "class_id!", subject_id as "subject_id!", kind as "kind?", number as "number?",
                  signed_by as "by?", signed_at as "at?", null::bigint as "correction_id?", null::bigint as "pupil_id?",
                  null::bigint as "lesson_id?", null::bigint as "work_id?", false as "asked!"
             from journal.signed_period
            where org_id = kernel.org() and class_id = any($1) and reopened_at is null
           union all
           select class_id, subject_id, kind, number, null, null, correction_id, pupil_id, lesson_id, work_id,
                  state = 'asked'
             from journal.correction
            where org_id = kernel.org() and class_id = any($1)
              and (state = 'asked' or state in ('approved', 'used') and open_until > $2)"#,
        &ids,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut locks = Locks::default();
    for row in rows {
        take_lock(&mut locks, &row)?;
    }
    Ok(locks)
}

pub(super) fn take_lock(locks: &mut Locks, row: &LockRow) -> Result<(), Error> {
    let subject = row.subject_id.into();
    let slot = match (&row.kind, row.number) {
        (Some(kind), Some(number)) => Some(Slot::from_parts(kind, number).ok_or(CORRUPT)?),
        _ => None,
    };
    let Some(correction) = row.correction_id else {
        if let (Some(slot), Some(by), Some(at)) = (slot, row.by, row.at) {
            let signature = Signature { by: by.into(), at };
            let of = (row.class_id.into(), subject, slot);
            locks.signed.insert(of, signature);
        }
        return Ok(());
    };
    let pupil = PersonId::from(row.pupil_id.unwrap_or_default());
    let cell = match (row.lesson_id, slot) {
        (Some(lesson), _) => CorrectedCell::Mark(lesson.into(), row.work_id.map(Into::into), pupil),
        (None, Some(slot)) => CorrectedCell::Final(FinalPlace {
            pupil,
            subject,
            slot,
        }),
        (None, None) => return Ok(()),
    };
    if row.asked {
        locks.asked.insert(cell);
    } else {
        locks.open.insert(cell, CorrectionId::from(correction));
    }
    Ok(())
}

/// A period of a class in a subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeriodOf {
    pub(crate) class: ClassId,
    pub(crate) subject: SubjectId,
    pub(crate) slot: Slot,
}

/// Signs a period, anew where it had been opened again.
pub(crate) async fn sign(tx: &mut Tx, of: PeriodOf, by: PersonId) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.signed_period as s (org_id, class_id, subject_id, kind, number, signed_by, signed_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)
         on conflict (org_id, class_id, subject_id, kind, number) do update
            set signed_by = excluded.signed_by, signed_at = excluded.signed_at,
                reopened_by = null, reopened_at = null, reopen_reason = ''
          where s.reopened_at is not null",
        of.class.get(),
        of.subject.get(),
        of.slot.kind().code(),
        of.slot.number(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a signature back; false where there is none.
pub(crate) async fn reopen(
    tx: &mut Tx,
    of: PeriodOf,
    by: PersonId,
    reason: &str,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update journal.signed_period
            set reopened_by = $5, reopened_at = $6, reopen_reason = $7
          where org_id = kernel.org() and class_id = $1 and subject_id = $2 and kind = $3 and number = $4
            and reopened_at is null",
        of.class.get(),
        of.subject.get(),
        of.slot.kind().code(),
        of.slot.number(),
        by.get(),
        now,
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

use chrono::{DateTime, Duration, Utc};
use db::{Error, Tx};
use kernel::{ClassId, PersonId, SubjectId, YearId};

use crate::{
    Slot,
    correction::{Correction, CorrectionId, CorrectionOf, CorrectionState, Decision, OPEN_HOURS},
};

/// At most so many requests are shown at once.
const MOST_SHOWN: i64 = 200;

/// A request as it is asked.
pub(crate) struct NewCorrection<'a> {
    pub(crate) class: ClassId,
    pub(crate) subject: SubjectId,
    pub(crate) year: YearId,
    pub(crate) of: CorrectionOf,
    pub(crate) old_value: &'a str,
    pub(crate) wanted: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) by: PersonId,
}

/// Keeps a request; `None` where the cell waits for an answer already.
pub(crate) async fn ask(
    tx: &mut Tx,
    it: &NewCorrection<'_>,
) -> Result<Option<CorrectionId>, Error> {
    let now = tx.now();
    let (lesson, work, slot) = match it.of {
        CorrectionOf::Mark { lesson, work, .. } => (Some(lesson), work, None),
        CorrectionOf::Final { slot, .. } => (None, None, Some(slot)),
    };
    let id = sqlx::query_scalar!(
        "insert into journal.correction
                (org_id, class_id, subject_id, pupil_id, lesson_id, work_id, year_id, kind, number,
                 old_value, wanted, reason, asked_by, asked_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict do nothing
         returning correction_id",
        it.class.get(),
        it.subject.get(),
        it.of.pupil().get(),
        lesson.map(kernel::LessonId::get),
        work.map(crate::WorkId::get),
        slot.map(|_| it.year.get()),
        slot.map(|it| it.kind().code()),
        slot.map(Slot::number),
        it.old_value,
        it.wanted,
        it.reason,
        it.by.get(),
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

struct Row {
    correction_id: i64,
    class_id: i64,
    subject_id: i64,
    pupil_id: i64,
    lesson_id: Option<i64>,
    work_id: Option<i64>,
    kind: Option<String>,
    number: Option<i16>,
    old_value: String,
    wanted: String,
    reason: String,
    state: String,
    asked_by: i64,
    asked_at: DateTime<Utc>,
    decided_by: Option<i64>,
    decided_at: Option<DateTime<Utc>>,
    answer: String,
    open_until: Option<DateTime<Utc>>,
    answer_seen_at: Option<DateTime<Utc>>,
}

/// Requests, those that wait first, then the newest: of everybody, or of one person.
pub(crate) async fn corrections(
    tx: &mut Tx,
    asked_by: Option<PersonId>,
) -> Result<Vec<Correction>, Error> {
    let rows = sqlx::query_as!(
        Row,
        "select correction_id, class_id, subject_id, pupil_id, lesson_id, work_id, kind, number,
                old_value, wanted, reason, state, asked_by, asked_at, decided_by, decided_at, answer, open_until,
                answer_seen_at
           from journal.correction
          where org_id = kernel.org() and ($1::bigint is null or asked_by = $1)
          order by state <> 'asked', case when state = 'asked' then asked_at end, asked_at desc, correction_id
          limit $2",
        asked_by.map(PersonId::get),
        MOST_SHOWN,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::read).collect()
}

impl Row {
    fn read(self) -> Result<Correction, Error> {
        let corrupt = |column| Error::Corrupt {
            table: "journal.correction",
            column,
        };
        let slot = match (&self.kind, self.number) {
            (Some(kind), Some(number)) => Slot::from_parts(kind, number),
            _ => None,
        };
        let of = match (self.lesson_id, slot) {
            (Some(lesson), _) => CorrectionOf::Mark {
                lesson: lesson.into(),
                work: self.work_id.map(Into::into),
                pupil: self.pupil_id.into(),
            },
            (None, Some(slot)) => CorrectionOf::Final {
                class: self.class_id.into(),
                subject: self.subject_id.into(),
                pupil: self.pupil_id.into(),
                slot,
            },
            (None, None) => return Err(corrupt("kind")),
        };
        Ok(Correction {
            id: self.correction_id.into(),
            class: self.class_id.into(),
            subject: self.subject_id.into(),
            of,
            old_value: self.old_value,
            wanted: self.wanted,
            reason: self.reason,
            state: CorrectionState::from_code(&self.state).ok_or(corrupt("state"))?,
            asked_by: self.asked_by.into(),
            asked_at: self.asked_at,
            decided_by: self.decided_by.map(Into::into),
            decided_at: self.decided_at,
            answer: self.answer,
            open_until: self.open_until,
            answer_seen: self.answer_seen_at.is_some(),
        })
    }
}

/// Decides about requests; how many it concerned. Those that somebody else
/// decided meanwhile, and those that are not there, are left alone.
pub(crate) async fn decide(
    tx: &mut Tx,
    ids: &[CorrectionId],
    decision: Decision,
    answer: &str,
    by: PersonId,
) -> Result<u64, Error> {
    let ids: Vec<i64> = ids.iter().map(|it| it.get()).collect();
    let now = tx.now();
    let done = match decision {
        Decision::Approve | Decision::Refuse => {
            let approved = decision == Decision::Approve;
            sqlx::query!(
                "update journal.correction
                    set state = $2, decided_by = $3, decided_at = $4, answer = $5, open_until = $6,
                        answer_seen_at = null, version = version + 1
                  where org_id = kernel.org() and correction_id = any($1) and state = 'asked'",
                &ids,
                if approved { "approved" } else { "refused" },
                by.get(),
                now,
                answer,
                approved.then(|| now + Duration::hours(OPEN_HOURS)),
            )
            .execute(tx.conn())
            .await?
        }
        Decision::Undo => {
            // A second request for the same cell may wait by now; it wins.
            sqlx::query!(
                "update journal.correction c
                    set state = 'asked', decided_by = null, decided_at = null, answer = '', open_until = null,
                        answer_seen_at = null, version = version + 1
                  where org_id = kernel.org() and correction_id = any($1)
                    and state in ('approved', 'refused') and used_at is null
                    and not exists (select from journal.correction o
                        where o.org_id = c.org_id and o.state = 'asked' and o.pupil_id = c.pupil_id
                          and o.subject_id = c.subject_id and o.lesson_id is not distinct from c.lesson_id
                          and o.work_id is not distinct from c.work_id and o.year_id is not distinct from c.year_id
                          and o.kind is not distinct from c.kind and o.number is not distinct from c.number)",
                &ids,
            )
            .execute(tx.conn())
            .await?
        }
    };
    Ok(done.rows_affected())
}

/// Who asked has read all answers.
pub(crate) async fn read_answers(tx: &mut Tx, asked_by: PersonId) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "update journal.correction set answer_seen_at = $2
          where org_id = kernel.org() and asked_by = $1 and decided_at is not null and answer_seen_at is null",
        asked_by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that something was written into the cells that these opened.
pub(crate) async fn use_corrections(tx: &mut Tx, ids: &[CorrectionId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = ids.iter().map(|it| it.get()).collect();
    let now = tx.now();
    sqlx::query!(
        "update journal.correction set state = 'used', used_at = $2, version = version + 1
          where org_id = kernel.org() and correction_id = any($1) and state = 'approved'",
        &ids,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

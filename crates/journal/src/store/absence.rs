//! Documents, notices and what they change.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{LessonId, PersonId};

use crate::{
    Attendance,
    absence::{Absence, AbsenceDocument, Basis, DocumentId, Notice, NoticeId, NoticeState, Reason},
};

const fn corrupt(table: &'static str, column: &'static str) -> Error {
    Error::Corrupt { table, column }
}

struct DocumentRow {
    document_id: i64,
    pupil_id: i64,
    reason: String,
    first_on: NaiveDate,
    last_on: NaiveDate,
    basis: String,
    received_on: NaiveDate,
    note: String,
    yields: bool,
    set_by: i64,
    set_at: DateTime<Utc>,
}

impl TryFrom<DocumentRow> for AbsenceDocument {
    type Error = Error;

    fn try_from(it: DocumentRow) -> Result<Self, Error> {
        Ok(Self {
            id: it.document_id.into(),
            pupil: it.pupil_id.into(),
            reason: Reason::from_code(&it.reason)
                .ok_or(corrupt("journal.absence_document", "reason"))?,
            first_on: it.first_on,
            last_on: it.last_on,
            basis: Basis::from_code(&it.basis)
                .ok_or(corrupt("journal.absence_document", "basis"))?,
            received_on: it.received_on,
            note: it.note,
            yields: it.yields,
            set_by: it.set_by.into(),
            set_at: it.set_at,
        })
    }
}

/// Documents in force of these pupils that meet the days, oldest first.
pub(crate) async fn documents(
    tx: &mut Tx,
    pupils: &[PersonId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<AbsenceDocument>, Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        DocumentRow,
        "select document_id, pupil_id, reason, first_on, last_on, basis, received_on, note, yields, set_by, set_at
           from journal.absence_document
          where pupil_id = any($1) and first_on <= $3 and last_on >= $2 and withdrawn_at is null
          order by document_id",
        &ids,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One document with whether it is in force.
pub(crate) async fn document(
    tx: &mut Tx,
    id: DocumentId,
) -> Result<Option<(AbsenceDocument, bool)>, Error> {
    let row = sqlx::query!(
        r#"select document_id, pupil_id, reason, first_on, last_on, basis, received_on, note, yields, set_by, set_at,
                  withdrawn_at is null as "in_force!"
             from journal.absence_document where document_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|it| {
        let in_force = it.in_force;
        let row = DocumentRow {
            document_id: it.document_id,
            pupil_id: it.pupil_id,
            reason: it.reason,
            first_on: it.first_on,
            last_on: it.last_on,
            basis: it.basis,
            received_on: it.received_on,
            note: it.note,
            yields: it.yields,
            set_by: it.set_by,
            set_at: it.set_at,
        };
        Ok((row.try_into()?, in_force))
    })
    .transpose()
}

/// Documents of one pupil are entered one after the other.
pub(crate) async fn lock_documents(tx: &mut Tx, pupil: PersonId) -> Result<(), Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('journal.absence', $1))",
        pupil.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Enters a document; its id is not looked at.
pub(crate) async fn insert_document(
    tx: &mut Tx,
    it: &AbsenceDocument,
    notice: Option<NoticeId>,
) -> Result<DocumentId, Error> {
    let id = sqlx::query_scalar!(
        "insert into journal.absence_document
                (org_id, pupil_id, reason, first_on, last_on, basis, received_on, note, yields, notice_id, set_by, set_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning document_id",
        it.pupil.get(),
        it.reason.code(),
        it.first_on,
        it.last_on,
        it.basis.code(),
        it.received_on,
        it.note,
        it.yields,
        notice.map(NoticeId::get),
        it.set_by.get(),
        it.set_at,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Takes a document back; false where it was taken back before.
pub(crate) async fn withdraw_document(
    tx: &mut Tx,
    id: DocumentId,
    by: PersonId,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update journal.absence_document set withdrawn_by = $2, withdrawn_at = $3
          where org_id = kernel.org() and document_id = $1 and withdrawn_at is null",
        id.get(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What stands for the pupil at these lessons, given with their days.
pub(crate) async fn absences_of(
    tx: &mut Tx,
    pupil: PersonId,
    lessons: &[(LessonId, NaiveDate)],
) -> Result<Vec<Absence>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.0.get()).collect();
    let days: Vec<NaiveDate> = lessons.iter().map(|it| it.1).collect();
    let rows = sqlx::query!(
        r#"select a.lesson_id, it.held_on as "held_on!", a.code, a.document_id
             from unnest($1::bigint[], $2::date[]) as it (lesson_id, held_on)
             join journal.attendance a on a.org_id = kernel.org() and a.lesson_id = it.lesson_id and a.pupil_id = $3
            where a.code <> ''"#,
        &ids,
        &days,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Absence {
                lesson: it.lesson_id.into(),
                held_on: it.held_on,
                attendance: Attendance::from_code(&it.code)
                    .ok_or(corrupt("journal.attendance", "code"))?,
                document: it.document_id.map(Into::into),
            })
        })
        .collect()
}

/// Puts the codes that documents tell, all in one statement; the locks of the
/// lessons guard the versions.
pub(crate) async fn retell(
    tx: &mut Tx,
    pupil: PersonId,
    absences: &[Absence],
    by: PersonId,
) -> Result<(), Error> {
    let lessons: Vec<i64> = absences.iter().map(|it| it.lesson.get()).collect();
    let codes: Vec<String> = absences
        .iter()
        .map(|it| it.attendance.code().to_owned())
        .collect();
    let documents: Vec<Option<i64>> = absences
        .iter()
        .map(|it| it.document.map(DocumentId::get))
        .collect();
    let now = tx.now();
    sqlx::query!(
        "update journal.attendance a
            set code = it.code, document_id = it.document_id, version = a.version + 1, set_by = $5, set_at = $6
           from unnest($1::bigint[], $2::text[], $3::bigint[]) as it (lesson_id, code, document_id)
          where a.org_id = kernel.org() and a.lesson_id = it.lesson_id and a.pupil_id = $4",
        &lessons,
        &codes,
        &documents as &[Option<i64>],
        pupil.get(),
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct NoticeRow {
    notice_id: i64,
    pupil_id: i64,
    reason: String,
    first_on: NaiveDate,
    last_on: NaiveDate,
    text: String,
    late: bool,
    state: String,
    answer: String,
    sent_by: i64,
    sent_at: DateTime<Utc>,
}

impl TryFrom<NoticeRow> for Notice {
    type Error = Error;

    fn try_from(it: NoticeRow) -> Result<Self, Error> {
        Ok(Self {
            id: it.notice_id.into(),
            pupil: it.pupil_id.into(),
            reason: Reason::from_code(&it.reason)
                .ok_or(corrupt("journal.absence_notice", "reason"))?,
            first_on: it.first_on,
            last_on: it.last_on,
            text: it.text,
            late: it.late,
            state: NoticeState::from_code(&it.state)
                .ok_or(corrupt("journal.absence_notice", "state"))?,
            answer: it.answer,
            sent_by: it.sent_by.into(),
            sent_at: it.sent_at,
            files: vec![],
        })
    }
}

/// Notices about the pupil, newest first.
pub(crate) async fn notices_of(
    tx: &mut Tx,
    pupil: PersonId,
    limit: i64,
) -> Result<Vec<Notice>, Error> {
    let rows = sqlx::query_as!(
        NoticeRow,
        "select notice_id, pupil_id, reason, first_on, last_on, text, late, state, answer, sent_by, sent_at
           from journal.absence_notice where pupil_id = $1 order by notice_id desc limit $2",
        pupil.get(),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Notices that nobody answered, of the whole school, oldest first.
pub(crate) async fn waiting_notices(tx: &mut Tx) -> Result<Vec<Notice>, Error> {
    let rows = sqlx::query_as!(
        NoticeRow,
        "select notice_id, pupil_id, reason, first_on, last_on, text, late, state, answer, sent_by, sent_at
           from journal.absence_notice where state = 'sent' order by notice_id",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One notice, locked until the end of the transaction.
pub(crate) async fn notice_to_answer(tx: &mut Tx, id: NoticeId) -> Result<Option<Notice>, Error> {
    let row = sqlx::query_as!(
        NoticeRow,
        "select notice_id, pupil_id, reason, first_on, last_on, text, late, state, answer, sent_by, sent_at
           from journal.absence_notice where notice_id = $1 for update",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Sends a notice; its id, state and files are not looked at.
pub(crate) async fn insert_notice(tx: &mut Tx, it: &Notice) -> Result<NoticeId, Error> {
    let id = sqlx::query_scalar!(
        "insert into journal.absence_notice
                (org_id, pupil_id, reason, first_on, last_on, text, late, sent_by, sent_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8)
         returning notice_id",
        it.pupil.get(),
        it.reason.code(),
        it.first_on,
        it.last_on,
        it.text,
        it.late,
        it.sent_by.get(),
        it.sent_at,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Answers a notice that waits.
pub(crate) async fn answer_notice(
    tx: &mut Tx,
    id: NoticeId,
    state: NoticeState,
    answer: &str,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "update journal.absence_notice set state = $2, answer = $3, answered_by = $4, answered_at = $5
          where org_id = kernel.org() and notice_id = $1 and state = 'sent'",
        id.get(),
        state.code(),
        answer,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

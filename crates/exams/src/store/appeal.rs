use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::PersonId;

use crate::{Appeal, AppealId, AppealState, Error, ExamId};

struct AppealRow {
    appeal_id: i64,
    exam_id: i64,
    pupil_id: i64,
    about: String,
    filed_on: NaiveDate,
    state: String,
    decided_on: Option<NaiveDate>,
    primary_before: Option<i16>,
    primary_after: Option<i16>,
    note: String,
    version: i32,
}

impl TryFrom<AppealRow> for Appeal {
    type Error = DbError;

    fn try_from(it: AppealRow) -> Result<Self, DbError> {
        Ok(Self {
            id: it.appeal_id.into(),
            exam: it.exam_id.into(),
            pupil: it.pupil_id.into(),
            about_score: it.about == "score",
            filed_on: it.filed_on,
            state: AppealState::from_code(&it.state).ok_or(DbError::Corrupt {
                table: "exams.appeal",
                column: "state",
            })?,
            decided_on: it.decided_on,
            before: it.primary_before,
            after: it.primary_after,
            note: it.note,
            version: it.version,
        })
    }
}

/// Appeals of a pupil, of one exam or of all, the oldest first.
pub(crate) async fn appeals(
    tx: &mut Tx,
    pupil: PersonId,
    exam: Option<ExamId>,
) -> Result<Vec<Appeal>, DbError> {
    let rows = sqlx::query_as!(
        AppealRow,
        "select appeal_id, exam_id, pupil_id, about, filed_on, state, decided_on, primary_before, primary_after,
                note, version
           from exams.appeal
          where org_id = kernel.org() and pupil_id = $1 and ($2::bigint is null or exam_id = $2)
          order by filed_on, appeal_id",
        pupil.get(),
        exam.map(ExamId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn insert_appeal(
    tx: &mut Tx,
    (exam, pupil): (ExamId, PersonId),
    about_score: bool,
    filed_on: NaiveDate,
    note: &str,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into exams.appeal (org_id, exam_id, pupil_id, about, filed_on, note)
         values (kernel.org(), $1, $2, $3, $4, $5)",
        exam.get(),
        pupil.get(),
        if about_score { "score" } else { "procedure" },
        filed_on,
        note,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What became of an appeal.
pub(crate) struct AppealChange {
    pub(crate) id: AppealId,
    pub(crate) seen: i32,
    pub(crate) granted: bool,
    pub(crate) decided_on: NaiveDate,
    pub(crate) before: Option<i16>,
    pub(crate) after: Option<i16>,
}

/// Decides an appeal that still waits.
pub(crate) async fn decide_appeal(tx: &mut Tx, it: &AppealChange) -> Result<(), Error> {
    let state = if it.granted {
        AppealState::Granted
    } else {
        AppealState::Refused
    };
    let done = sqlx::query!(
        "update exams.appeal
            set state = $3, decided_on = $4, primary_before = $5, primary_after = $6, version = version + 1
          where org_id = kernel.org() and appeal_id = $1 and version = $2 and state = 'filed'",
        it.id.get(),
        it.seen,
        state.code(),
        it.decided_on,
        it.before,
        it.after,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    if done.rows_affected() == 0 {
        return Err(Error::AppealClosed);
    }
    Ok(())
}

use db::{Error as DbError, Tx};
use kernel::{ClassId, PersonId};

use super::exam::read;
use crate::{Entry, Exam, ExamId, StoredResult, Turnout};

struct ResultRow {
    exam_id: i64,
    pupil_id: i64,
    class_id: i64,
    turnout: String,
    variant: String,
    primary_score: Option<i16>,
    test_score: Option<i16>,
    mark: Option<i16>,
    version: i32,
    set_by: i64,
    set_at: chrono::DateTime<chrono::Utc>,
}

impl TryFrom<ResultRow> for StoredResult {
    type Error = DbError;

    fn try_from(it: ResultRow) -> Result<Self, DbError> {
        let turnout = Turnout::from_code(&it.turnout).ok_or(DbError::Corrupt {
            table: "exams.result",
            column: "turnout",
        })?;
        Ok(Self {
            pupil: it.pupil_id.into(),
            class: it.class_id.into(),
            entry: Entry {
                turnout,
                variant: it.variant,
                primary: it.primary_score,
                test: it.test_score,
                mark: it.mark,
            },
            version: it.version,
            by: it.set_by.into(),
            at: it.set_at,
        })
    }
}

/// Everything entered for these exams, also what was taken back.
pub(crate) async fn results(
    tx: &mut Tx,
    exams: &[ExamId],
) -> Result<Vec<(ExamId, StoredResult)>, DbError> {
    let ids: Vec<i64> = exams.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        ResultRow,
        "select exam_id, pupil_id, class_id, turnout, variant, primary_score, test_score, mark, version, set_by, set_at
           from exams.result where org_id = kernel.org() and exam_id = any($1)",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    taken(rows)
}

fn taken(rows: Vec<ResultRow>) -> Result<Vec<(ExamId, StoredResult)>, DbError> {
    rows.into_iter()
        .map(|it| Ok((it.exam_id.into(), it.try_into()?)))
        .collect()
}

/// The results of a pupil with their exams, in two statements.
pub(crate) async fn of_pupils(
    tx: &mut Tx,
    pupil: PersonId,
) -> Result<Vec<(Exam, StoredResult)>, DbError> {
    let rows = sqlx::query_as!(
        ResultRow,
        "select exam_id, pupil_id, class_id, turnout, variant, primary_score, test_score, mark, version, set_by, set_at
           from exams.result where org_id = kernel.org() and pupil_id = $1 and turnout <> ''",
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let results = taken(rows)?;
    let ids: Vec<i64> = results.iter().map(|it| it.0.get()).collect();
    let exams = read(tx, None, None, &ids).await?;
    Ok(exams
        .into_iter()
        .filter_map(|exam| {
            let result = results.iter().find(|it| it.0 == exam.id)?.1.clone();
            Some((exam, result))
        })
        .collect())
}

/// A result to write.
#[derive(Clone, Debug)]
pub(crate) struct NewResult {
    pub(crate) exam: ExamId,
    pub(crate) pupil: PersonId,
    pub(crate) class: ClassId,
    pub(crate) entry: Entry,
    pub(crate) version: i32,
}

/// Writes results over the versions before; false where one had moved on.
pub(crate) async fn save_results(
    tx: &mut Tx,
    by: PersonId,
    new: &[NewResult],
) -> Result<bool, DbError> {
    if new.is_empty() {
        return Ok(true);
    }
    let now = tx.now();
    let exams: Vec<i64> = new.iter().map(|it| it.exam.get()).collect();
    let pupils: Vec<i64> = new.iter().map(|it| it.pupil.get()).collect();
    let classes: Vec<i64> = new.iter().map(|it| it.class.get()).collect();
    let turnouts: Vec<String> = new
        .iter()
        .map(|it| it.entry.turnout.code().to_owned())
        .collect();
    let variants: Vec<String> = new.iter().map(|it| it.entry.variant.clone()).collect();
    let primary: Vec<Option<i16>> = new.iter().map(|it| it.entry.primary).collect();
    let tests: Vec<Option<i16>> = new.iter().map(|it| it.entry.test).collect();
    let marks: Vec<Option<i16>> = new.iter().map(|it| it.entry.mark).collect();
    let versions: Vec<i32> = new.iter().map(|it| it.version).collect();
    let done = sqlx::query!(
        "insert into exams.result as r
                (org_id, exam_id, pupil_id, class_id, turnout, variant, primary_score, test_score, mark, version,
                 set_by, set_at)
         select kernel.org(), it.exam_id, it.pupil_id, it.class_id, it.turnout, it.variant, it.primary_score,
                it.test_score, it.mark, it.version, $10, $11
           from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::smallint[],
                       $7::smallint[], $8::smallint[], $9::int[])
                as it (exam_id, pupil_id, class_id, turnout, variant, primary_score, test_score, mark, version)
         on conflict (org_id, exam_id, pupil_id) do update
            set class_id = excluded.class_id, turnout = excluded.turnout, variant = excluded.variant,
                primary_score = excluded.primary_score, test_score = excluded.test_score, mark = excluded.mark,
                version = excluded.version, set_by = excluded.set_by, set_at = excluded.set_at
          where r.version = excluded.version - 1",
        &exams,
        &pupils,
        &classes,
        &turnouts,
        &variants,
        &primary as &[Option<i16>],
        &tests as &[Option<i16>],
        &marks as &[Option<i16>],
        &versions,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == new.len() as u64)
}

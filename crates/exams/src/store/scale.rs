use db::{ConstraintExt, Error as DbError, Tx};
use kernel::YearId;
use sqlx::types::Json;

use crate::{Error, ExamKind, Scale, ScaleFields, ScaleId, Step};

struct ScaleRow {
    scale_id: i64,
    year_id: i64,
    kind: String,
    subject_id: i64,
    name: String,
    max_primary: i16,
    pass_primary: Option<i16>,
    steps: Json<Vec<Step>>,
    version: i32,
}

impl TryFrom<ScaleRow> for Scale {
    type Error = DbError;

    fn try_from(it: ScaleRow) -> Result<Self, DbError> {
        Ok(Self {
            id: it.scale_id.into(),
            year: it.year_id.into(),
            kind: ExamKind::from_code(&it.kind).ok_or(DbError::Corrupt {
                table: "exams.scale",
                column: "kind",
            })?,
            subject: it.subject_id.into(),
            name: it.name,
            max_primary: it.max_primary,
            pass_primary: it.pass_primary,
            steps: it.steps.0,
            version: it.version,
        })
    }
}

/// The scales of a year by name, or one.
async fn read(
    tx: &mut Tx,
    year: Option<YearId>,
    id: Option<ScaleId>,
) -> Result<Vec<Scale>, DbError> {
    let rows = sqlx::query_as!(
        ScaleRow,
        r#"select scale_id, year_id, kind, subject_id, name, max_primary, pass_primary,
                  steps as "steps: Json<Vec<Step>>", version
             from exams.scale
            where org_id = kernel.org() and (year_id = $1 or scale_id = $2)
            order by kind, name, scale_id"#,
        year.map(YearId::get),
        id.map(ScaleId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn scales(tx: &mut Tx, year: YearId) -> Result<Vec<Scale>, DbError> {
    read(tx, Some(year), None).await
}

pub(crate) async fn scale(tx: &mut Tx, id: ScaleId) -> Result<Scale, Error> {
    let found = read(tx, None, Some(id)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

pub(crate) async fn insert_scale(
    tx: &mut Tx,
    year: YearId,
    it: &ScaleFields,
) -> Result<ScaleId, Error> {
    let id = sqlx::query_scalar!(
        "insert into exams.scale (org_id, year_id, kind, subject_id, name, max_primary, pass_primary, steps)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7) returning scale_id",
        year.get(),
        it.kind.code(),
        it.subject.get(),
        it.name,
        it.max_primary,
        it.pass_primary,
        Json(&it.steps) as _,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("scale_name", || Error::ScaleTaken)?;
    Ok(id.into())
}

/// Kind and subject stay, since exams refer to it.
pub(crate) async fn update_scale(
    tx: &mut Tx,
    id: ScaleId,
    seen: i32,
    it: &ScaleFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update exams.scale
            set name = $3, pass_primary = $4, steps = $5, version = version + 1
          where org_id = kernel.org() and scale_id = $1 and version = $2",
        id.get(),
        seen,
        it.name,
        it.pass_primary,
        Json(&it.steps) as _,
    )
    .execute(tx.conn())
    .await
    .on_constraint("scale_name", || Error::ScaleTaken)?;
    if done.rows_affected() == 0 {
        return Err(Error::ChangedMeanwhile);
    }
    Ok(())
}

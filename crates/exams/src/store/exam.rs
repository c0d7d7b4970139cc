use db::{Error as DbError, Tx};
use kernel::{ClassId, YearId};
use sqlx::types::Json;

use crate::{Error, Exam, ExamFields, ExamId, ExamKind, Scale, ScaleId, Stage};

struct ExamRow {
    exam_id: i64,
    year_id: i64,
    kind: String,
    stage: String,
    subject_id: i64,
    grade: i16,
    held_on: chrono::NaiveDate,
    title: String,
    form: String,
    place: String,
    elective: bool,
    max_primary: i16,
    scale_id: Option<i64>,
    version: i32,
    classes: Vec<i64>,
    scale: Option<Json<Scale>>,
}

impl TryFrom<ExamRow> for Exam {
    type Error = DbError;

    fn try_from(it: ExamRow) -> Result<Self, DbError> {
        let corrupt = |column| DbError::Corrupt {
            table: "exams.exam",
            column,
        };
        Ok(Self {
            id: it.exam_id.into(),
            year: it.year_id.into(),
            fields: ExamFields {
                kind: ExamKind::from_code(&it.kind).ok_or(corrupt("kind"))?,
                stage: Stage::from_code(&it.stage).ok_or(corrupt("stage"))?,
                subject: it.subject_id.into(),
                grade: it.grade,
                held_on: it.held_on,
                title: it.title,
                form: it.form,
                place: it.place,
                elective: it.elective,
                max_primary: it.max_primary,
                scale: it.scale_id.map(Into::into),
                classes: it.classes.into_iter().map(Into::into).collect(),
            },
            scale: it.scale.map(|it| it.0),
            version: it.version,
        })
    }
}

/// An exam that was not removed.
pub(crate) async fn exam(tx: &mut Tx, id: ExamId) -> Result<Exam, Error> {
    let found = read(tx, Some(id), None, &[]).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The exams of a year.
pub(crate) async fn exams_of(tx: &mut Tx, year: YearId) -> Result<Vec<Exam>, DbError> {
    read(tx, None, Some(year), &[]).await
}

/// By id or by year, the newest day first; also these, removed ones left out.
pub(super) async fn read(
    tx: &mut Tx,
    id: Option<ExamId>,
    year: Option<YearId>,
    ids: &[i64],
) -> Result<Vec<Exam>, DbError> {
    let rows = sqlx::query_as!(
        ExamRow,
        r#"select e.exam_id, e.year_id, e.kind, e.stage, e.subject_id, e.grade, e.held_on, e.title, e.form,
                  e.place, e.elective, e.max_primary, e.scale_id, e.version,
                  array(select c.class_id from exams.exam_class c
                         where c.org_id = e.org_id and c.exam_id = e.exam_id order by c.class_id) as "classes!",
                  (select json_build_object('id', s.scale_id, 'year', s.year_id, 'kind', s.kind,
                          'subject', s.subject_id, 'name', s.name, 'max_primary', s.max_primary,
                          'pass_primary', s.pass_primary, 'steps', s.steps, 'version', s.version)
                     from exams.scale s where s.org_id = e.org_id and s.scale_id = e.scale_id)
                      as "scale?: Json<Scale>"
             from exams.exam e
            where e.org_id = kernel.org() and e.removed_at is null
              and (e.exam_id = $1 or e.year_id = $2 or e.exam_id = any($3))
            order by e.held_on desc, e.exam_id desc"#,
        id.map(ExamId::get),
        year.map(YearId::get),
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Keeps others from entering results until the commit; the version as it is now.
pub(crate) async fn lock_exam(tx: &mut Tx, id: ExamId) -> Result<i32, Error> {
    let version = sqlx::query_scalar!(
        "select version from exams.exam
          where org_id = kernel.org() and exam_id = $1 and removed_at is null for update",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(DbError::from)?;
    version.ok_or(Error::NotFound)
}

pub(crate) async fn insert_exam(
    tx: &mut Tx,
    year: YearId,
    it: &ExamFields,
) -> Result<ExamId, DbError> {
    let id = sqlx::query_scalar!(
        "insert into exams.exam (org_id, year_id, kind, stage, subject_id, grade, held_on, title, form, place,
                                 elective, max_primary, scale_id)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning exam_id",
        year.get(),
        it.kind.code(),
        it.stage.code(),
        it.subject.get(),
        it.grade,
        it.held_on,
        it.title,
        it.form,
        it.place,
        it.elective,
        it.max_primary,
        it.scale.map(ScaleId::get),
    )
    .fetch_one(tx.conn())
    .await?;
    put_classes(tx, id.into(), &it.classes).await?;
    Ok(id.into())
}

/// Changes an exam that was locked before.
pub(crate) async fn update_exam(tx: &mut Tx, id: ExamId, it: &ExamFields) -> Result<(), DbError> {
    sqlx::query!(
        "update exams.exam set stage = $2, held_on = $3, title = $4, form = $5, place = $6, elective = $7,
                max_primary = $8, scale_id = $9, version = version + 1
          where org_id = kernel.org() and exam_id = $1",
        id.get(),
        it.stage.code(),
        it.held_on,
        it.title,
        it.form,
        it.place,
        it.elective,
        it.max_primary,
        it.scale.map(ScaleId::get),
    )
    .execute(tx.conn())
    .await?;
    put_classes(tx, id, &it.classes).await
}

async fn put_classes(tx: &mut Tx, id: ExamId, classes: &[ClassId]) -> Result<(), DbError> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "delete from exams.exam_class
          where org_id = kernel.org() and exam_id = $1 and class_id <> all($2)",
        id.get(),
        &classes,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into exams.exam_class (org_id, exam_id, class_id)
         select kernel.org(), $1, class_id from unnest($2::bigint[]) class_id on conflict do nothing",
        id.get(),
        &classes,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn remove_exam(tx: &mut Tx, id: ExamId) -> Result<(), DbError> {
    let now = tx.now();
    sqlx::query!(
        "update exams.exam set removed_at = $2, version = version + 1
          where org_id = kernel.org() and exam_id = $1",
        id.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How far the results of a class are entered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) entered: i64,
    pub(crate) present: i64,
}

/// By exam and class, for a year.
pub(crate) async fn counts(
    tx: &mut Tx,
    year: YearId,
) -> Result<Vec<(ExamId, ClassId, Counts)>, DbError> {
    let rows = sqlx::query!(
        r#"select r.exam_id, r.class_id, count(*) as "entered!",
                  count(*) filter (where r.turnout = 'present') as "present!"
             from exams.result r
             join exams.exam e on e.org_id = r.org_id and e.exam_id = r.exam_id
            where r.org_id = kernel.org() and e.year_id = $1 and r.turnout <> ''
            group by r.exam_id, r.class_id"#,
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = |it: &i64| ExamId::from(*it);
    Ok(rows
        .into_iter()
        .map(|it| {
            let counts = Counts {
                entered: it.entered,
                present: it.present,
            };
            (row(&it.exam_id), it.class_id.into(), counts)
        })
        .collect())
}

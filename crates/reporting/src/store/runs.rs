//! The log of requests and the frozen copies.

use chrono::{DateTime, Utc};
use db::{Error, Tx, files::FileId};
use kernel::{ClassId, PersonId};
use serde_json::Value;

use crate::{
    Kind,
    deadlines::{DoneRun, UsedRun},
    runs::{CopyLine, NewRun, Newest, Params, ReportRunId, Run, Stored},
    service::Seen,
};

/// So many rows a list shows.
const SHOWN: i64 = 3_000;

pub(crate) async fn insert_run(tx: &mut Tx, new: &NewRun) -> Result<ReportRunId, Error> {
    let id = sqlx::query_scalar!(
        "insert into reporting.report_run
             (org_id, kind, params, year, period, class_id, class_name, teacher_id, teacher_name,
              output, made_by, made_name, data_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, kernel.person(), $10, $11)
         returning run_id",
        new.kind,
        new.params.json(),
        new.year,
        new.period,
        new.class.as_ref().map(|it| it.0.get()),
        new.class.as_ref().map_or("", |it| it.1.as_str()),
        new.teacher.as_ref().map(|it| it.0.get()),
        new.teacher.as_ref().map_or("", |it| it.1.as_str()),
        new.output.code(),
        new.made_name,
        new.data_at,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// The newest copy of the place; others who freeze it wait until the end of
/// the transaction.
pub(crate) async fn newest_copy(tx: &mut Tx, place: &str) -> Result<Option<Newest>, Error> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('reporting.frozen ' || kernel.org() || $1, 0))",
        place,
    )
    .execute(tx.conn())
    .await?;
    let row = sqlx::query!(
        "select run_id, sha256, frozen_at from reporting.frozen
         where org_id = kernel.org() and place = $1 order by edition desc limit 1",
        place,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Newest {
        run: it.run_id.into(),
        sha256: it.sha256,
        frozen_at: it.frozen_at,
    }))
}

/// What is frozen.
pub(crate) struct NewCopy<'a> {
    pub(crate) run: ReportRunId,
    pub(crate) place: &'a str,
    pub(crate) content: &'a Value,
    pub(crate) sha256: &'a [u8],
    pub(crate) gaps: i32,
    pub(crate) pdf: (FileId, &'a [u8]),
    pub(crate) xlsx: (FileId, &'a [u8]),
}

/// Writes the copy and makes its request final.
pub(crate) async fn freeze(tx: &mut Tx, new: &NewCopy<'_>) -> Result<(), Error> {
    sqlx::query!(
        "insert into reporting.frozen
             (org_id, run_id, place, edition, content, sha256, gaps, pdf_file, pdf_sha256, xlsx_file, xlsx_sha256)
         values (kernel.org(), $1, $2,
                 (select coalesce(max(edition), 0) + 1 from reporting.frozen
                  where org_id = kernel.org() and place = $2),
                 $3, $4, $5, $6, $7, $8, $9)",
        new.run.get(),
        new.place,
        new.content,
        new.sha256,
        new.gaps,
        new.pdf.0.get(),
        new.pdf.1,
        new.xlsx.0.get(),
        new.xlsx.1,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update reporting.report_run set state = 'final'
         where org_id = kernel.org() and run_id = $1 and state = 'draft'",
        new.run.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct RunRow {
    run_id: i64,
    kind: String,
    params: Value,
    year: i16,
    period: String,
    class_id: Option<i64>,
    class_name: String,
    teacher_id: Option<i64>,
    teacher_name: String,
    output: String,
    made_name: String,
    made_at: DateTime<Utc>,
    data_at: DateTime<Utc>,
}

impl From<RunRow> for Run {
    fn from(it: RunRow) -> Self {
        Self {
            id: it.run_id.into(),
            params: Params::of_json(&it.params),
            kind: it.kind,
            year: it.year,
            period: it.period,
            class: it.class_id.map(Into::into),
            class_name: it.class_name,
            teacher: it.teacher_id.map(Into::into),
            teacher_name: it.teacher_name,
            output: it.output,
            made_name: it.made_name,
            made_at: it.made_at,
            data_at: it.data_at,
        }
    }
}

/// The newest requests, newest first.
pub(crate) async fn runs(tx: &mut Tx) -> Result<Vec<Run>, Error> {
    let rows = sqlx::query_as!(
        RunRow,
        "select run_id, kind, params, year, period, class_id, class_name, teacher_id, teacher_name,
                output, made_name, made_at, data_at
         from reporting.report_run where org_id = kernel.org() order by run_id desc limit $1",
        SHOWN,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The newest copies that may be seen, newest first.
pub(crate) async fn copies(tx: &mut Tx, seen: &Seen) -> Result<Vec<CopyLine>, Error> {
    let classes: Vec<i64> = seen.classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select r.run_id, r.kind, r.params, r.year, r.period, r.class_id, r.class_name, r.teacher_id,
                  r.teacher_name, r.output, r.made_name, r.made_at, r.data_at, f.edition, f.gaps,
                  exists (select from reporting.frozen n
                          where n.org_id = f.org_id and n.place = f.place
                            and n.edition > f.edition) as "superseded!"
           from reporting.frozen f
           join reporting.report_run r on r.org_id = f.org_id and r.run_id = f.run_id
           where f.org_id = kernel.org()
             and ($1 or r.class_id = any($2) or r.teacher_id = $3)
           order by f.run_id desc limit $4"#,
        seen.whole,
        &classes,
        seen.person.get(),
        SHOWN,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| CopyLine {
            edition: it.edition,
            gaps: it.gaps,
            superseded: it.superseded,
            run: RunRow {
                run_id: it.run_id,
                kind: it.kind,
                params: it.params,
                year: it.year,
                period: it.period,
                class_id: it.class_id,
                class_name: it.class_name,
                teacher_id: it.teacher_id,
                teacher_name: it.teacher_name,
                output: it.output,
                made_name: it.made_name,
                made_at: it.made_at,
                data_at: it.data_at,
            }
            .into(),
        })
        .collect())
}

/// A copy that may be seen.
pub(crate) async fn copy(
    tx: &mut Tx,
    run: ReportRunId,
    seen: &Seen,
) -> Result<Option<Stored>, Error> {
    let classes: Vec<i64> = seen.classes.iter().map(|it| it.get()).collect();
    let row = sqlx::query!(
        r#"select r.run_id, r.kind, r.params, r.year, r.period, r.class_id, r.class_name, r.teacher_id,
                  r.teacher_name, r.output, r.made_name, r.made_at, r.data_at, f.edition,
                  f.content, f.sha256, f.pdf_file, f.pdf_sha256, f.xlsx_file, f.xlsx_sha256, f.frozen_at,
                  (select n.run_id from reporting.frozen n
                   where n.org_id = f.org_id and n.place = f.place
                   order by n.edition desc limit 1) as "newest!"
           from reporting.frozen f
           join reporting.report_run r on r.org_id = f.org_id and r.run_id = f.run_id
           where f.org_id = kernel.org() and f.run_id = $1
             and ($2 or r.class_id = any($3) or r.teacher_id = $4)"#,
        run.get(),
        seen.whole,
        &classes,
        seen.person.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Stored {
        edition: it.edition,
        content: it.content,
        sha256: it.sha256,
        pdf: (it.pdf_file.into(), it.pdf_sha256),
        xlsx: (it.xlsx_file.into(), it.xlsx_sha256),
        frozen_at: it.frozen_at,
        newest: it.newest.into(),
        run: RunRow {
            run_id: it.run_id,
            kind: it.kind,
            params: it.params,
            year: it.year,
            period: it.period,
            class_id: it.class_id,
            class_name: it.class_name,
            teacher_id: it.teacher_id,
            teacher_name: it.teacher_name,
            output: it.output,
            made_name: it.made_name,
            made_at: it.made_at,
            data_at: it.data_at,
        }
        .into(),
    }))
}

/// The final copies of these years, as deadlines look at them: in one
/// statement, days as the school counts them. A copy of a part — one subject,
/// one parallel, one shift — is no report of the whole.
pub(crate) async fn done(tx: &mut Tx, years: &[i16], zone: &str) -> Result<Vec<DoneRun>, Error> {
    let rows = sqlx::query!(
        r#"select run_id, kind, year, period, class_id, teacher_id,
                  (made_at at time zone $2)::date as "day!"
           from reporting.report_run
           where org_id = kernel.org() and state = 'final' and year = any($1)
                 and not params ?| array['subject', 'grade', 'shift', 'study', 'code', 'pupil']
           order by made_at"#,
        years,
        zone,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| DoneRun {
            run: it.run_id.into(),
            kind: it.kind,
            year: it.year,
            period: it.period,
            class: it.class_id.map(ClassId::from),
            teacher: it.teacher_id.map(PersonId::from),
            day: it.day,
        })
        .collect())
}

/// On which days reports for the work with families left the screen (S3:10.5),
/// by class.
pub(crate) async fn used(tx: &mut Tx, year: i16, zone: &str) -> Result<Vec<UsedRun>, Error> {
    let kinds = Kind::WITH_FAMILIES.map(|it| it.code().to_owned());
    let rows = sqlx::query!(
        r#"select distinct class_id as "class_id!", (made_at at time zone $3)::date as "day!"
           from reporting.report_run
           where org_id = kernel.org() and year = $1 and kind = any($2) and class_id is not null"#,
        year,
        &kinds,
        zone,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| UsedRun {
            class: it.class_id.into(),
            day: it.day,
        })
        .collect())
}

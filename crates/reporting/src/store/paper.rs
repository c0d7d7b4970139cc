//! Papers of the archive.

use db::{Error, Tx, files::FileId};
use kernel::ClassId;

use crate::{
    archive::{ArchivePaper, ArchivePaperId},
    runs::ReportRunId,
    service::{PaperCopy, Seen},
};

/// So many rows a list shows.
const SHOWN: i64 = 3_000;

/// A paper that was made.
pub(crate) struct NewPaper<'a> {
    pub(crate) kind: &'static str,
    pub(crate) class: Option<(ClassId, &'a str)>,
    pub(crate) year: i16,
    pub(crate) period: &'a str,
    pub(crate) parts: i32,
    pub(crate) file: FileId,
    pub(crate) size: i64,
    pub(crate) sha256: &'a [u8],
    pub(crate) made_name: &'a str,
}

pub(crate) async fn insert_paper(tx: &mut Tx, new: &NewPaper<'_>) -> Result<ArchivePaperId, Error> {
    let id = sqlx::query_scalar!(
        "insert into reporting.paper
             (org_id, kind, class_id, class_name, year, period, parts, file_id, size, sha256, made_by, made_name)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, kernel.person(), $10)
         returning paper_id",
        new.kind,
        new.class.map(|it| it.0.get()),
        new.class.map_or("", |it| it.1),
        new.year,
        new.period,
        new.parts,
        new.file.get(),
        new.size,
        new.sha256,
        new.made_name,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// The newest papers that may be seen, newest first; one of them where it is
/// named. A paper of several copies is seen by whoever may see each of them.
pub(crate) async fn papers(
    tx: &mut Tx,
    seen: &Seen,
    only: Option<ArchivePaperId>,
) -> Result<Vec<ArchivePaper>, Error> {
    let classes: Vec<i64> = seen.classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select paper_id, kind, class_id, class_name, year, period, parts, file_id, size, sha256,
                made_name, made_at
         from reporting.paper p
         where org_id = kernel.org() and ($3::bigint is null or paper_id = $3)
           and ($1 or class_id = any($2)
                or kind = 'owed' and not exists (
                    select from reporting.paper_run i
                    join reporting.report_run r on r.org_id = i.org_id and r.run_id = i.run_id
                    where i.org_id = p.org_id and i.paper_id = p.paper_id
                      and (r.class_id = any($2)) is not true and (r.teacher_id = $4) is not true))
         order by paper_id desc limit $5",
        seen.whole,
        &classes,
        only.map(ArchivePaperId::get),
        seen.person.get(),
        SHOWN,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ArchivePaper {
            id: it.paper_id.into(),
            kind: it.kind,
            class: it.class_id.map(Into::into),
            class_name: it.class_name,
            year: it.year,
            period: it.period,
            parts: it.parts,
            file: it.file_id.into(),
            size: it.size,
            sha256: it.sha256,
            made_name: it.made_name,
            made_at: it.made_at,
        })
        .collect())
}

/// One paper that may be seen.
pub(crate) async fn paper(
    tx: &mut Tx,
    id: ArchivePaperId,
    seen: &Seen,
) -> Result<Option<ArchivePaper>, Error> {
    Ok(papers(tx, seen, Some(id)).await?.into_iter().next())
}

/// Writes down which copies stand in the paper.
pub(crate) async fn insert_paper_runs(
    tx: &mut Tx,
    paper: ArchivePaperId,
    runs: &[ReportRunId],
) -> Result<(), Error> {
    let runs: Vec<i64> = runs.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "insert into reporting.paper_run (org_id, paper_id, run_id)
         select kernel.org(), $1, run_id from unnest($2::bigint[]) run_id
         on conflict do nothing",
        paper.get(),
        &runs,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The copies that stand in the paper, in the order in which they were made.
pub(crate) async fn copies_in(tx: &mut Tx, paper: ArchivePaperId) -> Result<Vec<PaperCopy>, Error> {
    let rows = sqlx::query!(
        "select r.run_id, r.kind, r.class_name, r.period, f.gaps
         from reporting.paper_run i
         join reporting.report_run r on r.org_id = i.org_id and r.run_id = i.run_id
         join reporting.frozen f on f.org_id = i.org_id and f.run_id = i.run_id
         where i.org_id = kernel.org() and i.paper_id = $1 order by r.run_id",
        paper.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| PaperCopy {
            run: it.run_id.into(),
            kind: it.kind,
            class: it.class_name,
            period: it.period,
            gaps: it.gaps,
        })
        .collect())
}

//! Scans and photos of documents about absences and of parents' notices.

use std::collections::HashMap;

use db::{Error, Tx, files::FileId};
use kernel::PersonId;

use crate::{
    absence::{DocumentId, NoticeId},
    homework::Attached,
};

/// Files of documents and of notices, in the order in which they came.
#[derive(Default)]
pub(crate) struct Papers {
    pub(crate) documents: HashMap<DocumentId, Vec<Attached>>,
    pub(crate) notices: HashMap<NoticeId, Vec<Attached>>,
}

/// The files of these documents and notices.
pub(crate) async fn papers(
    tx: &mut Tx,
    documents: &[DocumentId],
    notices: &[NoticeId],
) -> Result<Papers, Error> {
    let mut papers = Papers::default();
    if documents.is_empty() && notices.is_empty() {
        return Ok(papers);
    }
    let documents: Vec<i64> = documents.iter().map(|it| it.get()).collect();
    let notices: Vec<i64> = notices.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select document_id as "document_id?", null::bigint as "notice_id?", file_id as "file_id!", name as "name!",
                  size as "size!"
             from journal.absence_file
            where org_id = kernel.org() and document_id = any($1) and removed_at is null
           union all
           select null, notice_id, file_id, name, size from journal.notice_file
            where org_id = kernel.org() and notice_id = any($2)
           order by 3"#,
        &documents,
        &notices,
    )
    .fetch_all(tx.conn())
    .await?;
    for it in rows {
        let file = Attached {
            id: it.file_id.into(),
            name: it.name,
            size: it.size,
        };
        if let Some(id) = it.document_id {
            papers.documents.entry(id.into()).or_default().push(file);
        } else if let Some(id) = it.notice_id {
            papers.notices.entry(id.into()).or_default().push(file);
        }
    }
    Ok(papers)
}

/// Hangs a stored file on a document; the same file twice is there once.
pub(crate) async fn add_absence_file(
    tx: &mut Tx,
    document: DocumentId,
    file: &Attached,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.absence_file (org_id, document_id, file_id, name, size, added_by, added_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)
         on conflict (org_id, document_id, file_id) do update set removed_at = null",
        document.get(),
        file.id.get(),
        file.name,
        file.size,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file off a document; false where it does not hang there.
pub(crate) async fn remove_absence_file(
    tx: &mut Tx,
    document: DocumentId,
    file: FileId,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update journal.absence_file set removed_at = $3
          where org_id = kernel.org() and document_id = $1 and file_id = $2 and removed_at is null",
        document.get(),
        file.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Hangs a stored file on a parent's notice.
pub(crate) async fn add_notice_file(
    tx: &mut Tx,
    notice: NoticeId,
    file: &Attached,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.notice_file (org_id, notice_id, file_id, name, size, added_by, added_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)",
        notice.get(),
        file.id.get(),
        file.name,
        file.size,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Hands the files of a notice on to the document that answers it, and to those
/// that were made of it; what was taken off there stays off.
pub(crate) async fn hand_on(
    tx: &mut Tx,
    notice: NoticeId,
    document: Option<DocumentId>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into journal.absence_file (org_id, document_id, file_id, name, size, added_by, added_at)
         select d.org_id, d.document_id, f.file_id, f.name, f.size, f.added_by, f.added_at
           from journal.notice_file f
           join journal.absence_document d
             on d.org_id = f.org_id and d.withdrawn_at is null and (d.document_id = $2 or d.notice_id = f.notice_id)
          where f.org_id = kernel.org() and f.notice_id = $1
         on conflict (org_id, document_id, file_id) do nothing",
        notice.get(),
        document.map(DocumentId::get),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

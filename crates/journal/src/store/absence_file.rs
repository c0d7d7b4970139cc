//! Scans and photos of documents about absences.

use std::collections::HashMap;

use db::{Error, Tx, files::FileId};
use kernel::PersonId;

use crate::{absence::DocumentId, homework::Attached};

/// The files of these documents, in the order in which they came.
pub(crate) async fn absence_files(
    tx: &mut Tx,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, Vec<Attached>>, Error> {
    let ids: Vec<i64> = documents.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select document_id, file_id, name, size from journal.absence_file
          where org_id = kernel.org() and document_id = any($1) and removed_at is null
          order by file_id",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut files: HashMap<DocumentId, Vec<Attached>> = HashMap::new();
    for it in rows {
        let of_document = files.entry(it.document_id.into()).or_default();
        of_document.push(Attached {
            id: it.file_id.into(),
            name: it.name,
            size: it.size,
        });
    }
    Ok(files)
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

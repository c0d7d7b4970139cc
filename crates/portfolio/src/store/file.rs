use std::collections::HashMap;

use db::{Error, Tx, files::FileId};
use journal::Attached;
use kernel::PersonId;

use super::numbers;
use crate::EntryId;

/// The files of these entries, in the order in which they came.
pub(crate) async fn files(
    tx: &mut Tx,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, Vec<Attached>>, Error> {
    let rows = sqlx::query!(
        "select entry_id, file_id, name, size from portfolio.entry_file
          where org_id = kernel.org() and entry_id = any($1) and removed_at is null
          order by file_id",
        &numbers(entries),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut files: HashMap<EntryId, Vec<Attached>> = HashMap::new();
    for it in rows {
        files.entry(it.entry_id.into()).or_default().push(Attached {
            id: it.file_id.into(),
            name: it.name,
            size: it.size,
        });
    }
    Ok(files)
}

pub(crate) async fn add_file(
    tx: &mut Tx,
    entry: EntryId,
    file: &Attached,
    by: PersonId,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into portfolio.entry_file (org_id, entry_id, file_id, name, size, added_by)
         values (kernel.org(), $1, $2, $3, $4, $5)",
        entry.get(),
        file.id.get(),
        file.name,
        file.size,
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file off an entry; false where it does not hang there.
pub(crate) async fn remove_file(tx: &mut Tx, entry: EntryId, file: FileId) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update portfolio.entry_file set removed_at = $3
          where org_id = kernel.org() and entry_id = $1 and file_id = $2 and removed_at is null",
        entry.get(),
        file.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

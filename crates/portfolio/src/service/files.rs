//! Scans and pages that hang on entries.

use bytes::Bytes;
use chrono::NaiveDate;
use db::{
    Tx,
    files::{File, FileId, clean_name},
};
use journal::{Attached, FileKind};
use kernel::Actor;

use super::Portfolio;
use crate::{EntryId, Error, store};

/// An entry has at most so many files.
const MOST_FILES: usize = 10;
/// A file is at most so large.
const MEGABYTES: usize = 10;

/// A file as a form brings it.
#[derive(Clone, Debug)]
pub struct SentFile {
    pub name: String,
    pub bytes: Bytes,
}

impl Portfolio {
    /// Hangs a file on an entry.
    ///
    /// # Errors
    /// [`Error::NothingSent`], [`Error::FileKind`], [`Error::FileTooLarge`],
    /// [`Error::TooManyFiles`].
    pub async fn attach(
        &self,
        actor: &Actor,
        id: EntryId,
        file: SentFile,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        store::lock_entry(&mut tx, id).await?;
        self.entry_to_change(&mut tx, actor, id, today).await?;
        let held = store::files(&mut tx, &[id]).await?;
        if held.get(&id).is_some_and(|it| it.len() >= MOST_FILES) {
            return Err(Error::TooManyFiles);
        }
        self.hang(&mut tx, actor, id, file).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a file off an entry. The file itself stays, for the history.
    pub async fn detach(
        &self,
        actor: &Actor,
        id: EntryId,
        file: FileId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        self.entry_to_change(&mut tx, actor, id, today).await?;
        if !store::remove_file(&mut tx, id, file).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }

    /// A file of an entry, for whoever sees the entry.
    pub async fn file(
        &self,
        actor: &Actor,
        id: EntryId,
        file: FileId,
        today: NaiveDate,
    ) -> Result<(File, Bytes), Error> {
        let mut tx = self.db.begin(actor).await?;
        let entry = store::entry(&mut tx, id).await?;
        self.standing(&mut tx, actor, entry.owner, today).await?;
        let held = store::files(&mut tx, &[id]).await?;
        if !held
            .get(&id)
            .is_some_and(|it| it.iter().any(|it| it.id == file))
        {
            return Err(Error::NotFound);
        }
        let found = self.files.get(&mut tx, file).await?;
        tx.commit().await?;
        found.ok_or(Error::NotFound)
    }

    pub(super) async fn hang(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: EntryId,
        file: SentFile,
    ) -> Result<(), Error> {
        if file.bytes.is_empty() {
            return Err(Error::NothingSent);
        }
        if file.bytes.len() > MEGABYTES * 1024 * 1024 {
            return Err(Error::FileTooLarge);
        }
        let name = clean_name(&file.name);
        let kind = FileKind::of(&name, &file.bytes).ok_or(Error::FileKind)?;
        let name = kind.named(&name);
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        let stored = self
            .files
            .put(tx, &name, kind.media_type, file.bytes)
            .await?;
        let attached = Attached {
            id: stored,
            name,
            size,
        };
        Ok(store::add_file(tx, id, &attached, actor.person).await?)
    }
}

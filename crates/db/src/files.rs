//! Files: bytes in an object store, what is known of them in the database.
//!
//! Bytes lie under their hash in the organisation's folder, so the same file
//! twice is stored once, and a transaction that rolls back leaves nothing
//! that anybody could reach.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use kernel::{AccountId, OrgId};
use object_store::{
    ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path as StorePath,
};
use sha2::{Digest, Sha256};

use crate::{Error, Tx};

kernel::id!(/// A stored file.
    FileId);

/// What is known of a stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    /// The name to offer at download; no path, no control characters.
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub created_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
}

/// A store of files: a local folder, or S3 behind the same trait.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    limit: usize,
}

impl Files {
    /// A store that takes files of at most `limit` bytes.
    pub fn new(store: Arc<dyn ObjectStore>, limit: usize) -> Self {
        Self { store, limit }
    }

    /// A store in a local folder, which is made where it is missing.
    pub fn local(folder: &Path, limit: usize) -> Result<Self, Error> {
        std::fs::create_dir_all(folder).map_err(|source| {
            Error::Store(object_store::Error::Generic {
                store: "local",
                source: Box::new(source),
            })
        })?;
        Ok(Self::new(
            Arc::new(LocalFileSystem::new_with_prefix(folder)?),
            limit,
        ))
    }

    /// A store that is forgotten with the process: for commands that touch no
    /// files, which leave no folder behind where they are called.
    pub fn passing(limit: usize) -> Self {
        Self::new(Arc::new(InMemory::new()), limit)
    }

    /// The largest file that is taken, in bytes.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Stores a file in the organisation of the transaction.
    ///
    /// Fails with [`Error::FileTooLarge`] above the limit.
    pub async fn put(
        &self,
        tx: &mut Tx,
        name: &str,
        media_type: &str,
        bytes: Bytes,
    ) -> Result<FileId, Error> {
        if bytes.len() > self.limit {
            return Err(Error::FileTooLarge { limit: self.limit });
        }
        let org = tx
            .org()
            .ok_or_else(|| Error::corrupt("kernel.file", "org_id"))?;
        let sha256 = Sha256::digest(&bytes);
        let path = store_path(org, &sha256);
        let size =
            i64::try_from(bytes.len()).map_err(|_| Error::FileTooLarge { limit: self.limit })?;
        // Bytes first: a row must never point at nothing.
        self.store
            .put(&StorePath::from(path.as_str()), bytes.into())
            .await?;
        let id = sqlx::query_scalar!(
            "insert into kernel.file
                 (org_id, name, media_type, size, sha256, store_path, created_by)
             values (kernel.org(), $1, $2, $3, $4, $5, kernel.account()) returning file_id",
            clean_name(name),
            media_type,
            size,
            &sha256[..],
            path,
        )
        .fetch_one(tx.conn())
        .await?;
        Ok(id.into())
    }

    /// The file, if the organisation of the transaction has it. Bytes that
    /// are not what was stored give [`Error::Corrupt`].
    pub async fn get(&self, tx: &mut Tx, id: FileId) -> Result<Option<(File, Bytes)>, Error> {
        let row = sqlx::query!(
            "select name, media_type, size, sha256, store_path, created_by, created_at
             from kernel.file where org_id = kernel.org() and file_id = $1",
            id.get(),
        )
        .fetch_optional(tx.conn())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let bytes = self
            .store
            .get(&StorePath::from(row.store_path))
            .await?
            .bytes()
            .await?;
        if Sha256::digest(&bytes)[..] != row.sha256[..] {
            return Err(Error::corrupt("kernel.file", "sha256"));
        }
        let file = File {
            id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            created_by: row.created_by.map(Into::into),
            created_at: row.created_at,
        };
        Ok(Some((file, bytes)))
    }

    /// Removes the bytes that lie there; what is not there is gone already.
    /// Only for what no file refers to any more ([`crate::erase::Destroyed`]).
    ///
    /// # Errors
    /// [`Error::Store`] where the store refuses.
    pub async fn forget(&self, places: &[String]) -> Result<(), Error> {
        for place in places {
            match self.store.delete(&StorePath::from(place.as_str())).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    }
}

/// Folders by the first byte keep each of them small.
fn store_path(org: OrgId, sha256: &[u8]) -> String {
    let hash = hex(sha256);
    format!("{org}/{}/{}", &hash[..2], &hash[2..])
}

/// Bytes in lower hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|it| [DIGITS[usize::from(it >> 4)], DIGITS[usize::from(it & 15)]])
        .collect()
}

/// The last part of the name without control characters and without marks
/// that change the direction of text, at most 120 characters; the ending
/// stays whole where the name is cut.
pub fn clean_name(name: &str) -> String {
    let is_mark = |it: char| {
        it.is_control()
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|&it| !is_mark(it)).collect();
    let clean = clean.trim().trim_start_matches('.');
    if clean.is_empty() {
        return "file".to_owned();
    }
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (clean, String::new()),
    };
    let room = 120 - ending.chars().count();
    stem.chars().take(room).collect::<String>() + &ending
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn a_name_loses_its_path_and_its_tricks() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\школа\\Ученики 5А.xlsx"), "Ученики 5А.xlsx");
        assert_eq!(clean_name("a\u{202e}xslx.exe\n"), "axslx.exe");
        assert_eq!(clean_name("..."), "file");
        let long = clean_name(&format!("{}.xlsx", "ж".repeat(300)));
        assert_eq!(long.chars().count(), 120);
        assert_eq!(long.rsplit_once('.').unwrap().1, "xlsx");
    }
}

//! Values that the database keeps and cannot read: sealed with the master keys
//! of the installation, which lie elsewhere (security.md §6.2, ADR 0016).

use std::sync::Arc;

use db::{Db, vault::Keyring};

use crate::Error;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Safe(Option<Arc<Keyring>>);

impl std::fmt::Debug for Safe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Safe(***)")
    }
}

impl Safe {
    /// With the keys of the door; without any, nothing is sealed and nothing opens.
    pub(crate) fn of(db: &Db) -> Self {
        Self(db.keyring().ok())
    }

    /// Seals a value for one place, such as `factor:17`: moved elsewhere it does not open.
    pub(crate) fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Error> {
        let ring = self.0.as_ref().ok_or(Error::Sealing)?;
        ring.seal(place, value).map_err(|_| Error::Sealing)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`Error::Sealing`]: changed, moved, or sealed with a key that is not here.
    pub(crate) fn open(&self, place: &str, kept: &[u8]) -> Result<Vec<u8>, Error> {
        let ring = self.0.as_ref().ok_or(Error::Sealing)?;
        ring.open(place, kept).ok_or(Error::Sealing)
    }

    /// Whether it was sealed with the newest key.
    pub(crate) fn is_of_newest(&self, kept: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|it| it.is_of_newest(kept))
    }
}

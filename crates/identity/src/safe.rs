//! Values that the database keeps and cannot read: sealed by the application
//! with a key that lies elsewhere (security.md §6.2).

use std::sync::Arc;

use rand::{TryRngCore, rngs::OsRng};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::Error;

/// Which way of sealing a value was sealed with.
const VERSION: u8 = 1;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Safe(Arc<LessSafeKey>);

impl std::fmt::Debug for Safe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Safe(***)")
    }
}

impl Safe {
    /// With the key of the installation.
    ///
    /// # Errors
    /// [`Error::Sealing`]: no such key is refused by the algorithm.
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, Error> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::Sealing)?;
        Ok(Self(Arc::new(LessSafeKey::new(key))))
    }

    /// With a key that is forgotten with the process: for tests and
    /// demonstrations that keep nothing.
    ///
    /// # Errors
    /// [`Error::NoRandomness`].
    pub(crate) fn passing() -> Result<Self, Error> {
        let mut key = [0; 32];
        OsRng
            .try_fill_bytes(&mut key)
            .map_err(|_| Error::NoRandomness)?;
        Self::new(&key)
    }

    /// Seals a value for one place, such as `factor:17`: moved elsewhere it does not open.
    pub(crate) fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE_LEN];
        OsRng
            .try_fill_bytes(&mut nonce)
            .map_err(|_| Error::NoRandomness)?;
        let mut sealed = value.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| Error::Sealing)?;
        let mut kept = vec![VERSION];
        kept.extend(nonce);
        kept.extend(sealed);
        Ok(kept)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`Error::Sealing`]: changed, moved, or sealed with another key.
    pub(crate) fn open(&self, place: &str, kept: &[u8]) -> Result<Vec<u8>, Error> {
        let (head, sealed) = kept.split_at_checked(1 + NONCE_LEN).ok_or(Error::Sealing)?;
        if head[0] != VERSION {
            return Err(Error::Sealing);
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[1..]).map_err(|_| Error::Sealing)?;
        let mut value = sealed.to_vec();
        let opened = self
            .0
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut value)
            .map_err(|_| Error::Sealing)?;
        Ok(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_place_open_it() {
        let safe = Safe::passing().unwrap();
        let sealed = safe.seal("factor:1", b"seed").unwrap();
        assert_eq!(safe.open("factor:1", &sealed).unwrap(), b"seed");
        assert!(!sealed.windows(4).any(|it| it == b"seed"));
        assert!(safe.open("factor:2", &sealed).is_err());
        assert!(Safe::passing().unwrap().open("factor:1", &sealed).is_err());
        let mut changed = sealed.clone();
        changed[15] ^= 1;
        assert!(safe.open("factor:1", &changed).is_err());
        assert!(safe.open("factor:1", &sealed[..5]).is_err());
    }
}

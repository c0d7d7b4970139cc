use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use hmac::{Hmac, KeyInit, Mac};
use kernel::{Fault, Kind};
use rand::{TryRngCore, rngs::OsRng};
use sha2::Sha256;

use crate::files::hex;

/// The key that seals are made with. It never goes into the database.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the file of the seal key cannot be used")]
    File(#[from] io::Error),
    #[error("the file of the seal key does not hold 64 hexadecimal digits")]
    NotAKey,
    #[error("the system gave no randomness")]
    NoRandomness,
}

impl Fault for KeyError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }

    fn code(&self) -> &'static str {
        "bug"
    }
}

impl Key {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key kept in the file; made, readable by the owner alone, where
    /// there is none yet.
    pub fn kept_in(path: &Path) -> Result<Self, KeyError> {
        match fs::read_to_string(path) {
            Ok(text) => from_hex(text.trim()).map(Self).ok_or(KeyError::NotAKey),
            Err(missing) if missing.kind() == ErrorKind::NotFound => Self::make(path),
            Err(other) => Err(other.into()),
        }
    }

    /// Written aside and linked into place: of two nodes that start at once
    /// one makes the key and the other reads it.
    fn make(path: &Path) -> Result<Self, KeyError> {
        let mut bytes = [0_u8; 32];
        OsRng
            .try_fill_bytes(&mut bytes)
            .map_err(|_| KeyError::NoRandomness)?;
        let aside = path.with_extension(format!("{}.new", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&aside)?;
        file.write_all(hex(&bytes).as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&aside, path);
        fs::remove_file(&aside)?;
        match linked {
            Ok(()) => Ok(Self(bytes)),
            Err(taken) if taken.kind() == ErrorKind::AlreadyExists => Self::kept_in(path),
            Err(other) => Err(other.into()),
        }
    }

    pub(super) fn code(&self, message: &[u8]) -> [u8; 32] {
        self.mac(message).finalize().into_bytes().into()
    }

    /// Whether the code is that of the message, in constant time.
    pub(super) fn is_code(&self, message: &[u8], code: &[u8]) -> bool {
        self.mac(message).verify_slice(code).is_ok()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length fits");
        mac.update(message);
        mac
    }
}

pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let first = Key::kept_in(&path).unwrap();
        assert_eq!(first.0, Key::kept_in(&path).unwrap().0);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!format!("{first:?}").contains(&hex(&first.0)));
        fs::write(&path, "short").unwrap();
        assert!(matches!(Key::kept_in(&path), Err(KeyError::NotAKey)));
    }
}

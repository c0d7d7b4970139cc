//! Secrets that browsers hold: the database knows only their digest.

use std::fmt::Write as _;

use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::Error;

/// 256 random bits of the operating system, in hexadecimal.
pub(crate) fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| Error::NoRandomness)?;
    Ok(hex(&bytes))
}

/// The SHA-256 of a secret. `purpose` keeps the digests of different kinds of
/// secrets apart.
pub(crate) fn digest(purpose: &str, secret: &str) -> Vec<u8> {
    let mut sha = Sha256::new();
    sha.update(purpose.as_bytes());
    sha.update([0]);
    sha.update(secret.as_bytes());
    sha.finalize().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, it| {
            // Writing to a String does not fail.
            let _ = write!(text, "{it:02x}");
            text
        })
}

/// The digest under which a session is kept.
pub(crate) fn session(token: &str) -> Vec<u8> {
    digest("session", token)
}

/// The digest under which a device is remembered.
pub(crate) fn device(token: &str) -> Vec<u8> {
    digest("device", token)
}

/// The digest of a login, so that counters name nobody.
pub(crate) fn login(login: &str) -> Vec<u8> {
    digest("login", login)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let [one, two] = [random().unwrap(), random().unwrap()];
        assert_eq!(one.len(), 64);
        assert_ne!(one, two);
        assert_ne!(session(&one), device(&one));
        assert_eq!(session(&one).len(), 32);
    }
}

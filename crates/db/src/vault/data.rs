use std::fmt;

use kernel::{OrgId, PersonId};
use ring::{
    aead::{Aad, LessSafeKey, Nonce},
    hkdf, hmac,
    rand::{SecureRandom, SystemRandom},
};

use super::{
    Secret, StoredKey,
    keyring::{Bytes, Keyring, aead},
};
use crate::Error;

const NONCE: usize = 12;
/// Version 1: AES-256-GCM. Another algorithm is another first byte.
const AES_256_GCM: u8 = 1;
/// Version and number of the data key.
const HEAD: usize = 3;
/// So much of a blind index is kept.
const BLIND: usize = 16;

/// Where a value belongs; it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Such as `people.restricted_field`.
    pub table: &'static str,
    pub field: &'static str,
    pub person: PersonId,
}

/// The data keys of one organisation; the last one seals, all of them open.
pub struct OrgKeys {
    org: OrgId,
    keys: Vec<DataKey>,
}

struct DataKey {
    number: i16,
    seal: LessSafeKey,
    blind: hmac::Key,
}

impl OrgKeys {
    /// The keys from their stored rows, oldest first.
    pub(super) fn unwrap(ring: &Keyring, org: OrgId, rows: &[StoredKey]) -> Result<Self, Error> {
        let keys = rows
            .iter()
            .map(|it| DataKey::derive(it.number, &ring.unwrap(org, it)?).ok_or(Error::NoKeys))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { org, keys })
    }

    /// A first key for rows that are loaded without the application, and what
    /// `kernel.org_key` then holds: the master key's id and the bytes.
    ///
    /// # Errors
    /// [`Error::NoKeys`] where the system gives no random bytes.
    pub fn first(ring: &Keyring, org: OrgId) -> Result<(Self, String, Vec<u8>), Error> {
        let (master, wrapped) = ring.new_data_key(org, 1)?;
        let row = StoredKey {
            number: 1,
            master,
            wrapped,
        };
        let keys = Self::unwrap(ring, org, std::slice::from_ref(&row))?;
        Ok((keys, row.master, row.wrapped))
    }

    /// The value as the database keeps it: version, number of the key, nonce,
    /// ciphertext with its tag.
    pub fn seal(&self, place: Place, clear: &str) -> Result<Vec<u8>, Error> {
        let key = self.keys.last().ok_or(Error::NoKeys)?;
        let mut sealed = vec![AES_256_GCM];
        sealed.extend(key.number.to_be_bytes());
        sealed.extend(seal(&key.seal, &self.at(place), clear.as_bytes())?);
        Ok(sealed)
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// [`Error::NotOpened`] where it was sealed elsewhere, with another key or
    /// was changed.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Secret, Error> {
        let clear = || {
            let (head, rest) = sealed.split_at_checked(HEAD)?;
            let number = i16::from_be_bytes([head[1], head[2]]);
            let key = self.keys.iter().find(|it| it.number == number)?;
            (head[0] == AES_256_GCM).then_some(())?;
            String::from_utf8(open(&key.seal, &self.at(place), rest)?).ok()
        };
        clear().map(Secret::new).ok_or(Error::NotOpened {
            table: place.table,
            field: place.field,
        })
    }

    /// The beginning that everything sealed with the newest key has.
    pub fn mark(&self) -> Vec<u8> {
        let number = self.keys.last().map_or(0, |it| it.number);
        [&[AES_256_GCM][..], &number.to_be_bytes()].concat()
    }

    /// By what an equal value of the field is found: the same for the same
    /// value in this organisation, of no use without the key.
    pub fn blind(&self, field: &str, value: &str) -> Vec<u8> {
        self.keys
            .last()
            .map(|it| it.blind(field, value))
            .unwrap_or_default()
    }

    /// As [`OrgKeys::blind`], by all keys: while values are sealed anew, some
    /// still have the older index.
    pub fn blinds(&self, field: &str, value: &str) -> Vec<Vec<u8>> {
        self.keys.iter().map(|it| it.blind(field, value)).collect()
    }

    fn at(&self, place: Place) -> String {
        let Place {
            table,
            field,
            person,
        } = place;
        format!("{table}|{field}|{}|{person}", self.org)
    }
}

impl fmt::Debug for OrgKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgKeys({}, {} keys)", self.org, self.keys.len())
    }
}

impl DataKey {
    fn derive(number: i16, bytes: &Bytes) -> Option<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"zvonok");
        let root = salt.extract(bytes);
        let mut of_values = [0; 32];
        root.expand(&[&b"seal"[..]], hkdf::HKDF_SHA256)
            .ok()?
            .fill(&mut of_values)
            .ok()?;
        let mut of_index = [0; 32];
        root.expand(&[&b"blind"[..]], hkdf::HKDF_SHA256)
            .ok()?
            .fill(&mut of_index)
            .ok()?;
        Some(Self {
            number,
            seal: aead(&of_values)?,
            blind: hmac::Key::new(hmac::HMAC_SHA256, &of_index),
        })
    }

    fn blind(&self, field: &str, value: &str) -> Vec<u8> {
        let tag = hmac::sign(&self.blind, format!("{field}|{value}").as_bytes());
        tag.as_ref()[..BLIND].to_vec()
    }
}

/// A random nonce and what it sealed.
pub(super) fn seal(key: &LessSafeKey, at: &str, clear: &[u8]) -> Result<Vec<u8>, Error> {
    let mut nonce = [0; NONCE];
    let filled = SystemRandom::new().fill(&mut nonce);
    filled.map_err(|_| Error::NoKeys)?;
    let mut body = clear.to_vec();
    let sealed = key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(at),
        &mut body,
    );
    sealed.map_err(|_| Error::NoKeys)?;
    Ok([&nonce[..], &body].concat())
}

pub(super) fn open(key: &LessSafeKey, at: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>()?;
    let mut body = body.to_vec();
    let clear = key.open_in_place(
        Nonce::assume_unique_for_key(*nonce),
        Aad::from(at),
        &mut body,
    );
    Some(clear.ok()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(org: i64) -> OrgKeys {
        let ring = Keyring::volatile().unwrap();
        OrgKeys::first(&ring, org.into()).unwrap().0
    }

    fn snils() -> Place {
        Place {
            table: "people.restricted_field",
            field: "snils",
            person: 7.into(),
        }
    }

    /// PPL-9: nothing opens but with its key, at its place and unchanged.
    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let own = keys(1);
        let sealed = own.seal(snils(), "11223344595").unwrap();
        assert_eq!(own.open(snils(), &sealed).unwrap().reveal(), "11223344595");
        let elsewhere = [
            Place {
                person: 8.into(),
                ..snils()
            },
            Place {
                field: "inn",
                ..snils()
            },
            Place {
                table: "people.person",
                ..snils()
            },
        ];
        assert!(elsewhere.iter().all(|it| own.open(*it, &sealed).is_err()));
        assert!(keys(1).open(snils(), &sealed).is_err(), "another key");
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert!(own.open(snils(), &other).is_err(), "byte {at} was changed");
            assert!(own.open(snils(), &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_the_same_and_found_by_its_index() {
        let own = keys(1);
        let [one, other] = [0, 1].map(|_| own.seal(snils(), "11223344595").unwrap());
        assert_ne!(one, other);
        assert!(one.starts_with(&own.mark()));
        let blind = own.blind("snils", "11223344595");
        assert_eq!(blind.len(), BLIND);
        assert_eq!(
            own.blinds("snils", "11223344595"),
            std::slice::from_ref(&blind)
        );
        assert_ne!(blind, own.blind("inn", "11223344595"));
        assert_ne!(blind, keys(1).blind("snils", "11223344595"));
    }

    #[test]
    fn no_log_shows_a_secret() {
        let it = Secret::new("112-233-445 95".to_owned());
        assert_eq!(format!("{it:?} {:?}", Some(&it)), "*** Some(***)");
        assert_eq!(format!("{:?}", keys(1)), "OrgKeys(1, 1 keys)");
    }
}

use std::{fmt, path::Path};

use kernel::OrgId;
use ring::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use super::{
    StoredKey,
    data::{open, seal},
};
use crate::Error;

/// The first byte of what a master key sealed itself. 1 was a key of its own
/// for second factors, `factor.key`.
const OF_INSTALLATION: u8 = 2;

/// The bytes of a key.
pub(super) type Bytes = [u8; 32];

/// The master keys of the installation; the last one wraps, all of them open.
#[derive(Clone)]
pub struct Keyring {
    keys: Vec<(String, LessSafeKey)>,
}

/// What is wrong with the master keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    #[error("there is no key; make one with `zvonok keys new`")]
    None,
    #[error("line {0} is not `<id> <64 hexadecimal digits>`")]
    Line(usize),
    #[error("the key {0} is there twice")]
    Twice(String),
    #[error("others may read the file; let only its owner: chmod 600")]
    Readable,
    #[error("the file cannot be read or written")]
    File(#[from] std::io::Error),
    #[error("the system gives no random bytes")]
    Random,
}

impl Keyring {
    /// Reads lines of `<id> <64 hexadecimal digits>`, the newest key last;
    /// empty lines and those that begin with `#` say nothing.
    ///
    /// # Errors
    /// [`KeyFault::None`], [`KeyFault::Line`], [`KeyFault::Twice`]. None of
    /// them repeats what was read.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let mut keys: Vec<(String, LessSafeKey)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, key) = read_line(line).ok_or(KeyFault::Line(at + 1))?;
            if keys.iter().any(|it| it.0 == id) {
                return Err(KeyFault::Twice(id));
            }
            keys.push((id, key));
        }
        if keys.is_empty() {
            return Err(KeyFault::None);
        }
        Ok(Self { keys })
    }

    /// Reads a file that only its owner may read.
    ///
    /// # Errors
    /// As [`Keyring::parse`]; [`KeyFault::Readable`], [`KeyFault::File`].
    pub fn read(file: &Path) -> Result<Self, KeyFault> {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(file)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyFault::Readable);
        }
        Self::parse(&std::fs::read_to_string(file)?)
    }

    /// Adds a new key at the end of the file, which is made where there is none.
    ///
    /// # Errors
    /// [`KeyFault::File`], [`KeyFault::Random`].
    pub fn add_to(file: &Path, id: &str) -> Result<(), KeyFault> {
        use std::{io::Write, os::unix::fs::OpenOptionsExt};
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(file)?;
        file.write_all(Self::new_line(id)?.as_bytes())?;
        Ok(file.sync_all()?)
    }

    /// The line of a new key, as [`Keyring::parse`] reads it.
    ///
    /// # Errors
    /// [`KeyFault::Random`].
    pub fn new_line(id: &str) -> Result<String, KeyFault> {
        Ok(format!("{id} {}\n", crate::hex(&random()?)))
    }

    /// A ring of one new key that nobody else has: for tests and demonstrations
    /// that keep nothing.
    ///
    /// # Errors
    /// [`KeyFault::Random`].
    pub fn volatile() -> Result<Self, KeyFault> {
        Self::parse(&Self::new_line("volatile")?)
    }

    /// The id of the key that wraps.
    pub fn newest(&self) -> &str {
        self.keys.last().map_or("", |it| &it.0)
    }

    /// The ids of all keys, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|it| it.0.as_str())
    }

    /// A new data key of the organisation, wrapped: the id of the master key
    /// and the row's bytes.
    ///
    /// # Errors
    /// [`Error::NoKeys`] where the system gives no random bytes.
    pub fn new_data_key(&self, org: OrgId, number: i16) -> Result<(String, Vec<u8>), Error> {
        self.wrap(org, number, &random().map_err(|_| Error::NoKeys)?)
    }

    /// Seals a value that belongs to no organisation, such as the seed of a
    /// second factor, for one place: version, the master key's id behind its
    /// length, nonce, ciphertext with its tag.
    ///
    /// # Errors
    /// [`Error::NoKeys`].
    pub fn seal(&self, place: &str, clear: &[u8]) -> Result<Vec<u8>, Error> {
        let (id, master) = self.keys.last().ok_or(Error::NoKeys)?;
        let length = u8::try_from(id.len()).map_err(|_| Error::NoKeys)?;
        let mut sealed = vec![OF_INSTALLATION, length];
        sealed.extend(id.as_bytes());
        sealed.extend(seal(master, &outside(place), clear)?);
        Ok(sealed)
    }

    /// Opens what [`Keyring::seal`] made for that place; nothing where it was
    /// changed, moved, or sealed with a key that is not here.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, rest) = sealed_with(sealed)?;
        let (_, master) = self.keys.iter().find(|it| it.0.as_bytes() == id)?;
        open(master, &outside(place), rest)
    }

    /// Whether [`Keyring::seal`] would use the same key today.
    pub fn is_of_newest(&self, sealed: &[u8]) -> bool {
        sealed_with(sealed).is_some_and(|it| it.0 == self.newest().as_bytes())
    }

    pub(super) fn wrap(
        &self,
        org: OrgId,
        number: i16,
        key: &Bytes,
    ) -> Result<(String, Vec<u8>), Error> {
        let (id, master) = self.keys.last().ok_or(Error::NoKeys)?;
        let wrapped = seal(master, &place(org, number), key)?;
        Ok((id.clone(), wrapped))
    }

    pub(super) fn unwrap(&self, org: OrgId, it: &StoredKey) -> Result<Bytes, Error> {
        let found = self.keys.iter().find(|key| key.0 == it.master);
        let (_, master) = found.ok_or_else(|| Error::NoKey(it.master.clone()))?;
        let clear = open(master, &place(org, it.number), &it.wrapped);
        clear
            .and_then(|it| Bytes::try_from(it).ok())
            .ok_or(Error::NotOpened {
                table: "kernel.org_key",
                field: "wrapped",
            })
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

fn place(org: OrgId, number: i16) -> String {
    format!("kernel.org_key|wrapped|{org}|{number}")
}

/// The place of a value of no organisation; never that of a data key.
fn outside(place: &str) -> String {
    format!("installation|{place}")
}

/// The id of the master key, and nonce and ciphertext.
fn sealed_with(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = sealed.split_at_checked(2)?;
    (head[0] == OF_INSTALLATION).then_some(())?;
    rest.split_at_checked(head[1].into())
}

pub(super) fn random() -> Result<Bytes, KeyFault> {
    let mut bytes = [0; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| KeyFault::Random)?;
    Ok(bytes)
}

pub(super) fn aead(bytes: &Bytes) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes)
        .ok()
        .map(LessSafeKey::new)
}

fn read_line(line: &str) -> Option<(String, LessSafeKey)> {
    let (id, hex) = line.split_once(char::is_whitespace)?;
    let hex = hex.trim();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some((id.to_owned(), aead(&bytes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_key_is_the_last() {
        let lines = ["2025", "2026"].map(|it| Keyring::new_line(it).unwrap());
        let ring = Keyring::parse(&format!("# keys\n\n{}{}", lines[0], lines[1])).unwrap();
        assert_eq!(ring.newest(), "2026");
        assert_eq!(format!("{ring:?}"), r#"["2025", "2026"]"#);
        assert_ne!(lines[0][5..], lines[1][5..]);
    }

    /// Seeds of second factors: only the same place and a key that is known.
    #[test]
    fn a_value_of_the_installation_opens_at_its_place() {
        let [old, new] = ["2025", "2026"].map(|it| Keyring::new_line(it).unwrap());
        let before = Keyring::parse(&old).unwrap();
        let sealed = before.seal("factor:1", b"seed").unwrap();
        assert!(!sealed.windows(4).any(|it| it == b"seed"));
        let both = Keyring::parse(&format!("{old}{new}")).unwrap();
        assert_eq!(both.open("factor:1", &sealed).unwrap(), b"seed");
        assert!(before.is_of_newest(&sealed) && !both.is_of_newest(&sealed));
        assert!(both.is_of_newest(&both.seal("factor:1", b"seed").unwrap()));
        assert!(both.open("factor:2", &sealed).is_none());
        assert!(
            Keyring::parse(&new)
                .unwrap()
                .open("factor:1", &sealed)
                .is_none()
        );
        for at in [0, 1, 3, 10, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(both.open("factor:1", &changed).is_none(), "{at}");
        }
        assert!(both.open("factor:1", &sealed[..5]).is_none());
        assert!(both.open("factor:1", &[]).is_none());
    }

    /// What is wrong is told without what was read.
    #[test]
    fn half_a_key_is_refused() {
        let line = Keyring::new_line("a").unwrap();
        let refused = |text: &str| Keyring::parse(text).unwrap_err().to_string();
        assert!(refused("").contains("zvonok keys new"));
        assert!(refused("# none").contains("no key"));
        for text in ["a", "a 1234", &line.trim().replace(' ', ""), "a zz"] {
            let said = refused(text);
            assert!(
                said.contains("line 1") && !said.contains(&line[2..10]),
                "{said}"
            );
        }
        assert!(refused(&format!("{line}{line}")).contains("twice"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        Keyring::add_to(&file, "one").unwrap();
        Keyring::add_to(&file, "two").unwrap();
        assert_eq!(Keyring::read(&file).unwrap().newest(), "two");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keyring::read(&file), Err(KeyFault::Readable)));
    }
}

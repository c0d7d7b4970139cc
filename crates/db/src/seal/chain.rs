//! The bytes that are sealed, and whether a chain still holds. No I/O.

use sha2::{Digest, Sha256};

use super::{Key, Log};

/// One row as it is sealed: its number and the digest of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) id: i64,
    pub(super) digest: [u8; 32],
}

/// The columns of a row, each with its length before it, so that nothing can
/// move from one to the next.
pub(super) struct Bytes(Sha256);

impl Bytes {
    pub(super) fn of(log: Log) -> Self {
        Self(Sha256::new()).text(Some(log.code()))
    }

    pub(super) fn text(mut self, value: Option<&str>) -> Self {
        match value {
            None => self.0.update([0]),
            Some(text) => {
                self.0.update([1]);
                self.0.update((text.len() as u64).to_be_bytes());
                self.0.update(text);
            }
        }
        self
    }

    pub(super) fn number(mut self, value: Option<i64>) -> Self {
        match value {
            None => self.0.update([0]),
            Some(number) => {
                self.0.update([2]);
                self.0.update(number.to_be_bytes());
            }
        }
        self
    }

    pub(super) fn leaf(self, id: i64) -> Leaf {
        Leaf {
            id,
            digest: self.0.finalize().into(),
        }
    }
}

/// One batch, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seal {
    pub(super) n: i64,
    pub(super) last_id: i64,
    pub(super) rows: i32,
    pub(super) digest: [u8; 32],
    pub(super) prev: [u8; 32],
    pub(super) mac: [u8; 32],
}

/// The digest of a batch.
pub(super) fn digest(rows: &[Leaf]) -> [u8; 32] {
    let mut sum = Sha256::new();
    for row in rows {
        sum.update(row.id.to_be_bytes());
        sum.update(row.digest);
    }
    sum.finalize().into()
}

/// The next seal of a chain over rows that are not empty.
pub(super) fn next(
    key: &Key,
    (org, log): (i64, Log),
    before: Option<&Seal>,
    rows: &[Leaf],
) -> Option<Seal> {
    let last = rows.last()?;
    let mut seal = Seal {
        n: before.map_or(1, |it| it.n + 1),
        last_id: last.id,
        rows: i32::try_from(rows.len()).ok()?,
        digest: digest(rows),
        prev: before.map_or([0; 32], |it| it.mac),
        mac: [0; 32],
    };
    seal.mac = key.code(&seal.message(org, log));
    Some(seal)
}

impl Seal {
    /// What the code stands for.
    fn message(&self, org: i64, log: Log) -> Vec<u8> {
        let mut bytes = format!("zvonok seal 1 {org} {}\n", log.code()).into_bytes();
        bytes.extend(self.n.to_be_bytes());
        bytes.extend(self.last_id.to_be_bytes());
        bytes.extend(self.rows.to_be_bytes());
        bytes.extend(self.digest);
        bytes.extend(self.prev);
        bytes
    }
}

/// What is wrong with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A seal before this one is missing.
    SealMissing,
    /// The seal is not one that our key made, or not after the one before.
    SealForged,
    RowsRemoved,
    RowsAdded,
    /// As many rows as there were, but not the same.
    RowsChanged,
    /// A seal that was told outside is not there, or another is.
    TailCut,
}

/// Whether this seal may follow the one before.
pub(super) fn follows(
    key: &Key,
    (org, log): (i64, Log),
    before: Option<&Seal>,
    seal: &Seal,
) -> Result<(), What> {
    let n = before.map_or(1, |it| it.n + 1);
    if seal.n != n {
        return Err(What::SealMissing);
    }
    let prev = before.map_or([0; 32], |it| it.mac);
    if seal.prev != prev || !key.is_code(&seal.message(org, log), &seal.mac) {
        return Err(What::SealForged);
    }
    Ok(())
}

/// Whether these are the rows that the seal was made over.
pub(super) fn covers(seal: &Seal, rows: &[Leaf]) -> Result<(), What> {
    let sealed = usize::try_from(seal.rows).unwrap_or_default();
    match rows.len() {
        found if found < sealed => Err(What::RowsRemoved),
        found if found > sealed => Err(What::RowsAdded),
        _ if digest(rows) != seal.digest => Err(What::RowsChanged),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;

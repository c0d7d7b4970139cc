//! A key that lies in a file: the password by which nodes of a demonstration
//! share a database.

use std::{io::Write as _, path::Path};

use anyhow::{Context, bail};
use rand::{TryRngCore, rngs::OsRng};

/// The key of that file, which the first start writes.
pub(crate) fn kept_in(path: &Path) -> anyhow::Result<[u8; 32]> {
    if !path.exists() {
        write_new(path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse(text.trim()).with_context(|| format!("{} holds no key", path.display()))
}

/// Of two nodes that begin at once one writes the file and both read it.
fn write_new(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut key = [0; 32];
    OsRng.try_fill_bytes(&mut key).context("no randomness")?;
    let text = db::hex(&key);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => Ok(file.write_all(text.as_bytes())?),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn parse(text: &str) -> anyhow::Result<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        bail!("{} characters", text.len());
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16)?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_writes_a_key_and_the_next_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/login.key");
        let one = kept_in(&file).unwrap();
        assert_eq!(kept_in(&file).unwrap(), one);
        std::fs::write(&file, "short").unwrap();
        assert!(kept_in(&file).is_err());
    }
}

//! The key that seeds of second factors and slips of jobs are sealed with: it
//! lies outside of the database.

use std::{io::Write as _, path::Path};

use anyhow::{Context, bail};
use rand::{TryRngCore, rngs::OsRng};

/// The key of the configuration, otherwise that of the file, which the first
/// start writes.
pub(crate) fn factor_key(told: Option<&str>, files: &Path) -> anyhow::Result<[u8; 32]> {
    if let Some(text) = told {
        return parse(text).context("factor_key is not 64 hexadecimal digits");
    }
    kept_in(&files.join("factor.key"))
}

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
        let one = factor_key(None, folder.path()).unwrap();
        assert_eq!(factor_key(None, folder.path()).unwrap(), one);
        let told = "0f".repeat(32);
        assert_eq!(factor_key(Some(&told), folder.path()).unwrap(), [15; 32]);
        assert!(factor_key(Some("short"), folder.path()).is_err());
    }
}

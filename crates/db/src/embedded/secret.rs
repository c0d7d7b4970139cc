use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use rand::{TryRngCore, rngs::OsRng};

use super::{Doing, EmbeddedError, Result};

/// The password kept in the file, made at the first call. 192 bits, as hex.
pub(super) fn kept_in(path: &Path) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(secret) if !secret.trim().is_empty() => Ok(secret.trim().to_owned()),
        Ok(_) => make(path),
        Err(missing) if missing.kind() == ErrorKind::NotFound => make(path),
        Err(other) => Err(other).doing(path.display()),
    }
}

fn make(path: &Path) -> Result<String> {
    let mut bytes = [0_u8; 24];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|it| EmbeddedError::Tool {
            tool: "the system's random numbers",
            message: it.to_string(),
        })?;
    let secret = crate::files::hex(&bytes);
    // Written aside and renamed: a start that is killed here leaves either
    // no password or a whole one.
    let aside = path.with_extension("new");
    let _ = fs::remove_file(&aside);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)
        .doing(aside.display())?;
    file.write_all(secret.as_bytes()).doing(aside.display())?;
    file.sync_all().doing(aside.display())?;
    fs::rename(&aside, path).doing(path.display())?;
    Ok(secret)
}

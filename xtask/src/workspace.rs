//! Where things lie: the checkout, cargo's output, the crates.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// The cargo that runs us, in the root. Queries are checked against `.sqlx`
/// unless the caller says otherwise.
pub(crate) fn cargo() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root())
        .env("SQLX_OFFLINE", "true")
        .env_remove("SQLX_OFFLINE_DIR");
    command
}

/// Where cargo puts what it builds, whatever configuration says so.
pub(crate) fn target() -> Result<PathBuf> {
    let told = command::output(cargo().args(["metadata", "--format-version=1", "--no-deps"]))?;
    let told: Value = serde_json::from_str(&told).context("cargo metadata is not JSON")?;
    let target = told["target_directory"]
        .as_str()
        .context("cargo names no target directory")?;
    Ok(PathBuf::from(target))
}

/// The built server of the given profile.
pub(crate) fn binary(release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    Ok(target()?.join(profile).join("zvonok"))
}

//! Style and scripts: npm packages by lock file, then the project's own build.
//! Both are skipped when what they depend on did not change.

use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::{command, say::note, tools, workspace};

/// Folders that the build does not read, or writes itself.
const NOT_SOURCES: &[&str] = &["dist", "node_modules", "tests"];

/// `cargo xtask assets`.
pub(crate) fn run() -> Result<()> {
    tools::ensure_node()?;
    build()
}

/// The folder of the npm project.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("app/assets")
}

/// Installs the npm packages and builds `dist`, unless both are up to date.
pub(crate) fn build() -> Result<()> {
    let folder = folder();
    packages(&folder)?;
    let stamp = folder.join("node_modules/.zvonok-built");
    let wanted = hash_of(&sources(&folder)?)?;
    if folder.join("dist/manifest.json").is_file() && is(&stamp, &wanted) {
        note("style and scripts are up to date");
        return Ok(());
    }
    let mut build = Command::new("node");
    command::run(
        build
            .arg("build.mjs")
            .current_dir(&folder)
            .stdout(io::stderr()),
    )?;
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
}

fn packages(folder: &Path) -> Result<()> {
    let stamp = folder.join("node_modules/.zvonok-packages");
    let wanted = hash_of(&[
        folder.join("package-lock.json"),
        folder.join("package.json"),
    ])?;
    if is(&stamp, &wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    // No package needs its install script, and none gets to run one.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder);
    command::run(&mut npm)?;
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
}

fn is(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|it| it == wanted)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        if NOT_SOURCES.iter().any(|it| name == *it) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            found.extend(sources(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn hash_of(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        hash.update(file.to_string_lossy().as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{hash_of, sources};

    #[test]
    fn a_changed_source_changes_the_hash_and_a_built_file_does_not() {
        let root = tempfile::tempdir().unwrap();
        let here = root.path();
        fs::create_dir_all(here.join("src")).unwrap();
        fs::create_dir_all(here.join("dist")).unwrap();
        fs::write(here.join("src/app.ts"), "1").unwrap();
        let hash = || hash_of(&sources(here).unwrap()).unwrap();
        let before = hash();
        fs::write(here.join("dist/app.js"), "1").unwrap();
        assert_eq!(hash(), before);
        fs::write(here.join("src/app.ts"), "2").unwrap();
        assert_ne!(hash(), before);
    }
}

//! `.sqlx`: what the database said about every checked query, so that building needs none.
//! sqlx writes it itself while it compiles against a live database; no other tool is needed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use super::apply_all;
use crate::{cluster::Cluster, command, workspace};

/// How the workspace is compiled while its queries are checked.
#[derive(Clone, Copy)]
pub(crate) enum Checked {
    /// `cargo check`.
    Compile,
    /// `cargo clippy`, any warning being an error: one pass for both in `cargo xtask test`.
    Clippy,
}

/// File name → text.
pub(crate) type Queries = BTreeMap<String, String>;

/// Compiles everything against a fresh database and returns what sqlx wrote.
pub(crate) fn collect(cluster: &Cluster, how: Checked) -> Result<Queries> {
    let folder = workspace::target()?.join("sqlx-found");
    empty(&folder)?;
    cluster.psql("postgres", "create database queries")?;
    apply_all(cluster, "queries")?;
    let touched = touch(&workspace::root())?;
    let mut cargo = workspace::cargo();
    match how {
        Checked::Compile => cargo.args(["check", "--workspace", "--all-targets"]),
        Checked::Clippy => cargo.args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
    };
    cargo
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &folder);
    let compiled = command::run(cargo.env("DATABASE_URL", cluster.url("queries")));
    touched.iter().try_for_each(Touched::restore)?;
    compiled?;
    read(&folder)
}

/// Writes `.sqlx` anew and returns how many queries there are.
pub(super) fn write(cluster: &Cluster) -> Result<usize> {
    let queries = collect(cluster, Checked::Compile)?;
    let folder = workspace::root().join(".sqlx");
    empty(&folder)?;
    for (name, text) in &queries {
        fs::write(folder.join(name), text)?;
    }
    Ok(queries.len())
}

/// Refuses a `.sqlx` that is not what the queries and the migrations say.
pub(crate) fn compare(found: &Queries, folder: &Path) -> Result<()> {
    let kept = if folder.is_dir() {
        read(folder)?
    } else {
        Queries::new()
    };
    let missing = found
        .iter()
        .filter(|(name, text)| kept.get(*name) != Some(text))
        .count();
    let stale = kept.keys().filter(|it| !found.contains_key(*it)).count();
    if missing + stale > 0 {
        bail!(
            ".sqlx is out of date ({missing} queries new or changed, {stale} gone): \
             run `cargo xtask db prepare` and commit .sqlx"
        );
    }
    Ok(())
}

fn read(folder: &Path) -> Result<Queries> {
    let mut queries = Queries::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("query-") {
            queries.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(queries)
}

fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

/// A file that was made to look new.
struct Touched {
    file: PathBuf,
    before: SystemTime,
    now: SystemTime,
}

impl Touched {
    /// Gives the file its old time back, unless someone has edited it meanwhile: the next
    /// ordinary build need not compile everything again.
    fn restore(&self) -> Result<()> {
        let is = fs::metadata(&self.file)?.modified()?;
        if is == self.now {
            set_time(&self.file, self.before)?;
        }
        Ok(())
    }
}

/// Makes cargo compile every crate again: a query is written only while it is compiled.
fn touch(root: &Path) -> Result<Vec<Touched>> {
    let mut touched = Vec::new();
    for file in crate_roots(root)? {
        let before = fs::metadata(&file)?.modified()?;
        set_time(&file, SystemTime::now())?;
        let now = fs::metadata(&file)?.modified()?;
        touched.push(Touched { file, before, now });
    }
    Ok(touched)
}

fn set_time(file: &Path, time: SystemTime) -> Result<()> {
    let opened = fs::File::options().append(true).open(file)?;
    opened
        .set_modified(time)
        .with_context(|| file.display().to_string())
}

fn crate_roots(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![root.join("app")];
    for entry in fs::read_dir(root.join("crates"))? {
        folders.push(entry?.path());
    }
    let names = ["src/lib.rs", "src/main.rs", "tests/it/main.rs"];
    let files = folders
        .iter()
        .flat_map(|it| names.map(|name| it.join(name)));
    Ok(files.filter(|it| it.is_file()).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Queries, compare};

    #[test]
    fn a_missing_a_changed_and_a_stale_query_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let found = Queries::from([("query-1.json".into(), "a".into())]);
        assert!(
            compare(&found, &root.path().join("none")).is_err(),
            "missing"
        );
        fs::write(root.path().join("query-1.json"), "a").unwrap();
        assert!(compare(&found, root.path()).is_ok());
        fs::write(root.path().join("query-1.json"), "b").unwrap();
        assert!(compare(&found, root.path()).is_err(), "changed");
        fs::write(root.path().join("query-1.json"), "a").unwrap();
        fs::write(root.path().join("query-2.json"), "a").unwrap();
        assert!(compare(&found, root.path()).is_err(), "stale");
    }
}

//! The migration files: one folder per schema, one common history by timestamp.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{cluster::Cluster, command, say::say, workspace};

/// What a new migration must tell.
const HEADER: &str = "\
-- Why:
-- What the code before it makes of it:

";

/// Applies every migration to an empty database, in the order of their timestamps.
///
/// By psql, so that it needs no build; the product's own `zvonok migrate` keeps the history.
pub(crate) fn apply_all(cluster: &Cluster, database: &str) -> Result<()> {
    let files = all(&workspace::root().join("migrations"))?;
    if files.is_empty() {
        bail!("there are no migrations");
    }
    for file in files {
        let mut psql = cluster.client("psql", database);
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1"]);
        if !fs::read_to_string(&file)?.starts_with("-- no-transaction") {
            psql.arg("--single-transaction");
        }
        psql.env("PGOPTIONS", "-c client_min_messages=warning");
        command::output(psql.arg("-o").arg("/dev/null").arg("-f").arg(&file))?;
    }
    Ok(())
}

/// `cargo xtask db new <schema> <name>`.
pub(super) fn new(schema: &str, name: &str) -> Result<()> {
    let migrations = workspace::root().join("migrations");
    let folder = migrations.join(schema);
    if !folder.is_dir() {
        bail!("there is no folder migrations/{schema}: the schema belongs to no crate yet");
    }
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    if name.is_empty() || !name.chars().all(fits) {
        bail!("{name:?} is no name for a migration: lower case, digits and _ only");
    }
    let newest = all(&migrations)?
        .last()
        .and_then(|it| timestamp(it))
        .unwrap_or(0);
    let now = command::output(Command::new("date").args(["-u", "+%Y%m%d%H%M%S"]))?;
    let now: u64 = now.parse().context("strange answer of date")?;
    let file = folder.join(format!("{}_{name}.sql", now.max(newest + 1)));
    fs::write(&file, HEADER).with_context(|| file.display().to_string())?;
    say(file.display());
    Ok(())
}

/// All migration files of all schemas, oldest first.
fn all(migrations: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for schema in fs::read_dir(migrations).with_context(|| migrations.display().to_string())? {
        let schema = schema?.path();
        if schema.is_dir() {
            for file in fs::read_dir(&schema)? {
                found.push(file?.path());
            }
        }
    }
    found.retain(|it| it.extension().is_some_and(|it| it == "sql"));
    found.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(found)
}

fn timestamp(file: &Path) -> Option<u64> {
    file.file_name()?.to_str()?.split('_').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{all, timestamp};

    #[test]
    fn migrations_of_all_schemas_are_one_history() {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "org/20260103000000_c.sql",
            "kernel/20260101000000_a.sql",
            "org/20260102000000_b.sql",
        ] {
            let file = root.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        fs::write(root.path().join("org/notes.md"), "").unwrap();
        let stamps: Vec<_> = all(root.path())
            .unwrap()
            .iter()
            .map(|it| timestamp(it))
            .collect();
        let expected = [20_260_101_000_000, 20_260_102_000_000, 20_260_103_000_000].map(Some);
        assert_eq!(stamps, expected);
    }
}

//! The text files of the checkout, read once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::rust;

/// Made by tools, or somebody else's.
const NOT_OURS: &[&str] = &[
    ".git",
    ".sqlx",
    ".zvonok",
    "dist",
    "node_modules",
    "out",
    "target",
    "Cargo.lock",
];

/// One text file.
pub(super) struct File {
    /// From the root, with slashes: `crates/org/src/lib.rs`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// The crate whose folder holds the file: `org`, `app`, `xtask`.
    pub(super) fn crate_name(&self) -> Option<&str> {
        crate_and_rest(&self.path).map(|it| it.0)
    }

    /// True for what ends up in a library or binary, not in tests.
    pub(super) fn is_production(&self) -> bool {
        let Some((_, rest)) = crate_and_rest(&self.path) else {
            return false;
        };
        rest.starts_with("src/") && !rest.ends_with("tests.rs") && !rest.contains("/tests/")
    }

    /// The parts of the Rust source that are not tests.
    pub(super) fn production(&self) -> rust::Source {
        rust::read(rust::without_tests(&self.text))
    }
}

/// All of them.
pub(super) struct Tree {
    pub(super) root: PathBuf,
    files: Vec<File>,
}

impl Tree {
    /// Reads the checkout. What is not UTF-8 is not text and is left out.
    pub(super) fn load(root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(root, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            root: root.to_owned(),
            files,
        })
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|it| it.path == path)
    }

    pub(super) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a File> {
        self.files().filter(move |it| it.path.ends_with(end))
    }

    /// The Rust sources of the product: crates and app, not xtask, not tests.
    pub(super) fn product(&self) -> impl Iterator<Item = &File> {
        let rust = self.ending(".rs").filter(|it| it.is_production());
        rust.filter(|it| it.crate_name() != Some("xtask"))
    }

    /// Migrations, oldest first.
    pub(super) fn migrations(&self) -> Vec<&File> {
        let sql = self
            .ending(".sql")
            .filter(|it| it.path.starts_with("migrations/"));
        let mut sql: Vec<_> = sql.collect();
        sql.sort_by_key(|it| it.path.rsplit('/').next());
        sql
    }

    /// Template name (from `templates/`) and file.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&str, &File)> {
        let all = self
            .files()
            .filter_map(|it| Some((it.path.strip_prefix("templates/")?, it)));
        all.filter(|(name, _)| !name.starts_with("words/"))
    }
}

fn crate_and_rest(path: &str) -> Option<(&str, &str)> {
    match path.strip_prefix("crates/") {
        Some(inside) => inside.split_once('/'),
        None => path
            .split_once('/')
            .filter(|it| matches!(it.0, "app" | "xtask")),
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else if let Ok(text) = fs::read_to_string(entry.path())
            && kind.is_file()
        {
            files.push(File {
                path: format!("{prefix}{name}"),
                text,
            });
        }
    }
    Ok(())
}

/// A small checkout for the tests of a rule.
#[cfg(test)]
pub(super) mod fake {
    use std::fs;

    use super::Tree;
    use crate::tidy::{Finding, Weight};

    /// Writes the files and reads them back as a tree.
    pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), files);
        Tree::load(folder.path()).unwrap()
    }

    pub(crate) fn write(root: &std::path::Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }

    /// The places refused, in the order found.
    pub(crate) fn places(found: &[Finding]) -> Vec<&str> {
        let refused = found.iter().filter(|it| it.weight == Weight::Refused);
        refused.map(|it| it.place.as_str()).collect()
    }
}

//! Programs that Rust and npm do not bring: found, installed where we may, asked for otherwise.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{command, say::say};

/// The oldest PostgreSQL the migrations are written for.
const OLDEST_POSTGRES: u32 = 15;
/// The oldest Node that runs the asset build and the tests.
const OLDEST_NODE: u32 = 18;

/// A program from the distribution.
pub(crate) struct Tool {
    what: &'static str,
    packages: &'static [&'static str],
    find: fn() -> Option<PathBuf>,
}

/// The folder with `initdb`, `pg_ctl`, `postgres` and `psql`.
pub(crate) const POSTGRES: Tool = Tool {
    what: "the PostgreSQL server (15 or later)",
    packages: &["postgresql"],
    find: find_postgres,
};

/// The browser of the browser tests; the font is what a plain server lacks.
pub(crate) const CHROMIUM: Tool = Tool {
    what: "Chromium",
    packages: &["chromium", "fonts-dejavu-core"],
    find: || on_path(&["chromium", "chromium-browser", "google-chrome"]),
};

/// Writes the XLSX files that the import test reads.
pub(crate) const CALC: Tool = Tool {
    what: "LibreOffice Calc",
    packages: &["libreoffice-calc-nogui"],
    find: || on_path(&["soffice", "libreoffice"]),
};

/// Reads PDF back in the tests.
pub(crate) const POPPLER: Tool = Tool {
    what: "poppler",
    packages: &["poppler-utils"],
    find: || on_path(&["pdftotext"]),
};

/// Reads workbooks back in the tests, by hands that did not write them.
pub(crate) const OPENPYXL: Tool = Tool {
    what: "openpyxl for Python 3",
    packages: &["python3", "python3-openpyxl"],
    find: find_openpyxl,
};

const NODE: Tool = Tool {
    what: "Node.js (18 or later)",
    packages: &["nodejs"],
    find: || on_path(&["node"]),
};

const NPM: Tool = Tool {
    what: "npm",
    packages: &["npm"],
    find: || on_path(&["npm"]),
};

impl Tool {
    /// Finds the program; as root on Debian installs it first, otherwise says what to type.
    pub(crate) fn ensure(&self) -> Result<PathBuf> {
        if let Some(found) = (self.find)() {
            return Ok(found);
        }
        let list = self.packages.join(" ");
        if !is_root()? || on_path(&["apt-get"]).is_none() {
            bail!(
                "{} is missing. Install it:\n    sudo apt-get install -y {list}",
                self.what
            );
        }
        say(format_args!(
            "installing {} (apt-get install {list})",
            self.what
        ));
        install(self.packages)?;
        (self.find)().with_context(|| {
            format!(
                "{} is still missing after apt-get install {list}",
                self.what
            )
        })
    }
}

/// Checks that Node and npm are there and new enough.
pub(crate) fn ensure_node() -> Result<()> {
    let node = NODE.ensure()?;
    NPM.ensure()?;
    let told = command::output(Command::new(node).arg("--version"))?;
    match first_number(&told) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "Node.js {told} is too old: {OLDEST_NODE} or later is needed (https://nodejs.org)"
        ),
    }
}

/// The major version of the PostgreSQL in that folder.
pub(crate) fn postgres_major(bin: &Path) -> Result<u32> {
    let told = command::output(Command::new(bin.join("postgres")).arg("--version"))?;
    let major = first_number(&told).with_context(|| format!("strange version: {told}"))?;
    if major < OLDEST_POSTGRES {
        bail!(
            "{told} in {} is too old: {OLDEST_POSTGRES} or later is needed",
            bin.display()
        );
    }
    Ok(major)
}

/// True for the superuser, who may install packages and may not run PostgreSQL.
pub(crate) fn is_root() -> Result<bool> {
    Ok(command::output(Command::new("id").arg("-u"))? == "0")
}

/// The first of the programs that is on the PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    let all = names
        .iter()
        .flat_map(|name| folders.iter().map(move |it| it.join(name)));
    all.into_iter().find(|it| it.is_file())
}

/// The Python of the distribution, where it has the library.
fn find_openpyxl() -> Option<PathBuf> {
    let python = PathBuf::from("/usr/bin/python3");
    let python = if python.is_file() {
        python
    } else {
        on_path(&["python3"])?
    };
    let mut asked = Command::new(&python);
    let answer = asked.args(["-c", "import openpyxl"]).output().ok()?;
    answer.status.success().then_some(python)
}

fn find_postgres() -> Option<PathBuf> {
    let named = env::var_os("PG_BIN").map(PathBuf::from);
    let debian = debian_postgres("/usr/lib/postgresql");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = named
        .into_iter()
        .chain(debian)
        .chain(env::split_paths(&path));
    folders.find(|it| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|tool| it.join(tool).is_file())
    })
}

/// Debian keeps the servers apart, one folder per major version; the highest first.
fn debian_postgres(root: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|it| {
            Some((
                it.file_name().to_str()?.parse().ok()?,
                it.path().join("bin"),
            ))
        })
        .collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.0));
    found.into_iter().map(|it| it.1).collect()
}

fn install(packages: &[&str]) -> Result<()> {
    if packages.contains(&"postgresql") {
        no_system_cluster()?;
    }
    if apt(&["install", "-y", "--no-install-recommends"], packages).is_ok() {
        return Ok(());
    }
    // A fresh machine has no package lists yet.
    apt(&["update"], &[])?;
    apt(&["install", "-y", "--no-install-recommends"], packages)
}

fn apt(words: &[&str], packages: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-o", "Dpkg::Use-Pty=0"])
        .args(words)
        .args(packages);
    command::run(
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .env("UCF_FORCE_CONFFOLD", "1"),
    )
}

/// Debian's package would create and start a cluster of its own; we need the programs only.
fn no_system_cluster() -> Result<()> {
    let folder = Path::new("/etc/postgresql-common");
    let file = folder.join("createcluster.conf");
    if file.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    fs::write(
        &file,
        "# Written by Zvonok's `cargo xtask`.\ncreate_main_cluster = false\n",
    )
    .with_context(|| file.display().to_string())
}

fn first_number(text: &str) -> Option<u32> {
    let digits = text
        .split(|it: char| !it.is_ascii_digit())
        .find(|it| !it.is_empty())?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{debian_postgres, first_number};

    #[test]
    fn the_major_version_is_the_first_number() {
        assert_eq!(first_number("v20.20.2"), Some(20));
        assert_eq!(
            first_number("postgres (PostgreSQL) 15.18 (Debian 15.18-0)"),
            Some(15)
        );
        assert_eq!(first_number("devel"), None);
    }

    #[test]
    fn the_highest_server_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17", "common"] {
            std::fs::create_dir(root.path().join(version)).unwrap();
        }
        let found = debian_postgres(&root.path().to_string_lossy());
        let expected = ["17", "15", "9"].map(|it| root.path().join(it).join("bin"));
        assert_eq!(found, expected);
    }
}

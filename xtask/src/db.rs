//! `cargo xtask db …`: a database for development, migrations, checked queries.

mod migrations;
mod prepare;

use std::io::{self, Read};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use migrations::apply_all;
use prepare::{Checked, compare};

use crate::{cluster::Cluster, command, say::say, tools, workspace};

/// What to do with databases and migrations.
#[derive(Subcommand)]
pub(crate) enum Task {
    /// Hold a volatile database with all migrations applied until Ctrl-C, for live query checks.
    Up,
    /// Make an empty migration file with the next timestamp.
    New {
        /// The PostgreSQL schema, which is the folder under migrations/.
        schema: String,
        /// What it does, in snake case.
        name: String,
    },
    /// Bring the database of `DATABASE_URL` up to date (`zvonok migrate`).
    Migrate,
    /// Write .sqlx, the record of all checked queries.
    Prepare {
        /// Change nothing; fail if .sqlx is not what it should be.
        #[arg(long)]
        check: bool,
    },
}

/// Runs one of them.
pub(crate) fn run(task: &Task) -> Result<()> {
    match task {
        Task::Up => up(),
        Task::New { schema, name } => migrations::new(schema, name),
        Task::Migrate => migrate(),
        Task::Prepare { check } => prepare(*check),
    }
}

fn up() -> Result<()> {
    let cluster = Cluster::volatile(&tools::POSTGRES.ensure()?)?;
    apply_all(&cluster, "postgres")?;
    say("A volatile database with all migrations. For live query checks:");
    say(format_args!(
        "export SQLX_OFFLINE=false DATABASE_URL='{}'",
        cluster.url("postgres")
    ));
    say("Ctrl-C ends it and forgets its data.");
    // Nothing is expected: the process ends with Ctrl-C, or when the input does.
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn migrate() -> Result<()> {
    if std::env::var_os("DATABASE_URL").is_none() {
        bail!("DATABASE_URL is not set: which database is to be migrated?");
    }
    command::run(workspace::cargo().args(["run", "--package", "zvonok", "--", "migrate"]))
}

fn prepare(check: bool) -> Result<()> {
    let cluster = Cluster::volatile(&tools::POSTGRES.ensure()?)?;
    if check {
        let found = prepare::collect(&cluster, Checked::Compile)?;
        return compare(&found, &workspace::root().join(".sqlx"));
    }
    let written = prepare::write(&cluster).context("the queries could not be checked")?;
    say(format_args!("{written} queries in .sqlx"));
    Ok(())
}

/// Checks every query against the migrations while running clippy over everything,
/// and then that `.sqlx` says the same.
pub(crate) fn check_with_clippy(cluster: &Cluster) -> Result<()> {
    let found = prepare::collect(cluster, Checked::Clippy)?;
    compare(&found, &workspace::root().join(".sqlx"))
}

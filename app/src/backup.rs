//! `zvonok backup record`: the script that made a backup says so (S2:1.3).

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use db::backups::{self, Backup, BackupKind};
use kernel::{Clock, SystemClock};

use crate::{Config, serve::say};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Record a backup that was made, or one that was restored and looked at.
    /// Call it only after the work succeeded: nothing here makes a backup.
    Record(Options),
}

#[derive(Args, Debug)]
pub struct Options {
    #[arg(long, value_enum)]
    kind: Kind,
    /// When it was finished, such as `2026-09-16T02:40:00Z`; now by default.
    #[arg(long)]
    at: Option<DateTime<Utc>>,
    /// How large it is.
    #[arg(long)]
    bytes: Option<i64>,
    /// Where it lies, or which machine restored it.
    #[arg(long, default_value = "")]
    note: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// `pg_dump`.
    Dump,
    /// `pgBackRest` or `pg_basebackup`.
    Base,
    /// A backup was restored elsewhere and looked at.
    Restore,
}

impl From<Kind> for BackupKind {
    fn from(it: Kind) -> Self {
        match it {
            Kind::Dump => Self::Dump,
            Kind::Base => Self::Base,
            Kind::Restore => Self::Restore,
        }
    }
}

/// Records it over the configured database.
///
/// # Errors
/// No database is configured, or it refuses.
pub async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Record(it) = command;
    let url = config.database_url.as_deref();
    let url = url.context("set DATABASE_URL to the login that makes backups")?;
    let done = Backup {
        kind: it.kind.into(),
        finished_at: it.at.unwrap_or_else(|| SystemClock.now()),
        bytes: it.bytes,
        note: it.note.clone(),
    };
    let id = backups::record(url, &done)
        .await
        .context("the backup could not be recorded")?;
    say(&format!("recorded as {id}"));
    Ok(())
}

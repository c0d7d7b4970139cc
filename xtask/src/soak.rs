//! `cargo xtask soak`: the crash tests with ten times as many kills.

use anyhow::{Result, bail};
use clap::Args;

use crate::{cluster::Cluster, command, tools::POSTGRES, workspace};

/// How long to go on.
#[derive(Args)]
pub(crate) struct Options {
    /// Kills of the application.
    #[arg(long, default_value_t = 500)]
    app_kills: u32,
    /// Kills of the database.
    #[arg(long, default_value_t = 100)]
    database_kills: u32,
}

/// Runs both, a quarter of an hour with the usual numbers.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bin = POSTGRES.ensure()?;
    let cluster = Cluster::volatile(&bin)?;
    let mut cargo = workspace::cargo();
    cargo
        .args(["test", "--package", "zvonok", "--test", "it", "crash::"])
        .env("ZVONOK_APP_KILLS", options.app_kills.to_string())
        .env("ZVONOK_DATABASE_KILLS", options.database_kills.to_string())
        .env("DATABASE_URL", cluster.url("postgres"));
    if command::run(&mut cargo).is_err() {
        bail!("a mark was lost or invented, see above");
    }
    Ok(())
}

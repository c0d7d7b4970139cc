//! `cargo xtask soak`: the tests of faults and of bad input, ten to a hundred
//! times as long (R-7, R-8, R-14, DLN-4, MOV-4).

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
    /// Kills of nodes that send letters.
    #[arg(long, default_value_t = 200)]
    mail_rounds: u32,
    /// Kills while a year is closed and taken back: two thirds of the
    /// application, the others of the database.
    #[arg(long, default_value_t = 150)]
    year_kills: u32,
    /// Bodies made up for the journal's parser and rules.
    #[arg(long, default_value_t = 25_000)]
    bodies: u32,
    /// Sequences of orders for each property of the class register.
    #[arg(long, default_value_t = 10_000)]
    sequences: u32,
}

/// Runs all, half an hour with the usual numbers. Each tells its counts at its end.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bin = POSTGRES.ensure()?;
    let cluster = Cluster::volatile(&bin)?;
    let soak = |package: &str, target: &[&str], tests: &str| {
        let mut cargo = workspace::cargo();
        cargo
            .args(["test", "--package", package])
            .args(target)
            .arg(tests)
            // One after the other, and what they tell of themselves.
            .args(["--", "--nocapture", "--test-threads=1"])
            .env("ZVONOK_APP_KILLS", options.app_kills.to_string())
            .env("ZVONOK_DATABASE_KILLS", options.database_kills.to_string())
            .env("ZVONOK_YEAR_KILLS", options.year_kills.to_string())
            .env("ZVONOK_MAIL_ROUNDS", options.mail_rounds.to_string())
            .env("ZVONOK_FUZZ_CASES", options.bodies.to_string())
            .env("ZVONOK_REGISTER_SEQUENCES", options.sequences.to_string())
            .env("DATABASE_URL", cluster.url("postgres"));
        command::run(&mut cargo)
    };
    if soak("movement", &["--lib"], "register::").is_err() {
        bail!("some sequence of orders makes a register that does not add up, see above");
    }
    if soak("journal", &["--test", "it"], "fuzz::").is_err() {
        bail!("the journal answered with an error or wrote what it did not tell, see above");
    }
    if soak("zvonok", &["--test", "it"], "crash::").is_err() {
        bail!("a mark was lost, doubled or invented, or a year half closed, see above");
    }
    Ok(())
}

//! The commands of the people who work on Zvonok: `cargo xtask …`.
//!
//! Standard library and a few small crates only, nothing asynchronous and nothing
//! of the product itself: a newcomer waits seconds, not minutes, for the first line.
//!
//! What these commands expect from the rest of the repository:
//!
//! - `zvonok demo [--schools N] --data DIR --port PORT` starts its own private cluster
//!   under `DIR`, fills the demo region once, serves on 127.0.0.1 and prints the logins.
//! - `zvonok demo --bench --data DIR --port PORT` fills the cluster of `DATABASE_URL` with
//!   the measured school once, serves it and prints one line of JSON (see `bench::contract`).
//! - `zvonok migrate` brings the database of `DATABASE_URL` up to date.
//! - `app/assets` holds `package.json`, `build.mjs` and the npm scripts `check` and `test`;
//!   the build writes `app/assets/dist/manifest.json`.
//! - Tests take an empty server from `DATABASE_URL` (a superuser on a Unix socket) and make
//!   a database each. Browser tests are `tests/browser/*.test.mjs` and also get the variables
//!   listed in `test::browser_variables`.
//! - `app/tests/authorization.csv` has one line per route: `method,path,who,reach`.

mod assets;
mod bench;
mod cluster;
mod command;
mod db;
mod demo;
mod say;
mod soak;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the Zvonok repository.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set everything up, fill a demo region and serve it on 127.0.0.1.
    Demo(demo::Options),
    /// Everything CI runs: set-up, checks, tests, browser tests.
    Test(test::Options),
    /// The rules of the architecture that rustc cannot hold.
    Tidy,
    /// Kill the application and the database under load, many times.
    Soak(soak::Options),
    /// Measure a real server over a real database.
    Bench(bench::Options),
    /// Database for development, migrations, checked queries.
    #[command(subcommand)]
    Db(db::Task),
    /// Build style and scripts into app/assets/dist.
    Assets,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Tidy => tidy::run(),
        Task::Soak(options) => soak::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Db(task) => db::run(&task),
        Task::Assets => assets::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::problem(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask bench`: a release build over a real database that really writes to disk.
//!
//! Everything is measured in one run on one machine: what the pages cost, and how much of the
//! database's own speed (pgbench with the same statements) reaches the browser.

mod contract;
mod cpu;
mod dues;
mod http;
mod load;
mod pages;
mod people;
mod reports;
mod statements;
mod table;
mod throughput;
mod walk;
mod weight;
mod year;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::{
    assets,
    cluster::{self, Cluster},
    command,
    say::{Progress, note, say},
    tools, workspace,
};
use contract::Server;
use table::{Bar, Figure};

/// Where the server under measure listens.
const PORT: u16 = 18_080;

/// How to measure and how to tell.
#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON document instead of a table; progress goes to standard error.
    #[arg(long)]
    json: bool,
    /// Measure only this; may be given several times.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Measure this program instead of building the release.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Seconds of each run of throughput and load.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Requests per page for time and processor use.
    #[arg(long, default_value_t = 400)]
    requests: u32,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Statements, time and processor time of single pages.
    Pages,
    /// Every kind of report, on the screen and as files.
    Reports,
    /// A batch of 28 marks.
    Batch,
    /// What the browser loads.
    Weight,
    /// Pages a second against pgbench.
    Throughput,
    /// Fifty people at once.
    Load,
    /// Closing the year, on a copy of the database.
    Year,
    /// Importing pupils with their parents and searching a region, on a copy of the database.
    People,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

/// Builds, starts, measures, prints. A missed bar is named and is no failure of the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let progress = Progress::start();
    let tell = |what: &str| note(format_args!("[{:6.1} s] {what}", progress.seconds()));
    let bin = tools::POSTGRES.ensure()?;
    let binary = if let Some(binary) = &options.binary {
        binary.clone()
    } else {
        tell("building the release (many minutes the first time)");
        release()?
    };
    tell("starting PostgreSQL with fsync");
    let home = cluster::durable_home(&workspace::root().join(".zvonok/bench"))?;
    let cluster = Cluster::durable(&bin, home)?;
    honest(&cluster)?;
    ensure_database(&cluster)?;
    tell("filling the measured school (once) and starting the server");
    let server = Server::start(&binary, &cluster.url("zvonok"), PORT, true)?;
    let mut figures = Vec::new();
    if options.wants(Part::Pages) {
        tell("measuring the pages");
        figures.extend(pages::measure(&server, &cluster, options.requests)?);
    }
    if options.wants(Part::Reports) {
        tell("measuring the reports");
        figures.extend(reports::measure(&server, &cluster)?);
    }
    if options.wants(Part::Batch) {
        tell("measuring a batch of marks");
        figures.extend(pages::batch(&server, &cluster)?);
    }
    if options.wants(Part::Weight) {
        figures.extend(dues::measure(&server)?);
        tell("measuring what the browser loads");
        figures.extend(weight::measure(&server)?);
    }
    if options.wants(Part::Throughput) {
        tell("measuring throughput, the server and then pgbench");
        figures.extend(throughput::measure(&server, &cluster, options.seconds)?);
    }
    drop(server);
    if options.wants(Part::Load) {
        tell("letting fifty people work at once, with all jobs beside them");
        let server = Server::start(&binary, &cluster.url("zvonok"), PORT, false)?;
        figures.extend(load::measure(&server, &cluster, options.seconds)?);
    }
    if options.wants(Part::Year) {
        tell("closing the year of a copy of the measured school");
        figures.extend(year::measure(&binary, &cluster, PORT)?);
    }
    if options.wants(Part::People) {
        tell("importing 900 pupils with parents, searching 100,000 people");
        figures.extend(people::measure(&binary, &cluster, PORT)?);
    }
    if options.json {
        say(document(&cluster, &figures)?);
    } else {
        say(machine(&cluster)?);
        table::print(&figures);
    }
    Ok(())
}

fn release() -> Result<PathBuf> {
    tools::ensure_node()?;
    assets::build()?;
    command::run(workspace::cargo().args(["build", "--release", "--package", "zvonok"]))?;
    workspace::binary(true)
}

/// A cluster that lies about writing would make every figure worthless.
fn honest(cluster: &Cluster) -> Result<()> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value = cluster.psql("postgres", &format!("show {setting}"))?;
        if value != "on" {
            bail!("{setting} is {value}: nothing can be measured so");
        }
    }
    Ok(())
}

fn ensure_database(cluster: &Cluster) -> Result<()> {
    let there = cluster.psql(
        "postgres",
        "select 1 from pg_database where datname = 'zvonok'",
    )?;
    if there.is_empty() {
        cluster.psql("postgres", "create database zvonok")?;
    }
    Ok(())
}

/// Processor, memory and versions in one line.
fn machine(cluster: &Cluster) -> Result<String> {
    let cores = std::thread::available_parallelism().context("number of cores")?;
    let load = std::fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    let kernel = command::output(Command::new("uname").arg("-sr"))?;
    let version = cluster.psql("postgres", "show server_version")?;
    Ok(format!(
        "{cores} cores, {kernel}, PostgreSQL {version}, load {load}"
    ))
}

fn document(cluster: &Cluster, figures: &[Figure]) -> Result<String> {
    let rows = figures.iter().map(|it| {
        json!({
            "name": it.name,
            "value": it.value,
            "unit": it.unit,
            "bar": it.bar.map(|bar| match bar {
                Bar::AtMost(limit) => format!("<= {limit}"),
                Bar::AtLeast(limit) => format!(">= {limit}"),
            }),
            "met": it.met(),
        })
    });
    let rows: Vec<_> = rows.collect();
    let document = json!({ "machine": machine(cluster)?, "figures": rows });
    Ok(serde_json::to_string_pretty(&document)?)
}

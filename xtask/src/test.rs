//! `cargo xtask test`: everything CI runs, and nothing that CI does not.

mod report;
mod runners;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    assets,
    cluster::Cluster,
    command, db,
    say::say,
    tidy,
    tools::{self, CALC, CHROMIUM, POPPLER, POSTGRES},
    workspace,
};
use report::{Counts, Report};
use runners::Runner;

/// Where browser tests lie: those of the whole product, and those of single scripts.
const BROWSER_TESTS: [&str; 2] = ["tests/browser", "app/assets/tests/browser"];

/// How much of it.
#[derive(Args)]
pub(crate) struct Options {
    /// Only formatting, tidy and the Rust tests: no assets, no lints, no browser.
    #[arg(long)]
    quick: bool,
    /// Only tests whose name contains this; no other checks.
    #[arg(long)]
    filter: Option<String>,
}

impl Options {
    fn checks(&self) -> bool {
        self.filter.is_none()
    }

    fn browser(&self) -> bool {
        !self.quick
    }
}

/// Runs the steps, goes on after a failed one where the next does not need it, sums up.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::start();
    steps(options, &mut report);
    report.sum_up();
    if report.failed() {
        bail!("not everything passed");
    }
    Ok(())
}

fn steps(options: &Options, report: &mut Report) {
    let Some(bin) = report.value("tools", || needed(options)) else {
        return;
    };
    if options.browser() && report.value("assets: build", assets::build).is_none() {
        return;
    }
    if options.checks() && !options.quick {
        report.step("assets: types", || npm("check"));
        report.tests("assets: unit tests", || {
            runners::watched(npm_script("test"), Runner::Node)
        });
    }
    if options.checks() {
        report.step("formatting", || {
            command::run(workspace::cargo().args(["fmt", "--all", "--", "--check"]))
        });
        report.step("tidy", tidy::run);
    }
    let Some(cluster) = report.value("volatile PostgreSQL", || Cluster::volatile(&bin)) else {
        return;
    };
    if options.checks() && !options.quick {
        report.step("clippy, and .sqlx against the migrations", || {
            db::check_with_clippy(&cluster)
        });
    }
    // The same selection as the tests below, so that nothing is built twice.
    if report.value("build", build).is_none() {
        return;
    }
    report.tests("Rust tests", || rust_tests(&cluster, options));
    if options.browser() {
        report.tests("browser tests", || browser_tests(&cluster, options));
    }
}

/// Finds or installs everything first: nobody should wait ten minutes to hear that it is missing.
fn needed(options: &Options) -> Result<PathBuf> {
    let bin = POSTGRES.ensure()?;
    tools::postgres_major(&bin)?;
    POPPLER.ensure()?;
    if options.browser() {
        tools::ensure_node()?;
        CHROMIUM.ensure()?;
        CALC.ensure()?;
    }
    Ok(bin)
}

fn npm(script: &str) -> Result<()> {
    command::run(&mut npm_script(script))
}

fn npm_script(script: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script])
        .current_dir(assets::folder());
    npm
}

fn build() -> Result<()> {
    command::run(workspace::cargo().args(["build", "--workspace", "--all-targets"]))
}

fn rust_tests(cluster: &Cluster, options: &Options) -> Result<Counts> {
    let mut cargo = workspace::cargo();
    let nextest = tools::on_path(&["cargo-nextest"]).is_some();
    if nextest {
        cargo.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-tests=pass",
        ]);
    } else {
        say("cargo-nextest is not installed: cargo test does it, more slowly");
        cargo.args(["test", "--workspace", "--no-fail-fast"]);
    }
    cargo
        .args(options.filter.as_deref())
        .env("DATABASE_URL", cluster.url("postgres"));
    runners::watched(
        cargo,
        if nextest {
            Runner::Nextest
        } else {
            Runner::CargoTest
        },
    )
}

fn browser_tests(cluster: &Cluster, options: &Options) -> Result<Counts> {
    let root = workspace::root();
    let mut files = Vec::new();
    for folder in BROWSER_TESTS {
        files.extend(runners::files_in(&root.join(folder), ".test.mjs")?);
    }
    if files.is_empty() {
        say("there are no browser tests");
        return Ok(Counts::default());
    }
    let mut node = Command::new("node");
    node.arg("--test");
    if let Some(name) = &options.filter {
        node.arg(format!("--test-name-pattern={name}"));
    }
    node.args(&files).current_dir(&root);
    for (name, value) in browser_variables(cluster)? {
        node.env(name, value);
    }
    runners::watched(node, Runner::Node)
}

/// What a browser test may rely on.
fn browser_variables(cluster: &Cluster) -> Result<[(&'static str, String); 5]> {
    let shown = |it: &Path| it.to_string_lossy().into_owned();
    Ok([
        // An empty server: a superuser's address, a test makes its own database there.
        ("DATABASE_URL", cluster.url("postgres")),
        ("ZVONOK_BIN", shown(&workspace::binary(false)?)),
        ("ZVONOK_CHROMIUM", shown(&CHROMIUM.ensure()?)),
        ("ZVONOK_SOFFICE", shown(&CALC.ensure()?)),
        // A folder for what a test writes, screenshots of failures above all.
        (
            "ZVONOK_OUT",
            env::var("ZVONOK_OUT").unwrap_or_else(|_| out_folder()),
        ),
    ])
}

fn out_folder() -> String {
    workspace::root()
        .join("tests/browser/out")
        .to_string_lossy()
        .into_owned()
}

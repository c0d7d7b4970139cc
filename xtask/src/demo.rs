//! `cargo xtask demo`: the one command of a newcomer.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    assets, command,
    say::{Progress, say},
    tools, workspace,
};

/// How much demo, and where.
#[derive(Args)]
pub(crate) struct Options {
    /// How many schools to make up; the demo region decides when not given.
    #[arg(long)]
    schools: Option<u32>,
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build optimised: minutes longer to build, pages several times quicker. The default is
    /// the development build, with which a first start from nothing is over soonest.
    #[arg(long)]
    release: bool,
}

/// Sets up, builds and becomes the server, so that Ctrl-C reaches it and nothing else.
pub(crate) fn run(options: &Options) -> Result<()> {
    let progress = Progress::start();
    progress.now("looking for Node.js and PostgreSQL");
    tools::ensure_node()?;
    let bin = tools::POSTGRES.ensure()?;
    tools::postgres_major(&bin)?;
    progress.now("building style and scripts");
    assets::build()?;
    progress.now("building the server (minutes the first time, seconds later)");
    build(options.release)?;
    let mut server = server(options)?;
    progress.now(format_args!("starting: {}", command::shown(&server)));
    say("stop with Ctrl-C; the data stay in .zvonok");
    let error = server.env("PG_BIN", bin).exec();
    Err(error).with_context(|| format!("cannot start {}", command::shown(&server)))
}

fn build(release: bool) -> Result<()> {
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--package", "zvonok"]);
    if release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)
}

fn server(options: &Options) -> Result<Command> {
    let root = workspace::root();
    let mut server = Command::new(workspace::binary(options.release)?);
    server.arg("demo").arg("--data").arg(root.join(".zvonok"));
    server.arg("--port").arg(options.port.to_string());
    if let Some(schools) = options.schools {
        server.arg("--schools").arg(schools.to_string());
    }
    server.current_dir(root);
    Ok(server)
}

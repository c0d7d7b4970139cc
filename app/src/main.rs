//! The command line of `zvonok`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};
use zvonok::{Config, admin, backup, check, demo, keys, serve};

/// A page is made of thousands of small texts: this allocator takes a fifth
/// of the time that the one of the C library does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// «Звонок»: an open school information system.
#[derive(Parser)]
#[command(name = "zvonok", version, disable_help_subcommand = true)]
struct Cli {
    /// The configuration file; every key can also be given as `ZVONOK_<KEY>`.
    #[arg(long, global = true, env = "ZVONOK_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the application over the configured database.
    Serve,
    /// Bring the database up to date; runs as the owner of the schema.
    Migrate,
    /// Start a private cluster, fill a demo region once, serve it on 127.0.0.1.
    Demo(demo::Options),
    /// Check the configuration and the database, and say what is wrong.
    Check(check::Options),
    /// Open an organisation (where it is new) and an administrator in it;
    /// prints the login and the one-time code to enter with.
    Admin(admin::Options),
    /// What was done about backups.
    #[command(subcommand)]
    Backup(backup::Command),
    /// The master keys of restricted data: make one, wrap with the newest.
    #[command(subcommand)]
    Keys(keys::Command),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    quiet_panics();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::from(error)),
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    tracing::error!("{error:#}");
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    if let Command::Demo(options) = &cli.command {
        return demo::run(options).await;
    }
    if let Command::Keys(keys::Command::New { file, id }) = &cli.command {
        return keys::new(file, id.as_deref());
    }
    let config = Config::load(cli.config.as_deref())?;
    match cli.command {
        Command::Serve => serve::from_config(&config).await,
        Command::Migrate => {
            let url = config
                .owner_url
                .as_deref()
                .or(config.database_url.as_deref());
            let url = url.context("set owner_url (or DATABASE_URL) to the schema owner's login")?;
            db::migrate(url)
                .await
                .context("cannot migrate the database")
        }
        Command::Check(options) => check::run(&config, &options).await,
        Command::Admin(options) => admin::run(&config, &options).await,
        Command::Backup(what) => backup::run(&config, &what).await,
        Command::Keys(command) => keys::run(&config, &command).await,
        Command::Demo(_) => Ok(()),
    }
}

fn start_log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ZVONOK_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn,web=warn"));
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("ZVONOK_LOG_FORMAT").as_deref() == Ok("json") {
        log.json().init();
    } else {
        log.init();
    }
}

/// A panic's message may hold what somebody typed; the place is enough.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "a task panicked");
    }));
}

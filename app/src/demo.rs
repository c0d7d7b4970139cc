//! `zvonok demo`: a private cluster, a demo region, the logins.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::Context;
use chrono::{Datelike, NaiveDate, NaiveTime};
use clap::Args;
use db::{
    Bulk, Db, Durability,
    backups::{self, Backup, BackupKind},
    embedded,
    vault::Keyring,
};
use demo::{Plan, Shape, Summary};
use kernel::{Clock, ShiftedClock, SystemClock};
use messaging::mailbox::Mailbox;
use tokio::net::TcpListener;

use crate::{
    Config, SecondFactor, SmtpTls, asking, copies, decisions, kept_key, moves, reported,
    serve::{self, Running, say},
    wire::{self, Extras},
};

#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of the command line"
)]
#[derive(Args, Debug)]
pub struct Options {
    /// How many schools the region has.
    #[arg(long, default_value_t = 4)]
    schools: usize,
    /// Where the cluster and the files lie.
    #[arg(long, default_value = ".zvonok")]
    data: PathBuf,
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// One measured school in the database of `DATABASE_URL`; prints one line of JSON.
    #[arg(long)]
    bench: bool,
    /// Runs no jobs beside the pages: what a page costs is measured by itself.
    #[arg(long, requires = "bench")]
    alone: bool,
    /// One small school instead of a region: filled in seconds.
    #[arg(long)]
    village: bool,
    /// The day that the demonstration shows, from its noon (UTC) on: journals are
    /// filled up to it, and the clock goes on from there. Today by default.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// Loses its data in a power cut, for tests.
    #[arg(long)]
    volatile: bool,
}

/// Where the data are: in our own cluster, or in the database of `DATABASE_URL`.
struct Place {
    server: Option<embedded::Server>,
    admin_url: String,
}

/// Fills once, serves until stopped.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let begun = Instant::now();
    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("cannot make the folder {}", options.data.display()))?;
    let place = open(options).await?;
    db::migrate(&place.admin_url)
        .await
        .context("cannot migrate the database")?;
    let clock = clock(options);
    let keys = keys(options)?;
    let summary = fill(options, &place, &clock, &keys).await?;
    let (config, mailbox) = with_mail(Config {
        listen: SocketAddr::from(([127, 0, 0, 1], options.port)),
        public_url: format!("http://127.0.0.1:{}", options.port),
        files: options.data.join("files"),
        seal_key: options.data.join("seal.key"),
        ops_listen: None,
        second_factor: SecondFactor::Offered,
        ..Config::from_variables()?
    })
    .await?;
    put_file(&config.files)?;
    let db = Db::connect(
        &place.app_url(&options.data).await?,
        config.connections,
        Arc::clone(&clock),
    )
    .await
    .context("cannot reach the database")?
    .with_keys(keys.clone());
    crate::keys::ready(&db, &config).await?;
    let extras = Extras {
        count_statements: true,
        lifetimes: Some(long_sessions()),
        mailbox,
    };
    let today = clock.now().date_naive();
    if !options.bench {
        decisions::make(&db, &config)
            .await
            .context("cannot decide about the rights of the demo")?;
        moves::make(&db, &config, today)
            .await
            .context("cannot move pupils of the demo between schools")?;
        if !options.village {
            let url = place.app_url(&options.data).await?;
            copies::make(&url, &config, &keys, today)
                .await
                .context("cannot freeze the reports of the demo")?;
        }
        let year = today.year() - i32::from(today.month() < 10);
        reported::make(&db, &config, year)
            .await
            .context("cannot hand in the forms of the demo")?;
    }
    let mut app = wire::app(&db, clock, &config, &extras)?;
    if options.alone {
        app.jobs.clear();
    }
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}: is another demo running?",
            config.listen
        )
    })?;
    if options.bench {
        tell_bench(&summary, &db, today).await?;
    } else {
        tell(&summary, &config, extras.mailbox.is_some(), begun);
    }
    let durability = if options.volatile {
        Durability::Volatile
    } else {
        config.durability()
    };
    let running = Running {
        db,
        app,
        durability,
        notice: std::time::Duration::ZERO,
    };
    serve::run(running, listener, config.ops_listen, serve::stop_signal()).await?;
    if let Some(server) = place.server {
        server.stop().await;
    }
    Ok(())
}

/// The keys of the variables, or a file of our own beside the data.
fn keys(options: &Options) -> anyhow::Result<Keyring> {
    let config = Config::from_variables()?;
    if config.keys.is_some() || config.keys_file.is_some() {
        return config.keyring();
    }
    let file = options.data.join("keys");
    if !file.exists() {
        Keyring::add_to(&file, "demo").context("cannot make the demo key")?;
    }
    Keyring::read(&file).with_context(|| format!("the file of keys {}", file.display()))
}

/// A mail server of our own, unless another is named by the variables.
async fn with_mail(config: Config) -> anyhow::Result<(Config, Option<Mailbox>)> {
    if config.smtp_host.is_some() {
        return Ok((config, None));
    }
    let (mailbox, address, _) = Mailbox::open().await.context("the mailbox")?;
    let config = Config {
        smtp_host: Some(address.ip().to_string()),
        smtp_port: Some(address.port()),
        smtp_tls: SmtpTls::None,
        mail_from: Some("zvonok@zvonok.example".to_owned()),
        mail_look_ms: 1_000,
        mail_retry_ms: 5_000,
        ..config
    };
    Ok((config, Some(mailbox)))
}

/// The file that the made-up homework has with it.
fn put_file(folder: &std::path::Path) -> anyhow::Result<()> {
    let path = folder.join(demo::FILE.path);
    let parent = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(&path, demo::FILE.bytes))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn clock(options: &Options) -> Arc<dyn Clock> {
    let noon = NaiveTime::MIN + chrono::Duration::hours(12);
    match options.today {
        Some(day) => Arc::new(ShiftedClock::starting_at(day.and_time(noon).and_utc())),
        None => Arc::new(SystemClock),
    }
}

/// Nobody wants to log in again every quarter of an hour of a demonstration.
fn long_sessions() -> identity::Lifetimes {
    identity::Lifetimes {
        staff_idle: chrono::Duration::hours(12),
        ..identity::Lifetimes::default()
    }
}

async fn open(options: &Options) -> anyhow::Result<Place> {
    if let Ok(admin_url) = std::env::var("DATABASE_URL") {
        return Ok(Place {
            server: None,
            admin_url,
        });
    }
    let folder = options.data.join("pg");
    let config = if options.volatile {
        embedded::Config {
            keep: embedded::Keep::Volatile,
            ..embedded::Config::durable(folder)
        }
    } else {
        embedded::Config::durable(folder)
    };
    let server = embedded::Server::start(&config)
        .await
        .context("cannot start PostgreSQL")?;
    Ok(Place {
        admin_url: server.admin_url(),
        server: Some(server),
    })
}

impl Place {
    /// The application's login, which the schema has brought.
    async fn app_url(&self, data: &Path) -> anyhow::Result<String> {
        if let Some(server) = &self.server {
            return Ok(server.app_url());
        }
        // Nodes that share the data share the login.
        let password = db::hex(&kept_key::kept_in(&data.join("login.key"))?);
        Ok(db::login_url_with(&self.admin_url, &password).await?)
    }
}

/// Makes the region up once; a second start finds it.
async fn fill(
    options: &Options,
    place: &Place,
    clock: &Arc<dyn Clock>,
    keys: &Keyring,
) -> anyhow::Result<Summary> {
    let bulk = Bulk::connect(&place.admin_url, Arc::clone(clock)).await?;
    let bulk = bulk.with_keys(keys.clone());
    if let Some(summary) = demo::find(&bulk).await? {
        return Ok(summary);
    }
    let today = options.today.unwrap_or_else(|| clock.now().date_naive());
    let shape = match (options.bench, options.village) {
        (true, _) => Shape::Bench,
        (false, true) => Shape::Village,
        (false, false) => Shape::Region,
    };
    let plan = Plan {
        schools: options.schools,
        shape,
        ..Plan::region(today)
    };
    let summary = demo::build(&bulk, &plan, &|what, done, total| {
        tracing::info!("{what}: {done} of {total}");
    })
    .await
    .context("cannot make the demo region up; delete the folder and start again")?;
    bulk.close().await;
    // The night before there was a backup; from now on there is none.
    let backup = Backup {
        kind: BackupKind::Dump,
        finished_at: clock.now() - chrono::Duration::hours(8),
        bytes: None,
        note: String::new(),
    };
    backups::record(&place.admin_url, &backup)
        .await
        .context("cannot record a backup")?;
    Ok(summary)
}

/// Where the pages to be measured are, and what needs no page to be measured.
async fn tell_bench(summary: &Summary, db: &Db, today: NaiveDate) -> anyhow::Result<()> {
    let urls = summary
        .bench
        .as_ref()
        .context("the measured school was not filled with --bench")?;
    let mut told = serde_json::to_value(urls)?;
    told["dues"] = serde_json::to_value(asking::measure(db, today).await?)?;
    let reports = reporting::Kind::ALL.map(|it| (it.code(), report_of(urls, it)));
    told["reports"] = serde_json::to_value(std::collections::BTreeMap::from(reports))?;
    say(&told.to_string());
    Ok(())
}

/// The address of a report, of the measured class where it is of a class.
fn report_of(urls: &demo::BenchUrls, kind: reporting::Kind) -> String {
    let school = urls.report.split("/reports").next().unwrap_or_default();
    let class = urls.class_finals.split('/').rev().nth(1);
    let class = class.filter(|_| kind.is_of_class());
    let class = class.map_or_else(String::new, |it| format!("?class={it}"));
    format!("{school}/reports/{}{class}", kind.code())
}

fn tell(summary: &Summary, config: &Config, has_mailbox: bool, begun: Instant) {
    say(&format!(
        "{}  ({:.1} s)",
        config.public_url,
        begun.elapsed().as_secs_f64()
    ));
    if has_mailbox {
        say(&format!("  {}/demo/mail", config.public_url));
    }
    for it in &summary.logins {
        say(&format!(
            "  {:<14} {:<14} {:<14} {}",
            it.role, it.login, it.password, it.org
        ));
    }
}

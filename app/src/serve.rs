//! Serving, and stopping without losing a request.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use db::{Db, Durability, seal::Key};
use kernel::{Clock, SystemClock};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use web::InFlight;

use crate::{
    Config, jobs, operator,
    wire::{self, Extras},
};

/// How long a load balancer has to notice that this node closes.
const NOTICE: Duration = Duration::from_secs(2);
/// How long requests, and then jobs, under way may take to end.
const DRAIN: Duration = Duration::from_secs(20);

/// What runs besides the pages.
pub struct Running {
    pub db: Db,
    pub app: wire::App,
    pub durability: Durability,
    /// How long a load balancer has to notice that this node closes.
    pub notice: Duration,
}

/// `zvonok serve`.
pub async fn from_config(config: &Config) -> anyhow::Result<()> {
    // Better now than at the first minute.
    Key::kept_in(&config.seal_key).context("seal_key")?;
    let (db, clock) = open(config).await?;
    crate::keys::ready(&db, config).await?;
    let app = wire::app(&db, clock, config, &Extras::default())?;
    let running = Running {
        db,
        app,
        durability: config.durability(),
        notice: NOTICE,
    };
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    run(running, listener, config.ops_listen, stop_signal()).await
}

/// The database and the clock of a real installation.
pub(crate) async fn open(config: &Config) -> anyhow::Result<(Db, Arc<dyn Clock>)> {
    let url = config.database_url.as_deref();
    let url =
        url.context("no database: set DATABASE_URL or database_url to the application's login")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = config.keyring()?;
    let db = Db::connect(url, config.connections, Arc::clone(&clock))
        .await
        .context("cannot reach the database")?;
    Ok((db.with_keys(keys), clock))
}

/// `zvonok check`: everything that would stop `serve`, without serving.
pub async fn check(config: &Config) -> anyhow::Result<()> {
    let (db, clock) = open(config).await?;
    db.check_server(config.durability()).await?;
    crate::keys::fit(&db).await?;
    wire::app(&db, clock, config, &Extras::default())?;
    tracing::info!("configuration and database are fit to serve");
    Ok(())
}

/// The one thing that a command prints as its answer.
#[expect(
    clippy::print_stdout,
    reason = "the answer of a command, not a log line"
)]
pub fn say(line: &str) {
    println!("{line}");
}

/// Serves until `stop`, then drains. Refuses to start over a database that
/// may lose what it acknowledged.
pub async fn run(
    running: Running,
    listener: TcpListener,
    ops: Option<SocketAddr>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let Running {
        db,
        app,
        durability,
        notice,
    } = running;
    db.check_server(durability)
        .await
        .context("the database is not fit to serve")?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics")?;
    let open = operator::Open::default();
    let ops = match ops {
        Some(address) => Some(serve_operator(address, &db, &open, metrics).await?),
        None => None,
    };
    let mut scheduler = jobs::start(&db, app.jobs)
        .await
        .context("cannot start the jobs")?;
    let work = app.work.clone();
    let tending = tokio::spawn(async move { work.tend().await });
    let (sender, announcer) = (app.sender.clone(), app.announcer.clone());
    let digests = app.digests.clone();
    let post =
        tokio::spawn(async move { tokio::join!(sender.tend(), announcer.tend(), digests.tend()) });
    open.set(true);
    tracing::info!(address = %listener.local_addr()?, "serving");
    serve_pages(listener, (app.router, app.in_flight), &open, notice, stop).await?;
    app.sender.close();
    app.announcer.close();
    app.digests.close();
    app.work.close(DRAIN).await;
    if tokio::time::timeout(DRAIN, post).await.is_err() {
        tracing::warn!("letters under way are left to another node");
    }
    // It may hold a connection, and the pool is about to close.
    if tending.await.is_err() {
        tracing::error!("the look at waiting jobs panicked");
    }
    scheduler
        .shutdown()
        .await
        .context("the jobs did not stop")?;
    if let Some(ops) = ops {
        ops.abort();
    }
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn serve_operator(
    address: SocketAddr,
    db: &Db,
    open: &operator::Open,
    metrics: PrometheusHandle,
) -> anyhow::Result<tokio::task::JoinHandle<std::io::Result<()>>> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on the operator's port {address}"))?;
    let router = operator::router(db.clone(), open.clone(), metrics);
    Ok(tokio::spawn(axum::serve(listener, router).into_future()))
}

async fn serve_pages(
    listener: TcpListener,
    (router, in_flight): (Router, InFlight),
    open: &operator::Open,
    notice: Duration,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let router = router.layer(axum::middleware::from_fn(measured));
    let (close, closed) = tokio::sync::oneshot::channel::<()>();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async {
        // An error means that the sender is gone, which is a reason to stop too.
        let _ = closed.await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        ended = &mut server => return ended?.context("the server stopped"),
        () = stop => {}
    }
    tracing::info!("closing");
    open.set(false);
    if let Ok(ended) = tokio::time::timeout(notice, &mut server).await {
        return ended?.context("the server stopped");
    }
    web::close(&in_flight);
    let _ = close.send(());
    if tokio::time::timeout(DRAIN, server).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    web::drain(&in_flight).await;
    Ok(())
}

/// Counts and times every answer by its route, never by its address.
async fn measured(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |it| it.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::histogram!("zvonok_answer_seconds", "route" => route, "status" => status)
        .record(begun.elapsed().as_secs_f64());
    response
}

/// Ctrl-C, or the signal of the service manager.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

//! The operator's port: health, readiness, metrics. Bound to loopback or a
//! private network, never proxied to the outside.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use db::Db;
use metrics_exporter_prometheus::PrometheusHandle;

/// Whether this node takes requests; off while it drains.
#[derive(Clone, Default)]
pub(crate) struct Open(Arc<AtomicBool>);

impl Open {
    pub(crate) fn set(&self, open: bool) {
        self.0.store(open, Ordering::SeqCst);
    }

    fn is(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Operator {
    db: Db,
    open: Open,
    metrics: PrometheusHandle,
}

pub(crate) fn router(db: Db, open: Open, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .route("/metrics", get(show_metrics))
        .with_state(Operator { db, open, metrics })
}

async fn ready(State(it): State<Operator>) -> (StatusCode, &'static str) {
    if !it.open.is() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing\n");
    }
    match it.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "no database\n"),
    }
}

async fn show_metrics(State(it): State<Operator>) -> String {
    let pool = it.db.gauges();
    metrics::gauge!("zvonok_pool_connections_max").set(f64::from(pool.max));
    metrics::gauge!("zvonok_pool_connections_open").set(f64::from(pool.open));
    metrics::gauge!("zvonok_pool_connections_idle").set(f64::from(pool.idle));
    it.metrics.render()
}

//! Everything that stands between the socket and the handlers.

mod closing;
mod headers;
mod looking;
mod work;

pub use closing::Closing;
pub(crate) use headers::always;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use tokio::sync::{Semaphore, watch};
use tower_http::{CompressionLevel, compression::CompressionLayer, csrf::CsrfLayer};
use tracing::Instrument;

use crate::{
    Gate, Views, failure,
    visit::{Context, Settings},
};

/// One step below the usual: a journal page is a hundredth heavier and takes a
/// quarter of a millisecond less.
const PACKING: CompressionLevel = CompressionLevel::Precise(5);

/// A form or a batch of cells never comes near this.
const BODY: usize = 1024 * 1024;
/// The largest file of an import, and some for the form around it.
const LARGE_BODY: usize = 10 * 1024 * 1024 + 64 * 1024;

/// What the layers need to know of the installation.
pub struct WebConfig {
    pub gate: Arc<dyn Gate>,
    pub views: Views,
    /// Whether browsers reach us over TLS: `Secure` cookies with `__Host-`, HSTS.
    pub https: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Other origins that may send forms here, such as `https://zvonok.example`.
    pub origins: Vec<String>,
    pub limits: Limits,
}

/// How much is let in at once, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests at work at one time; one more waits for `patience`, then gets 503.
    pub at_once: usize,
    pub patience: Duration,
    /// After this the client gets an answer; the handler goes on to its end.
    pub longest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 256,
            patience: Duration::from_secs(2),
            longest: Duration::from_secs(30),
        }
    }
}

/// The work under way, so that a shutdown can wait for it.
#[derive(Clone)]
pub struct InFlight {
    permits: Arc<Semaphore>,
    limits: Limits,
    close: Arc<watch::Sender<bool>>,
}

/// Wraps the whole router. From the outside in: gzip, the request's context
/// with headers, failure pages, cross-site check, overload, a task per request,
/// and nothing but looking with the eyes of another.
///
/// The second value waits for work under way, see [`drain`].
///
/// # Errors
/// An origin that is not `scheme://host[:port]`.
pub fn layers(
    router: Router,
    config: WebConfig,
) -> Result<(Router, InFlight), tower_http::csrf::ConfigError> {
    let mut csrf = CsrfLayer::new();
    for origin in &config.origins {
        csrf = csrf.add_trusted_origin(origin)?;
    }
    let settings = Arc::new(Settings {
        https: config.https,
        proxies: config.proxies,
        gate: config.gate,
        views: config.views,
    });
    let (close, closing) = Closing::begin();
    let in_flight = InFlight {
        permits: Arc::new(Semaphore::new(config.limits.at_once)),
        limits: config.limits,
        close,
    };
    let router = router
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(looking::only_look))
        .layer(from_fn_with_state(in_flight.clone(), work::in_a_task))
        .layer(csrf)
        .layer(Extension(closing))
        .layer(from_fn(cross_site))
        .layer(from_fn_with_state(settings, around))
        .layer(CompressionLayer::new().quality(PACKING));
    Ok((router, in_flight))
}

/// For the routes that take files: up to 10 MB instead of one.
pub fn large_body() -> DefaultBodyLimit {
    DefaultBodyLimit::max(LARGE_BODY)
}

/// Ends the answers that have no end of their own, see [`Closing`].
pub fn close(in_flight: &InFlight) {
    in_flight.close.send_replace(true);
}

/// Waits until every handler has come to its end, also those whose client has gone away.
pub async fn drain(in_flight: &InFlight) {
    let all = u32::try_from(in_flight.limits.at_once).unwrap_or(u32::MAX);
    // The semaphore is never closed, so this cannot fail.
    let _ = in_flight.permits.acquire_many(all).await;
}

/// Makes the request's context, shows failures, and sets the headers of every answer.
async fn around(State(settings): State<Arc<Settings>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let context = Arc::new(Context::of(&parts, Arc::clone(&settings)));
    parts.extensions.insert(Arc::clone(&context));
    // The route and not the path: a path may hold a one-time code, a query a name.
    let route = parts
        .extensions
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", id = context.id, method = %parts.method, route);
    let answer = async {
        let response = next.run(Request::from_parts(parts, body)).await;
        let mut response = failure::show(&settings.views, &context, response);
        headers::set(&context, &mut response);
        tracing::info!(status = response.status().as_u16(), "answered");
        response
    };
    answer.instrument(span).await
}

/// Names the refusal of the CSRF layer, which answers with a bare 403.
async fn cross_site(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    let response = next.run(request).await;
    if response
        .extensions()
        .get::<tower_http::csrf::ProtectionError>()
        .is_some()
    {
        return crate::Failure::from(crate::Refused::CROSS_SITE).into_response();
    }
    response
}

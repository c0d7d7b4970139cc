use std::{fmt::Write, net::IpAddr, sync::Arc};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, Method, header, request::Parts},
};
use chrono::NaiveDate;
use cookie::Cookie;
use rand::{TryRngCore, rngs::OsRng};
use tokio::sync::OnceCell;

use super::{Flash, Gate, Look, Me, Visit, Wants, cookies};
use crate::{Failure, Views};

/// What the layers know of the installation.
pub(crate) struct Settings {
    pub(crate) https: bool,
    pub(crate) proxies: Vec<IpAddr>,
    pub(crate) gate: Arc<dyn Gate>,
    pub(crate) views: Views,
}

/// One request, made by the outermost layer and shared by all extractors.
pub(crate) struct Context {
    pub(crate) settings: Arc<Settings>,
    pub(crate) id: String,
    pub(crate) nonce: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) referer: Option<String>,
    pub(crate) wants: Wants,
    pub(crate) address: Option<IpAddr>,
    pub(crate) user_agent: String,
    pub(crate) token: Option<String>,
    pub(crate) look: Look,
    pub(crate) flash: Option<Flash>,
    me: OnceCell<Option<Arc<Me>>>,
    /// The visit as the handler's extractor made it, for the failure page.
    seen: OnceCell<Visit>,
}

impl Context {
    pub(crate) fn of(parts: &Parts, settings: Arc<Settings>) -> Self {
        let headers = &parts.headers;
        let [mut token, mut look, mut flash] = [None, None, None];
        for cookie in sent_cookies(headers) {
            match cookie.name() {
                name if name == cookies::session_name(&settings) => token = Some(cookie),
                cookies::LOOK => look = Some(cookie),
                cookies::FLASH => flash = Some(cookie),
                _ => {}
            }
        }
        let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        Self {
            id: random_hex::<6>(),
            nonce: random_hex::<16>(),
            method: parts.method.clone(),
            path: path.to_owned(),
            referer: referer(headers),
            wants: wants(headers),
            address: address(parts, &settings.proxies),
            user_agent: text(headers, header::USER_AGENT)
                .chars()
                .take(200)
                .collect(),
            token: token
                .map(|it| it.value().to_owned())
                .filter(|it| !it.is_empty()),
            look: look.map_or_else(Look::default, |it| Look::from_text(it.value())),
            flash: flash.and_then(|it| Flash::from_text(it.value())),
            settings,
            me: OnceCell::new(),
            seen: OnceCell::new(),
        }
    }

    /// Asks the gate, once per request and only where there is a token.
    pub(crate) async fn me(&self) -> Result<Option<Arc<Me>>, Failure> {
        let Some(token) = &self.token else {
            return Ok(None);
        };
        let ask = async || {
            self.settings
                .gate
                .whois(token)
                .await
                .map(|it| it.map(Arc::new))
        };
        self.me
            .get_or_try_init(ask)
            .await
            .cloned()
            .map_err(Failure::boxed)
    }

    /// The person, where somebody asked for them already.
    pub(crate) fn asked(&self) -> Option<Arc<Me>> {
        self.me.get().cloned().flatten()
    }

    /// The day it is where the visitor's organisation is.
    pub(crate) fn today(self: &Arc<Self>) -> NaiveDate {
        self.seen().day_of(self.settings.views.setup().clock.now())
    }

    pub(crate) fn remember(&self, visit: &Visit) {
        // The second extractor of the same request saw the same.
        let _ = self.seen.set(visit.clone());
    }

    /// What the handler's extractors found; nobody where none ran.
    pub(crate) fn seen(self: &Arc<Self>) -> Visit {
        let nobody = || Visit {
            context: Arc::clone(self),
            me: None,
            membership: None,
            archive: None,
        };
        self.seen.get().cloned().unwrap_or_else(nobody)
    }
}

fn sent_cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(Cookie::split_parse_encoded)
        .flatten()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default()
}

fn wants(headers: &HeaderMap) -> Wants {
    let set = |name: &str| headers.get(name).is_some_and(|it| it == "true");
    let json = |it: &str| it.starts_with("application/json");
    if json(text(headers, header::ACCEPT)) || json(text(headers, header::CONTENT_TYPE)) {
        Wants::Json
    } else if set("hx-request") && !set("hx-boosted") && !set("hx-history-restore-request") {
        Wants::Fragment
    } else {
        Wants::Page
    }
}

/// The page a form was sent from, as a path of this site.
fn referer(headers: &HeaderMap) -> Option<String> {
    let from: axum::http::Uri = text(headers, header::REFERER).parse().ok()?;
    let host = text(headers, header::HOST);
    let same = from.authority().is_some_and(|it| it.as_str() == host);
    same.then(|| from.path_and_query().map(ToString::to_string))
        .flatten()
}

/// X-Forwarded-For is data unless the peer is our own proxy, and then only
/// its last entry is (security.md §1.7, 2).
fn address(parts: &Parts, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = parts
        .extensions
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map(|it| it.0.ip());
    if !peer.is_some_and(|it| proxies.contains(&it)) {
        return peer;
    }
    let last = parts
        .headers
        .get_all("x-forwarded-for")
        .into_iter()
        .next_back();
    let told = last.and_then(|it| it.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    told.or(peer)
}

fn random_hex<const N: usize>() -> String {
    let mut bytes = [0; N];
    if OsRng.try_fill_bytes(&mut bytes).is_err() {
        tracing::error!("the system gave no randomness");
    }
    bytes
        .iter()
        .fold(String::with_capacity(2 * N), |mut text, byte| {
            // Writing to a String never fails.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

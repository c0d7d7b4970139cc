//! Built scripts, styles and pictures.

use std::{borrow::Cow, collections::BTreeMap, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::Missing;

/// One built file, or its gzip twin.
#[derive(Clone, Debug)]
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
}

/// Where built assets come from: a folder in debug, the binary in release.
pub trait AssetSource: Send + Sync + 'static {
    /// The file of that name, such as `app-3F2A.js`; never outside the folder.
    fn get(&self, name: &str) -> Option<Asset>;
}

/// Assets on disk, read at each request.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl AssetSource for Folder {
    fn get(&self, name: &str) -> Option<Asset> {
        let plain = name
            .split('/')
            .all(|it| !it.is_empty() && !it.starts_with('.') && !it.contains('\\'));
        let bytes = plain.then(|| std::fs::read(self.0.join(name)).ok())??;
        Some(Asset {
            bytes: Cow::Owned(bytes),
        })
    }
}

impl<F> AssetSource for F
where
    F: Fn(&str) -> Option<Cow<'static, [u8]>> + Send + Sync + 'static,
{
    fn get(&self, name: &str) -> Option<Asset> {
        self(name).map(|bytes| Asset { bytes })
    }
}

/// `/assets/*` with far-future caching for names that carry a hash, and
/// `/sw.js`, `/manifest.webmanifest`, `/favicon.svg` at the root, always asked anew.
pub fn assets(source: impl AssetSource) -> Router {
    Router::new()
        .route("/assets/{*name}", get(hashed))
        .route("/sw.js", get(root))
        .route("/manifest.webmanifest", get(root))
        .route("/favicon.svg", get(root))
        .with_state(Arc::new(source) as Arc<dyn AssetSource>)
}

/// The routes of [`assets`].
pub const ASSET_ROUTES: &[(&str, &str)] = &[
    ("GET", "/assets/{*name}"),
    ("GET", "/sw.js"),
    ("GET", "/manifest.webmanifest"),
    ("GET", "/favicon.svg"),
];

/// Plain name → address of the built file, from `manifest.json`; empty where nothing is built.
pub fn manifest(source: &dyn AssetSource) -> BTreeMap<String, String> {
    let file = source
        .get("manifest.json")
        .map(|it| it.bytes)
        .unwrap_or_default();
    let built: BTreeMap<String, String> = serde_json::from_slice(&file).unwrap_or_default();
    built
        .into_iter()
        .map(|(name, file)| (name, format!("/assets/{file}")))
        .collect()
}

type Source = State<Arc<dyn AssetSource>>;

async fn hashed(State(source): Source, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let caching = if has_hash(&name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    serve(&*source, &name, &headers, caching)
}

async fn root(State(source): Source, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/').to_owned();
    serve(&*source, &name, request.headers(), "no-cache")
}

/// The build writes `name-` and eight capitals or digits of a hash.
fn has_hash(name: &str) -> bool {
    let stem = name
        .rsplit('/')
        .next()
        .and_then(|it| it.split('.').next())
        .unwrap_or_default();
    let hash = stem.rsplit('-').next().unwrap_or_default();
    stem.contains('-')
        && hash.len() == 8
        && hash
            .bytes()
            .all(|it| matches!(it, b'0'..=b'9' | b'A'..=b'Z'))
}

fn serve(
    source: &dyn AssetSource,
    name: &str,
    headers: &HeaderMap,
    caching: &'static str,
) -> Response {
    let packed = accepts_gzip(headers)
        .then(|| source.get(&format!("{name}.gz")))
        .flatten();
    let encoding = packed.is_some().then_some("gzip");
    let Some(asset) = packed.or_else(|| source.get(name)) else {
        let mut response = crate::Failure::from(Missing).into_response();
        crate::layers::always(response.headers_mut());
        return response;
    };
    let mut response = (StatusCode::OK, Body::from(asset.bytes.into_owned())).into_response();
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(name)),
    );
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    crate::layers::always(out);
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|it| it.to_str().ok());
    accepted.is_some_and(|it| {
        it.split(',').any(|it| {
            let mut parts = it.split(';').map(str::trim);
            parts.next() == Some("gzip") && parts.next() != Some("q=0")
        })
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_the_folder() {
        let folder = Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/src").into());
        assert!(folder.get("lib.rs").is_some());
        for bad in [
            "../Cargo.toml",
            "/etc/passwd",
            "a/../../Cargo.toml",
            "..\\x",
            "",
        ] {
            assert!(folder.get(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn only_names_with_a_hash_live_long() {
        assert!(has_hash("app-FHG9KFK7.js"));
        assert!(has_hash("css/app-FHG9KFK7.css"));
        assert!(!has_hash("app.js"));
        assert!(!has_hash("my-application.js"));
    }
}

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use crate::visit::{Context, no_flash};

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

static SAME_ORIGIN: HeaderValue = HeaderValue::from_static("SAMEORIGIN");

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), \
    gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), \
    browsing-topics=()";

/// The headers of `security.md` §5.5, on every answer.
pub(super) fn set(context: &Context, response: &mut Response) {
    let flash = context.flash.is_some() && is_page(response);
    let headers = response.headers_mut();
    always(headers);
    let csp = headers.get(header::CONTENT_SECURITY_POLICY).is_none();
    if let (true, Ok(policy)) = (csp, HeaderValue::from_str(&policy(&context.nonce))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(id) = HeaderValue::from_str(&context.id) {
        headers.insert("x-request-id", id);
    }
    // What is not marked as public, as assets are, is somebody's.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if context.settings.https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let (true, Ok(gone)) = (flash, HeaderValue::from_str(&no_flash())) {
        headers.append(header::SET_COOKIE, gone);
    }
}

/// What files carry too, that need no request's context.
pub(crate) fn always(headers: &mut HeaderMap) {
    // An answer made to be shown in a frame of our own says so itself.
    let framed = headers.get(header::X_FRAME_OPTIONS) == Some(&SAME_ORIGIN);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if framed {
        headers.insert(header::X_FRAME_OPTIONS, SAME_ORIGIN.clone());
    }
}

/// The flash was shown: by a page, not by a redirect or a file.
fn is_page(response: &Response) -> bool {
    let html = |it: &HeaderValue| it.as_bytes().starts_with(b"text/html");
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(html)
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'self'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

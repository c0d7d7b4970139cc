use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use web::form::Raw;

use crate::support::{app, app_with, request};

fn routes() -> Router {
    Router::new()
        .route(
            "/page",
            get(async || axum::response::Html("<p>long</p>".repeat(200))),
        )
        .route(
            "/save",
            post(async |form: Raw| form.get("a").unwrap_or_default().to_owned()),
        )
}

/// security.md §1.7, 9: every unsafe route refuses a request of another site.
#[tokio::test]
async fn another_site_cannot_send_forms() {
    let app = app(|_| routes());
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let answer = app.send(request("POST", "/save", "a=1", &[foreign])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(
            answer.text().contains("с другого сайта"),
            "{}",
            answer.text()
        );
    }
    for own in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://zvonok.test"),
    ] {
        assert_eq!(
            app.send(request("POST", "/save", "a=1", &[own]))
                .await
                .text(),
            "1",
            "{own:?}"
        );
    }
}

/// security.md §5.5
#[tokio::test]
async fn every_answer_carries_the_headers() {
    let app = app_with(web::Limits::default(), true, |_| routes());
    for path in ["/page", "/nowhere"] {
        let answer = app.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'nonce-"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(
            answer
                .header("strict-transport-security")
                .starts_with("max-age=31536000")
        );
        assert!(answer.headers.get("server").is_none());
    }
}

#[tokio::test]
async fn the_nonce_is_new_each_time_and_on_the_scripts() {
    let app = app(|_| routes());
    let nonces: Vec<String> = [app.get("/nowhere").await, app.get("/nowhere").await]
        .iter()
        .map(|answer| {
            let policy = answer.header("content-security-policy").to_owned();
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .and_then(|it| it.split('\'').next());
            let nonce = nonce.expect("a nonce").to_owned();
            assert!(answer.text().contains(&format!("nonce=\"{nonce}\"")));
            nonce
        })
        .collect();
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn pages_are_packed() {
    let app = app(|_| routes());
    let answer = app
        .send(request("GET", "/page", "", &[("accept-encoding", "gzip")]))
        .await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.bytes.len() < 500);
}

#[tokio::test]
async fn a_body_has_its_limit() {
    let app = app(|_| routes());
    let large = format!("a={}", "x".repeat(1024 * 1024));
    let answer = app.send(request("POST", "/save", &large, &[])).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("Слишком большой"));
    let answer = app.send(request("POST", "/save", "a=%00", &[])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let other = [("content-type", "text/plain")];
    let answer = app.send(request("POST", "/save", "a=1", &other)).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

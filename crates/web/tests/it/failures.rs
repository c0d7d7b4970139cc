use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    routing::{get, post},
};
use kernel::{Fault, Kind};
use tokio::sync::Notify;
use web::{Failure, Json, Limits, Member, Path};

use crate::support::{app, app_with, as_teacher, request};

#[derive(Debug, thiserror::Error)]
#[error("someone was faster: secret detail")]
struct Stale;

impl Fault for Stale {
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
    fn code(&self) -> &'static str {
        "conflict"
    }
}

fn routes() -> Router {
    Router::new()
        .route(
            "/o/{org}/stale",
            post(async |_: Member| -> Result<(), Failure> {
                Err(Failure::from(Stale).with(serde_json::json!({ "now": 5 })))
            }),
        )
        .route(
            "/o/{org}/pupils/{id}",
            get(async |_: Member, Path((_, id)): Path<(String, i64)>| id.to_string()),
        )
        .route(
            "/panic",
            get(async || -> &'static str { panic!("secret detail") }),
        )
        .route("/json", post(async |Json(it): Json<Vec<i32>>| Json(it)))
        .route("/text", get(async || "fine"))
}

#[tokio::test]
async fn a_missing_page_looks_like_one_of_ours() {
    let app = app(|_| routes());
    let answer = app.get("/nowhere?name=Иванов").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let page = answer.text();
    assert!(page.contains("<h1>Такой страницы нет</h1>"), "{page}");
    assert!(
        page.contains(answer.header("x-request-id")),
        "the code for support"
    );
}

#[tokio::test]
async fn an_id_that_is_no_number_is_a_missing_page() {
    let app = app(|_| routes());
    assert_eq!(app.get("/o/g7/pupils/12").await.text(), "12");
    let answer = app.get("/o/g7/pupils/abc").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(!answer.text().contains("Cannot parse"));
}

#[tokio::test]
async fn programs_get_json_and_htmx_gets_a_piece() {
    let app = app(|_| routes());
    let cookie = ("cookie", "sid=teacher");
    let json = [cookie, ("accept", "application/json")];
    let answer = app.send(request("POST", "/o/g7/stale", "", &json)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let body: serde_json::Value = serde_json::from_slice(&answer.bytes).expect("json");
    assert_eq!(body["code"], "conflict");
    assert_eq!(body["data"]["now"], 5);
    assert_eq!(body["request"], answer.header("x-request-id"));
    assert!(
        body["text"]
            .as_str()
            .is_some_and(|it| it.starts_with("Пока вы смотрели"))
    );
    let answer = app
        .send(request(
            "POST",
            "/o/g7/stale",
            "",
            &[cookie, ("hx-request", "true")],
        ))
        .await;
    assert!(
        answer.text().trim_start().starts_with("<section"),
        "{}",
        answer.text()
    );
    assert!(!answer.text().contains("secret"));
}

#[tokio::test]
async fn bad_json_is_refused_in_our_words() {
    let app = app(|_| routes());
    let json = [("content-type", "application/json")];
    let fine = app.send(request("POST", "/json", "[1]", &json)).await;
    assert_eq!(fine.text(), "[1]");
    for bad in ["{", "[\"a\"]", ""] {
        let answer = app.send(request("POST", "/json", bad, &json)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes).expect("json");
        assert_eq!(body["code"], "bad-request");
    }
    let answer = app.send(request("GET", "/json", "", &[])).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_panic_is_a_page_and_tells_nothing() {
    let app = app(|_| routes());
    let answer = app.get("/panic").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text().contains("Ошибка на сервере"));
    assert!(!answer.text().contains("secret"));
    assert_eq!(app.get("/text").await.text(), "fine");
}

/// a client that goes away does not stop the work half-way.
#[tokio::test]
async fn a_handler_runs_to_its_end_without_its_client() {
    let (begun, go_on, done) = (
        Arc::new(Notify::new()),
        Arc::new(Notify::new()),
        Arc::new(Notify::new()),
    );
    let (a, b, c) = (Arc::clone(&begun), Arc::clone(&go_on), Arc::clone(&done));
    let app = app(move |_| {
        Router::new().route(
            "/work",
            get(async move || {
                a.notify_one();
                b.notified().await;
                c.notify_one();
            }),
        )
    });
    let sent = tokio::spawn({
        let router = app.router.clone();
        async move { tower::ServiceExt::oneshot(router, as_teacher("GET", "/work", "")).await }
    });
    begun.notified().await;
    sent.abort();
    assert!(sent.await.is_err(), "the client is gone");
    go_on.notify_one();
    done.notified().await;
    web::drain(&app.in_flight).await;
}

#[tokio::test]
async fn too_much_work_is_refused_with_a_time_to_return() {
    let limits = Limits {
        at_once: 1,
        patience: Duration::from_millis(1),
        ..Limits::default()
    };
    let (begun, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (a, b) = (Arc::clone(&begun), Arc::clone(&end));
    let app = app_with(limits, false, move |_| {
        routes().route(
            "/work",
            get(async move || {
                a.notify_one();
                b.notified().await;
            }),
        )
    });
    let first = tokio::spawn({
        let router = app.router.clone();
        async move { tower::ServiceExt::oneshot(router, as_teacher("GET", "/work", "")).await }
    });
    begun.notified().await;
    let answer = app.get("/text").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "3");
    end.notify_one();
    first.await.expect("ends").expect("answers");
    assert_eq!(app.get("/text").await.status, StatusCode::OK);
}

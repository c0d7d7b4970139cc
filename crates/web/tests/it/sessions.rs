use std::sync::atomic::Ordering;

use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};
use web::{Flash, Go, Member, Signed, Views, Visit};

use crate::support::{app, app_with, request};

fn routes(views: Views) -> Router {
    Router::new()
        .route("/open", get(async || "open"))
        .route(
            "/login",
            get(async |visit: Visit| visit.me().is_some().to_string()),
        )
        .route("/my/password", get(async |it: Signed| it.me.login.clone()))
        .route("/my/diary", get(async |it: Signed| it.me.login.clone()))
        .route(
            "/o/{org}/journal",
            get(async move |it: Member, _: Visit| {
                views
                    .page(
                        &it.visit,
                        "test/form.html",
                        &serde_json::json!({ "form": web::FormState::new() }),
                    )
                    .map_err(web::Failure::from)
            }),
        )
        .route(
            "/o/{org}/saved",
            axum::routing::post(async |it: Member| {
                Go::to(it.path("/journal"))
                    .say(&Flash::done("test.saved").with("count", &3).link("//evil"))
            }),
        )
        .route(
            "/enter",
            get(async |visit: Visit| {
                Go::to("/")
                    .cookie(visit.sign_in_cookie("t", Some(60)))
                    .into_response()
            }),
        )
}

#[tokio::test]
async fn strangers_are_asked_to_sign_in_and_brought_back() {
    let app = app(routes);
    let answer = app
        .send(request("GET", "/o/g7/journal?d=1&e=2", "", &[]))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header("location"),
        "/login?next=/o/g7/journal%3Fd%3D1%26e%3D2"
    );
    let over = [("cookie", "sid=over")];
    let answer = app.send(request("GET", "/my/diary", "", &over)).await;
    assert_eq!(answer.header("location"), "/login?next=/my/diary");
    let json = [("accept", "application/json")];
    let answer = app.send(request("GET", "/my/diary", "", &json)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let htmx = [("hx-request", "true")];
    let answer = app.send(request("GET", "/my/diary", "", &htmx)).await;
    assert_eq!(answer.header("hx-redirect"), "/login?next=/my/diary");
}

#[tokio::test]
async fn a_foreign_organisation_is_as_if_it_were_not_there() {
    let app = app(routes);
    let answer = app.get("/o/g8/journal").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let missing = app.get("/o/nowhere/journal").await;
    assert_eq!(
        answer.stable_text().replace("g8", "nowhere"),
        missing.stable_text()
    );
}

#[tokio::test]
async fn a_first_password_opens_only_its_own_page() {
    let app = app(routes);
    let first = [("cookie", "sid=new")];
    for path in ["/o/g7/journal", "/my/diary"] {
        let answer = app.send(request("GET", path, "", &first)).await;
        assert_eq!(answer.header("location"), "/my/password", "{path}");
    }
    let answer = app.send(request("GET", "/my/password", "", &first)).await;
    assert_eq!(answer.text(), "petrovaai");
}

#[tokio::test]
async fn the_session_is_asked_for_once_and_only_where_needed() {
    let app = app(routes);
    app.get("/open").await;
    app.get("/nowhere").await;
    assert_eq!(app.asked.load(Ordering::SeqCst), 0);
    app.get("/o/g7/journal").await;
    assert_eq!(app.asked.load(Ordering::SeqCst), 1);
    assert_eq!(
        app.send(request("GET", "/login", "", &[])).await.text(),
        "false"
    );
    assert_eq!(
        app.asked.load(Ordering::SeqCst),
        1,
        "nothing to ask without a cookie"
    );
}

#[tokio::test]
async fn the_shell_knows_the_person_the_sections_and_the_organisation() {
    let app = app(routes);
    let page = app.get("/o/g7/journal").await.text();
    assert!(page.contains("Петрова Анна Ивановна") && page.contains("Гимназия 7"));
    assert!(
        page.contains("href=\"/o/g7/journal\" aria-current=\"page\""),
        "{page}"
    );
    assert!(!page.contains("/o/g7/school"), "not a section of teachers");
    assert!(page.contains("сформировано 21.11.2026 10:42 · исполнитель Петрова А. И."));
}

#[tokio::test]
async fn a_flash_is_shown_once() {
    let app = app(routes);
    let answer = app.post("/o/g7/saved", "").await;
    assert_eq!(answer.header("location"), "/o/g7/journal");
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let both = format!("sid=teacher; {cookie}");
    let answer = app
        .send(request("GET", "/o/g7/journal", "", &[("cookie", &both)]))
        .await;
    assert!(answer.text().contains("Сохранено: 3"));
    assert!(!answer.text().contains("evil"));
    assert!(answer.header("set-cookie").starts_with("flash=;"));
}

#[tokio::test]
async fn the_session_cookie_is_kept_from_scripts_and_other_hosts() {
    let plain = app(routes).get("/enter").await;
    assert_eq!(
        plain.header("set-cookie"),
        "sid=t; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
    );
    let safe = app_with(web::Limits::default(), true, routes);
    let safe = safe.get("/enter").await;
    let cookie = safe.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-sid=t;") && cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn the_look_is_kept_before_login() {
    let app = app(routes);
    let chosen = "on=1&size=150&colors=white&spacing=wide&images=1&back=/login";
    let answer = app
        .send(request("POST", "/settings/look", chosen, &[]))
        .await;
    assert_eq!(answer.header("location"), "/login");
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let page = app
        .send(request("GET", "/nowhere", "", &[("cookie", &cookie)]))
        .await
        .text();
    assert!(
        page.contains("data-a11y-size=\"150\" data-a11y-colors=\"white\""),
        "{page}"
    );
}

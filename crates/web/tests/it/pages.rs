use axum::{Router, routing::get};
use chrono::Duration;
use web::{
    FormState, Views, Visit,
    import::{Counters, Outcome, Step},
    job::{self, Progress, State},
};

use crate::support::{app, views};

#[test]
fn every_template_compiles_and_its_words_exist() {
    let (views, _folder) = views();
    assert_eq!(views.problems(), Vec::<String>::new());
}

fn routes(views: Views) -> Router {
    let other = views.clone();
    Router::new()
        .route(
            "/job",
            get(async move |visit: Visit| {
                let progress =
                    Progress::new(5, State::Running, 40, Some(100), Duration::seconds(65));
                job::page(&views, &visit, "Импорт", &progress)
            }),
        )
        .route(
            "/import/{step}",
            get(
                async move |visit: Visit, web::Path(step): web::Path<String>| {
                    let step = match step.as_str() {
                        "upload" => {
                            Step::upload("/up", Some("/template".to_owned()), FormState::new())
                        }
                        _ => Step::Result(Outcome {
                            file_name: "список.xlsx".to_owned(),
                            counters: Counters {
                                create: 3,
                                update: 2,
                                skip: 1,
                                errors: 0,
                            },
                            revert_action: Some("/revert".to_owned()),
                            revert_until: Some("22.11.2026 10:42".to_owned()),
                            list_href: Some("/list".to_owned()),
                        }),
                    };
                    other
                        .page(
                            &visit,
                            "test/import.html",
                            &serde_json::json!({ "import": step }),
                        )
                        .map_err(web::Failure::from)
                },
            ),
        )
}

#[tokio::test]
async fn a_job_shows_how_far_it_is() {
    let page = app(routes).get("/job").await.text();
    assert!(
        page.contains("Сделано 40 из 100") && page.contains("1:05"),
        "{page}"
    );
    assert!(
        page.contains("http-equiv=\"refresh\""),
        "goes on without script"
    );
}

#[tokio::test]
async fn the_steps_of_an_import_render() {
    let app = app(routes);
    let page = app.get("/import/upload").await.text();
    assert!(
        page.contains("multipart/form-data") && page.contains("/template"),
        "{page}"
    );
    let page = app.get("/import/result").await.text();
    assert!(
        page.contains("список.xlsx") && page.contains("/revert"),
        "{page}"
    );
}

use axum::http::StatusCode;
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use super::support::{browser, world};

const SETUP: &str = "/o/g7/setup";

/// ORG-6: the state of each step follows from the data, whoever looks from
/// wherever; only the word of people is kept.
#[tokio::test]
async fn the_wizard_goes_on_where_the_data_is() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let page = admin.get(SETUP).await.text();
    assert!(page.contains("Продолжить: шаг 1") && page.contains("не начато"));
    admin
        .post_form(&format!("{SETUP}/card"), &[("mark", "skipped")])
        .await;
    world
        .sql(&format!(
            "insert into org.room (org_id, number) values ({SCHOOL}, '1'), ({OTHER_SCHOOL}, '2')"
        ))
        .await;
    // Another computer: nothing but the data and the word of people is known there.
    let mut other = browser(&world, "admin");
    let page = other.get(SETUP).await.text();
    assert!(page.contains("пропущено") && page.contains("есть замечания (1)"));
    assert!(page.contains("классов: 1") && page.contains("без классного руководителя: 1"));
    assert!(page.contains("Продолжить: шаг 5"), "{page}");

    let step = other.get(&format!("{SETUP}/classes")).await.text();
    assert!(step.contains("/o/g7/study/classes") && step.contains("Замечаний нет"));
    let marked = other
        .post_form(&format!("{SETUP}/classes"), &[("mark", "checked")])
        .await;
    assert_eq!(marked.location(), Some(SETUP));
    assert!(!other.get(SETUP).await.text().contains("есть замечания"));
    other
        .post_form(&format!("{SETUP}/card"), &[("mark", "none")])
        .await;
    assert!(other.get(SETUP).await.text().contains("Продолжить: шаг 1"));
}

/// ORG-6: those who set the school up, and nobody else; no other school.
#[tokio::test]
async fn the_wizard_is_for_those_who_set_up() {
    let world = world().await;
    for (who, status) in [
        ("admin", StatusCode::OK),
        ("director", StatusCode::FORBIDDEN),
        ("parent", StatusCode::FORBIDDEN),
        ("stranger", StatusCode::NOT_FOUND),
    ] {
        for path in [SETUP, "/o/g7/setup/card"] {
            let answer = browser(&world, who).get(path).await;
            assert_eq!(answer.status, status, "{who} {path}");
        }
    }
    let unknown = browser(&world, "admin").get("/o/g7/setup/nothing").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let marks = "select count(*) from org.setup_mark";
    let form = [("mark", "skipped")];
    browser(&world, "director")
        .post_form("/o/g7/setup/card", &form)
        .await;
    assert_eq!(world.number(marks).await, 0);
}

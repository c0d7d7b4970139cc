//! «Задания» in a browser without scripts.

use axum::http::StatusCode;
use serde_json::json;
use testkit::world::World;
use work::State;

use crate::support::*;

const DEPUTY_TOKEN: &str = "deputy.10";

#[tokio::test]
async fn the_page_tells_how_far_it_is_and_what_came_of_it() {
    let world = World::new().await;
    let work = Writes::new(&world, 0);
    let node = node(&world, &work, &Known::default());
    let started = queued(&world, &node, &json!({})).await;
    work.is_begun().await;
    let mut browser = browser(&world, &node, DEPUTY_TOKEN);
    let path = format!("/o/g7/jobs/{}", started.run);
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    for it in [
        "Публикация расписания",
        "с 23.11.2026",
        "Сделано 40 из 100",
        "http-equiv=\"refresh\"",
        "Отменить задание",
    ] {
        assert!(text.contains(it), "{it} in {text}");
    }
    work.let_it_end();
    node.idle().await;
    let text = browser.get(&path).await.text();
    for it in ["Готово", "Новых уроков: 100", "href=\"/o/g7/timetable\""] {
        assert!(text.contains(it), "{it} in {text}");
    }
    assert!(!text.contains("http-equiv=\"refresh\"") && !text.contains("Отменить задание"));
    let list = browser.get("/o/g7/jobs").await.text();
    assert!(
        list.contains(&path) && list.contains("Орлова А. И."),
        "{list}"
    );
}

/// A cancelled job leaves nothing, even where its work was done already.
#[tokio::test]
async fn a_running_job_is_cancelled() {
    let world = World::new().await;
    let work = Writes::new(&world, 0);
    let node = node(&world, &work, &Known::default());
    let started = queued(&world, &node, &json!({})).await;
    work.is_begun().await;
    let mut browser = browser(&world, &node, DEPUTY_TOKEN);
    let path = format!("/o/g7/jobs/{}", started.run);
    let answer = browser.post_form(&format!("{path}/cancel"), &[]).await;
    assert_eq!(answer.location(), Some(path.as_str()));
    work.let_it_end();
    node.idle().await;
    assert_eq!(state(&world, started.run).await, State::Cancelled);
    assert_eq!(effects(&world).await, 0);
    let text = browser.get(&path).await.text();
    assert!(
        text.contains("Ничего не записано") && text.contains("/o/g7/timetable/publish"),
        "{text}"
    );
    let late = browser.post_form(&format!("{path}/cancel"), &[]).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    let said = browser.get(&path).await.text();
    assert!(said.contains("Задание уже закончилось"), "{said}");
}

#[tokio::test]
async fn a_refusal_is_told_in_words() {
    let world = World::new().await;
    let node = node(&world, &Writes::new(&world, 9), &Known::default());
    let refused = left_behind(&world, &json!({ "refuse": true })).await;
    let panics = left_behind(&world, &json!({ "panic": true })).await;
    node.run_waiting().await.unwrap();
    let mut browser = browser(&world, &node, DEPUTY_TOKEN);
    let text = browser.get(&format!("/o/g7/jobs/{refused}")).await.text();
    assert!(
        text.contains("Ким О. уже ведёт урок") && text.contains("Не получилось"),
        "{text}"
    );
    let text = browser.get(&format!("/o/g7/jobs/{panics}")).await.text();
    assert!(text.contains("Мы не справились"), "{text}");
}

/// Own runs, all by the right to see jobs, none of another school.
#[tokio::test]
async fn who_sees_and_cancels_which_run() {
    let world = World::new().await;
    let node = node(&world, &Writes::new(&world, 9), &Known::default());
    let id = left_behind(&world, &json!({})).await;
    let (page, cancel) = (
        format!("/o/g7/jobs/{id}"),
        format!("/o/g7/jobs/{id}/cancel"),
    );
    for (token, seen, cancelled) in [
        ("teacher.11", StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
        ("secretary.12", StatusCode::OK, StatusCode::FORBIDDEN),
        ("director.13", StatusCode::OK, StatusCode::FORBIDDEN),
        ("deputy.14!", StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
        ("admin.15", StatusCode::OK, StatusCode::SEE_OTHER),
    ] {
        let mut browser = browser(&world, &node, token);
        assert_eq!(browser.get(&page).await.status, seen, "{token}");
        assert_eq!(
            browser.post_form(&cancel, &[]).await.status,
            cancelled,
            "{token}"
        );
        let list = browser.get("/o/g7/jobs").await;
        assert_eq!(
            list.text().contains(&page),
            seen == StatusCode::OK,
            "{token}"
        );
    }
    // By the own school's path the run of another is not there either.
    let mut stranger = browser(&world, &node, "deputy.14!");
    let path = format!("/o/s2/jobs/{id}");
    assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    let answer = stranger.post_form(&format!("{path}/cancel"), &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

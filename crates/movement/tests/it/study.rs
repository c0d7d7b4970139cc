//! «История обучения» of a pupil's card (PPL-2, S1:4).

use axum::http::StatusCode;
use kernel::{PersonId, Role};

use crate::support::{
    CLASS_5A, PUPILS, TEACHER, browser, day, enrolment, issued, leaving, movement, secretary, world,
};

const PAGE: &str = "/o/g7/people/pupils/101/study";

/// Stays with their orders, the latest first, from the issued orders alone.
#[tokio::test]
async fn ppl2_study_tells_classes_and_orders() {
    let world = world().await;
    let movement = movement(&world);
    let office = secretary(&world);
    let empty = browser(&world, "secretary").get(PAGE).await.text();
    assert!(empty.contains("ещё не учился"), "{empty}");
    issued(
        &movement,
        &office,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    issued(&movement, &office, leaving("2026-10-05", &[101]))
        .await
        .expect("issued");
    let page = browser(&world, "secretary").get(PAGE).await.text();
    for text in [
        "2026/2027",
        "01.09.2026",
        "04.10.2026",
        "1-з",
        "1-в",
        "Школа № 3",
        "г. Крымск",
        "смена места жительства",
        "/o/g7/movement/orders/",
    ] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    // A secretary has no journals; the director has.
    assert!(!page.contains("/journal/501/summary"));
    let director = browser(&world, "director").get(PAGE).await.text();
    assert!(director.contains("/o/g7/journal/501/summary"), "{director}");
}

/// A class teacher sees the own class while the pupil is in it, a teacher
/// without it nothing, and nobody a card of another school or of the staff.
#[tokio::test]
async fn study_is_seen_by_whoever_sees_the_card() {
    let world = world().await;
    let movement = movement(&world);
    issued(
        &movement,
        &secretary(&world),
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let class_teacher = world.actor(TEACHER, Role::Teacher);
    let today = day("2026-11-20");
    let found = movement
        .study(&class_teacher, PersonId::from(101), today)
        .await
        .expect("the own class");
    assert!(found.ties.keeps && found.stays[0].may_see_marks);
    let of_nobody = movement
        .study(&class_teacher, PersonId::from(PUPILS[1]), today)
        .await;
    assert!(of_nobody.is_err());
    for role in ["teacher", "parent", "pupil"] {
        let answer = browser(&world, role).get(PAGE).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role}");
    }
    let ministry = browser(&world, "ministry").get(PAGE).await;
    assert_eq!(ministry.status, StatusCode::FORBIDDEN);
    for missing in ["901", "18", "999"] {
        let path = format!("/o/g7/people/pupils/{missing}/study");
        let answer = browser(&world, "secretary").get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

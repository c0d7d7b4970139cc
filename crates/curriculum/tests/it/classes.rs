use axum::http::StatusCode;
use testkit::assert_history_replays;

use crate::support::{School, send_changed};

const CLASSES: &str = "/o/g7/study/classes";

/// CUR-2: a class with its teacher, room, shift and profile; every change is kept.
#[tokio::test]
async fn a_class_lives_its_life() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    assert!(
        deputy
            .get(CLASSES)
            .await
            .text()
            .contains("Учебного года пока нет")
    );
    let year = school.year().await;
    assert!(
        deputy
            .get(CLASSES)
            .await
            .text()
            .contains("Классов в этом году пока нет")
    );
    let id = school.class(year, "5", "а", "").await;
    school.enrol(id, 201..=225);
    let path = format!("{CLASSES}/{id}");
    let page = deputy.get(&path).await.text();
    let changes = [
        ("teacher", "23"),
        ("room", "31"),
        ("shift", "2"),
        ("profile", "Лингвистический"),
    ];
    let saved = send_changed(&mut deputy, &path, &page, &changes).await;
    assert_eq!(
        saved.location(),
        Some(format!("{CLASSES}?year={year}").as_str()),
        "{}",
        saved.text()
    );
    let list = deputy.get(CLASSES).await.text();
    for shown in ["5А", "Классная Нина Олеговна", "Лингвистический", ">25<"]
    {
        assert!(list.contains(shown), "{shown} in {list}");
    }
    let stale = send_changed(&mut deputy, &path, &page, &[("teacher", "21")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(text.contains("Алгебраева Мария Петровна") && text.contains("Классная Нина Олеговна"));
    assert!(text.contains("name=\"version\" value=\"2\""), "{text}");
    assert_eq!(
        assert_history_replays(&school.world.test, "curriculum.class").await,
        2
    );
}

#[tokio::test]
async fn a_wrong_class_is_refused() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    let year = school.year().await.to_string();
    school.class(year.parse().unwrap(), "5", "А", "").await;
    for (grade, letter, teacher, at) in [
        ("5", "А", "", "letter-error"),
        ("13", "А", "", "grade-error"),
        ("много", "А", "", "grade-error"),
        ("5", "А<Б", "", "letter-error"),
        ("5", "Б", "110", "teacher-error"),
        ("5", "Б", "201", "teacher-error"),
    ] {
        let form = [
            ("year", &*year),
            ("grade", grade),
            ("letter", letter),
            ("teacher", teacher),
            ("shift", "1"),
        ];
        let refused = deputy.post_form(CLASSES, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(refused.text().contains(at), "{form:?}");
    }
    let lost = deputy
        .post_form(
            CLASSES,
            &[("year", "999999"), ("grade", "5"), ("shift", "1")],
        )
        .await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert_eq!(
        school.number("select count(*) from curriculum.class").await,
        1
    );
}

/// A closed year is looked at and not changed.
#[tokio::test]
async fn an_archived_year_is_read_only() {
    let school = School::new().await;
    let year = school.year().await;
    let id = school.class(year, "5", "А", "").await;
    school
        .world
        .sql("update curriculum.year set state = 'archived'")
        .await;
    let mut deputy = school.browser("deputy");
    let path = format!("{CLASSES}/{id}");
    let page = deputy.get(&path).await.text();
    assert!(
        page.contains("архив, только просмотр") && !page.contains("name=\"letter\""),
        "{page}"
    );
    assert!(!deputy.get(CLASSES).await.text().contains("Добавить класс"));
    let year_page = deputy
        .get(&format!("/o/g7/study/years/{year}"))
        .await
        .text();
    assert!(
        year_page.contains("архив, только просмотр") && !year_page.contains("name=\"starts_on\"")
    );
    let form = [
        ("grade", "6"),
        ("letter", "А"),
        ("shift", "1"),
        ("version", "1"),
    ];
    assert_eq!(
        deputy.post_form(&path, &form).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        school
            .number("select grade::bigint from curriculum.class")
            .await,
        5
    );
}

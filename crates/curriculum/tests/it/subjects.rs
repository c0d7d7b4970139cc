use axum::http::StatusCode;
use testkit::world::OTHER_SCHOOL;

use crate::support::{School, send_changed};

const SUBJECTS: &str = "/o/g7/study/subjects";

/// CUR-2: subjects are entered at once or one by one, changed and archived.
#[tokio::test]
async fn a_subject_lives_its_life() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    assert!(
        deputy
            .get(SUBJECTS)
            .await
            .text()
            .contains("Предметов пока нет")
    );
    let usual = deputy.post_form(&format!("{SUBJECTS}/usual"), &[]).await;
    assert_eq!(usual.location(), Some(SUBJECTS));
    let before = school
        .number("select count(*) from curriculum.subject")
        .await;
    assert!(before > 20);
    let id = school.subject("Кубановедение 2").await;
    let path = format!("{SUBJECTS}/{id}");
    let page = deputy.get(&path).await.text();
    let archived = send_changed(
        &mut deputy,
        &path,
        &page,
        &[("archived", "1"), ("short_name", "Кубан")],
    )
    .await;
    assert_eq!(archived.status, StatusCode::SEE_OTHER);
    let list = deputy
        .get(&format!(
            "{SUBJECTS}?f.state=%D0%90%D1%80%D1%85%D0%B8%D0%B2"
        ))
        .await
        .text();
    assert!(
        list.contains("Кубановедение 2") && list.contains("Архив"),
        "{list}"
    );
    let stale = send_changed(&mut deputy, &path, &page, &[("short_name", "Моё")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(
        text.contains("Моё") && text.contains("Кубан") && text.contains("Сохранить моё"),
        "{text}"
    );
    let csv = deputy.get(&format!("{SUBJECTS}?as=csv")).await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(school.history("subject").await > before);
}

#[tokio::test]
async fn a_wrong_subject_is_refused() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    school.subject("Алгебра").await;
    let foreign = school
        .number(&format!("insert into curriculum.scale (org_id, name, kind) values ({OTHER_SCHOOL}, 'Их', 'ten') returning scale_id"))
        .await
        .to_string();
    let long = "ы".repeat(201);
    for (fields, at) in [
        (
            [("name", "Алгебра"), ("short_name", "Алг"), ("scale", "")],
            "name-error",
        ),
        (
            [("name", ""), ("short_name", "Алг"), ("scale", "")],
            "name-error",
        ),
        (
            [("name", "Химия"), ("short_name", ""), ("scale", "")],
            "short_name-error",
        ),
        (
            [("name", &long), ("short_name", "Хим"), ("scale", "")],
            "name-error",
        ),
        (
            [("name", "Химия"), ("short_name", "Хим"), ("scale", "много")],
            "scale-error",
        ),
        (
            [
                ("name", "Химия"),
                ("short_name", "Хим"),
                ("scale", &foreign),
            ],
            "scale-error",
        ),
    ] {
        let refused = deputy.post_form(SUBJECTS, &fields).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
        assert!(refused.text().contains(at), "{fields:?}");
    }
    assert_eq!(
        school
            .number("select count(*) from curriculum.subject")
            .await,
        1
    );
}

use axum::http::StatusCode;

use crate::support::{DEPUTY, OGE, School, TEACHER};

const SCALES: &str = "/o/school/study/exams/scales";

/// JRN-9: thresholds are the school's data: marks follow them at once.
#[tokio::test]
async fn a_change_of_the_scale_changes_the_marks() {
    let school = School::open().await;
    school.world.sql("insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at)
        values (1001, 400, 14, 52, 'present', 15, 1, '2026-11-19')").await;
    let mut deputy = school.signed_in(DEPUTY);
    let csv = format!("{OGE}?as=csv");
    assert!(
        deputy.get(&csv).await.text().contains(";15;4;"),
        "{}",
        deputy.get(&csv).await.text()
    );
    let page = deputy.get(&format!("{SCALES}/300")).await.text();
    assert!(page.contains("15 4"), "{page}");
    let form = [
        ("version", "1"),
        ("name", "ОГЭ 2027"),
        ("pass_primary", "16"),
        ("steps", "0 2\n16 3\n20\t4\n26;5"),
    ];
    let saved = deputy.post_form(&format!("{SCALES}/300"), &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(deputy.get(&csv).await.text().contains(";15;2;"));
    let stale = deputy
        .post_form(
            &format!("{SCALES}/300"),
            &[("version", "1"), ("name", "Другая"), ("steps", "")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text().contains("Другая") && stale.text().contains("ОГЭ 2027"));
}

#[tokio::test]
async fn a_scale_is_entered_as_a_table() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let form = |steps: &'static str| {
        [
            ("kind", "ege"),
            ("subject", "2"),
            ("name", "ЕГЭ"),
            ("max_primary", "50"),
            ("pass_primary", "9"),
            ("steps", steps),
        ]
    };
    let made = deputy.post_form(SCALES, &form("0 0\n1 4\n2 8")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let wrong = deputy.post_form(SCALES, &form("0 0\n60 4")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let twice = deputy.post_form(SCALES, &form("0 0")).await;
    assert!(twice.text().contains("уже есть"), "a name once");
    // Teachers look, and change nothing.
    let mut teacher = school.signed_in(TEACHER);
    assert_eq!(teacher.get(SCALES).await.status, StatusCode::OK);
    assert_eq!(
        teacher.get(&format!("{SCALES}/300")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        teacher.post_form(SCALES, &form("0 0")).await.status,
        StatusCode::FORBIDDEN
    );
}

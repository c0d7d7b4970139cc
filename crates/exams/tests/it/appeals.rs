use axum::http::StatusCode;

use crate::support::{ABRAMOV, DEPUTY, MOTHER, OGE, School, TEACHER};

/// §6: an appeal keeps both scores and changes the result.
#[tokio::test]
async fn an_appeal_that_is_granted_changes_the_score_and_keeps_the_old_one() {
    let school = School::open().await;
    school.world.sql("insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at)
        values (1001, 400, 11, 51, 'present', 14, 1, '2026-11-19'), (1001, 400, 12, 51, 'ill', null, 1, '2026-11-19')").await;
    let card = format!("{OGE}/pupils/11");
    let mut deputy = school.signed_in(DEPUTY);
    let early = [("about", "score"), ("filed_on", "01.11.2026")];
    let refused = deputy.post_form(&format!("{card}/appeals"), &early).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [
        ("about", "score"),
        ("filed_on", "19.11.2026"),
        ("note", "Задание 23"),
    ];
    let absent = deputy
        .post_form(&format!("{OGE}/pupils/12/appeals"), &form)
        .await;
    assert_eq!(absent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let filed = deputy.post_form(&format!("{card}/appeals"), &form).await;
    assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.text());

    let id = school.number("select appeal_id from exams.appeal").await;
    let day = format!("decided_on.{id}");
    let primary = format!("primary.{id}");
    let decide = |score| {
        [
            ("version", "1"),
            (day.as_str(), "20.11.2026"),
            (primary.as_str(), score),
            ("decision", "granted"),
        ]
    };
    let path = format!("{card}/appeals/{id}");
    let above = deputy.post_form(&path, &decide("32")).await;
    assert_eq!(above.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = deputy.post_form(&path, &decide("15")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let twice = deputy.post_form(&path, &decide("16")).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let page = deputy.get(&card).await.text();
    assert!(
        page.contains("балл был 14, стал 15") && page.contains("удовлетворена"),
        "{page}"
    );
    assert_eq!(
        school
            .number(
                "select count(*) from kernel.history where tbl = 'exams.result' and key like '%11%'"
            )
            .await,
        2
    );
    // The family sees it too; nobody but the office files or decides.
    for reader in [MOTHER, ABRAMOV] {
        let mine = school.signed_in(reader).get("/my/exams").await.text();
        assert!(
            mine.contains("15 из 31 баллов") && mine.contains("балл был 14, стал 15"),
            "{mine}"
        );
    }
    let teacher = school
        .signed_in(TEACHER)
        .post_form(&format!("{card}/appeals"), &form)
        .await;
    assert_eq!(teacher.status, StatusCode::FORBIDDEN);
}

use axum::http::StatusCode;

use crate::support::{School, send_changed};

const SCALES: &str = "/o/g7/study/scales";

/// CUR-7: kinds of work with their weights.
#[tokio::test]
async fn weights_are_changed_and_conflicts_shown() {
    let school = School::new().await;
    let mut deputy = school.browser("deputy");
    assert!(
        deputy
            .get(SCALES)
            .await
            .text()
            .contains("Видов работ пока нет")
    );
    let usual = deputy.post_form(&format!("{SCALES}/usual"), &[]).await;
    assert_eq!(usual.location(), Some(SCALES));
    let page = deputy.get(SCALES).await.text();
    let id = school
        .number("select kind_id from curriculum.work_kind where code = 4")
        .await;
    let weight = format!("kind.{id}.weight");
    let before = school.history("work_kind").await;
    let saved = send_changed(&mut deputy, SCALES, &page, &[(&weight, "2,5")]).await;
    assert_eq!(saved.location(), Some(SCALES), "{}", saved.text());
    assert_eq!(
        school.history("work_kind").await,
        before + 1,
        "only the changed row is written"
    );
    let stale = send_changed(&mut deputy, SCALES, &page, &[(&weight, "7")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let text = stale.text();
    assert!(text.contains("<td>7</td><td>2,5</td>"), "{text}");
    assert_eq!(
        send_changed(&mut deputy, SCALES, &text, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    for wrong in ["-1", "101", "0,001", "много", ""] {
        let page = deputy.get(SCALES).await.text();
        let refused = send_changed(&mut deputy, SCALES, &page, &[(&weight, wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(
            refused.text().contains(&format!("{weight}-error")),
            "{wrong}"
        );
    }
    assert!(
        school
            .browser("director")
            .get(SCALES)
            .await
            .text()
            .contains(">7<")
    );
}

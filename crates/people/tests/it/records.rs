//! PPL-1, PPL-2, S1:4: what a card has many of.

use axum::http::StatusCode;

use crate::support::{TEACHER, browser, fields_of, secretary, with, world};

const LINES: &str = "/o/g7/people/staff/18/records";

#[tokio::test]
async fn courses_are_added_changed_and_removed() {
    let world = world().await;
    let mut office = secretary(&world);
    let empty = office.get(LINES).await.text();
    for section in [
        "Трудовая деятельность",
        "Повышение квалификации",
        "Награды",
        "Курсов не внесено",
    ] {
        assert!(empty.contains(section), "{section}");
    }
    let new = format!("{LINES}/new?kind=course");
    let form = fields_of(&office.get(&new).await);
    let sent = with(
        &form,
        &[
            ("title", "Функциональная грамотность"),
            ("since", "01.02.2026"),
            ("until", "15.02.2026"),
            ("hours", "72"),
            ("place", "ИРО Краснодарского края"),
        ],
    );
    let answer = office.post_form(&new, &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id = world.number("select record_id from people.record").await;
    let edit = format!("{LINES}/{id}");
    let form = fields_of(&office.get(&edit).await);
    assert!(
        form.contains(&("until".to_owned(), "15.02.2026".to_owned())),
        "{form:?}"
    );
    let changed = with(&form, &[("hours", "108")]);
    let answer = office.post_form(&edit, &changed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    // The same form once more is too late.
    let late = office.post_form(&edit, &changed).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("108"));
    let list = office.get(LINES).await.text();
    assert!(list.contains("108") && list.contains("ИРО Краснодарского края"));
    // The owner reads them and changes nothing.
    let mut owner = browser(&world, &format!("teacher:{TEACHER}"));
    let own = owner.get(LINES).await;
    assert!(own.text().contains("108") && !own.text().contains("Добавить"));
    assert_eq!(
        owner.post_form(&edit, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let answer = office.post_form(&format!("{edit}/remove"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!office.get(LINES).await.text().contains("108"));
    let history = office.get("/o/g7/people/staff/18/history").await.text();
    for kept in [
        "Функциональная грамотность",
        "72",
        "108",
        "Повышение квалификации",
    ] {
        assert!(history.contains(kept), "{kept} in {history}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_line_is_told() {
    let world = world().await;
    let mut office = secretary(&world);
    let new = "/o/g7/people/pupils/101/records/new?kind=review";
    let answer = office
        .post_form(
            new,
            &[
                ("title", ""),
                ("since", "31.02.2026"),
                ("detail", "Старателен"),
            ],
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(
        text.contains("Старателен") && text.contains("31.02.2026"),
        "{text}"
    );
    // A pupil has no courses, and a line of another card is not here.
    for path in [
        "/pupils/101/records/new?kind=course",
        "/staff/18/records/new?kind=x",
        "/staff/18/records/999",
    ] {
        let answer = office.get(&format!("/o/g7/people{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    world
        .sql(
            "insert into people.record (org_id, record_id, person_id, kind, title)
             overriding system value values (1001, 7, 101, 'review', 'Ким О.')",
        )
        .await;
    for path in ["/pupils/102/records/7", "/staff/18/records/7"] {
        let answer = office.get(&format!("/o/g7/people{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let answer = office
            .post_form(&format!("/o/g7/people{path}/remove"), &[])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

use axum::http::StatusCode;

use crate::support::{EDUCATOR, GROUP, Garden, HEAD};

const CODES: &str = "/o/garden/preschool/codes";

fn form<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("count", "6"),
        ("sign.0", "+"),
        ("name.0", "был"),
        ("attended.0", "1"),
        ("payable.0", "1"),
        ("sign.1", "н"),
        ("name.1", "не был"),
        ("sign.2", "б"),
        ("name.2", "болел"),
        ("payable.2", "1"),
        ("sign.3", "о"),
        ("name.3", "отпуск"),
        ("sign.4", "д"),
        ("name.4", "домашний режим"),
        ("archived.4", "1"),
        ("sign.5", "к"),
        ("name.5", "карантин"),
    ];
    form.extend_from_slice(more);
    form
}

/// JRN-10: the codes are data: what counts and what is paid for.
#[tokio::test]
async fn the_head_changes_the_codes() {
    let garden = Garden::open().await;
    let mut head = garden.signed_in(HEAD);
    assert!(head.get(CODES).await.text().contains("домашний режим"));
    let saved = head
        .post_form(CODES, &form(&[("sign.6", "с"), ("name.6", "санаторий")]))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(
        garden.number("select count(*) from preschool.code").await,
        7
    );

    let mut educator = garden.signed_in(EDUCATOR);
    let cell = |sign: &'static str| [("month", "2026-11"), ("w.11", ""), ("c.11.2", sign)];
    assert_eq!(
        educator.post_form(GROUP, &cell("д")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "archived"
    );
    assert_eq!(
        educator.post_form(GROUP, &cell("с")).await.status,
        StatusCode::SEE_OTHER
    );
    let csv = educator
        .get(&format!("{GROUP}?month=2026-11&as=csv"))
        .await
        .text();
    assert!(csv.contains("с 1"), "{csv}");

    let stale = head.post_form(CODES, &form(&[])).await;
    assert_eq!(
        stale.status,
        StatusCode::CONFLICT,
        "somebody was faster, or a code would be lost"
    );
    assert!(
        stale.text().contains("санаторий"),
        "what came meanwhile is shown"
    );
    for wrong in [
        [("sign.6", "+"), ("name.6", "x")],
        [("sign.6", "длинно"), ("name.6", "x")],
        [("sign.6", ""), ("name.6", "x")],
    ] {
        let refused = head.post_form(CODES, &form(&wrong)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{wrong:?}"
        );
    }
    assert_eq!(educator.get(CODES).await.status, StatusCode::OK);
    assert_eq!(
        educator.post_form(CODES, &form(&[])).await.status,
        StatusCode::FORBIDDEN
    );
}

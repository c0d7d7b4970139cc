//! MSG-5: what one wants to be sent, the link that unsubscribes, the queue.

use messaging::NewLetter;

use crate::support::{ADMIN, ANNA, NINA, PARENT, SCHOOL, School};

#[tokio::test]
async fn everybody_says_what_to_be_sent() {
    let school = School::new().await;
    let mut teacher = school.client(ANNA);
    let page = teacher.get("/my/settings/notifications").await.text();
    assert!(
        page.contains("anna@school.example") && page.contains("name=\"digest_hour\""),
        "{page}"
    );
    assert!(!page.contains("name=\"marks\""), "a teacher has no diary");
    let sent = [
        ("digest_hour", "8"),
        ("quiet_from", "20"),
        ("quiet_until", "8"),
    ];
    let answer = teacher.post_form("/my/settings/notifications", &sent).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    let kept = school
        .test
        .number(&format!(
            "select count(*) from messaging.wish where org_id = {SCHOOL} and person_id = {ANNA}
             and not soon and not marks and digest_hour = 8 and quiet_from = 20 and quiet_until = 8"
        ))
        .await;
    assert_eq!(kept, 1);
    let bad = [
        ("digest_hour", "25"),
        ("quiet_from", "x"),
        ("quiet_until", "8"),
    ];
    let answer = teacher.post_form("/my/settings/notifications", &bad).await;
    assert_eq!(answer.status.as_u16(), 422);

    let page = school
        .client(PARENT)
        .get("/my/settings/notifications")
        .await
        .text();
    assert!(
        page.contains("name=\"marks\"") && !page.contains("id=\"digest_hour\""),
        "{page}"
    );
    let page = school
        .client(NINA)
        .get("/my/settings/notifications")
        .await
        .text();
    assert!(page.contains("нет адреса"), "{page}");
}

#[tokio::test]
async fn the_link_of_a_letter_unsubscribes_without_a_login_and_asks_first() {
    let school = School::new().await;
    school
        .test
        .sql(&format!(
            "insert into messaging.wish values ({SCHOOL}, {PARENT}, true, true, 14, 21, 7)"
        ))
        .await;
    let marks = NewLetter {
        kind: "journal.marks",
        duty: false,
        ..school.letter(PARENT, "1")
    };
    school.write(std::slice::from_ref(&marks)).await;
    let token: String = sqlx::query_scalar("select leave from messaging.letter")
        .fetch_one(school.test.admin())
        .await
        .unwrap();
    let link = format!("/unsubscribe/{token}");
    let wants = format!("select count(*) from messaging.wish where person_id = {PARENT} and marks");
    let mut nobody = school.client(0);
    let page = nobody.get(&link).await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text().contains("Новые отметки"), "{}", page.text());
    assert!(!page.text().contains("Родителева"), "the link names nobody");
    assert_eq!(
        school.test.number(&wants).await,
        1,
        "opening it changes nothing"
    );

    // A mail program presses the button by RFC 8058, without cookies or origin.
    let one_click = [("List-Unsubscribe", "One-Click")];
    for _ in 0..2 {
        let answer = nobody.post_form(&link, &one_click).await;
        assert_eq!(answer.status.as_u16(), 200);
    }
    assert_eq!(school.test.number(&wants).await, 0);
    let again = NewLetter {
        once: "2".to_owned(),
        ..marks
    };
    assert_eq!(school.write(&[again]).await, [None]);

    for bad in [
        token.replace("1001", "1002"),
        token.replace("-90-", "-21-"),
        "x".to_owned(),
        "1-2-3".to_owned(),
    ] {
        let path = format!("/unsubscribe/{bad}");
        assert_eq!(nobody.get(&path).await.status.as_u16(), 404, "{bad}");
        assert_eq!(
            nobody.post_form(&path, &[]).await.status.as_u16(),
            404,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn the_queue_is_the_administrators() {
    let school = School::new().await;
    school.write(&[school.letter(ANNA, "1")]).await;
    let page = school.client(ADMIN).get("/o/g7/settings/mail").await;
    assert_eq!(page.status.as_u16(), 200);
    assert_eq!(
        school
            .client(ANNA)
            .get("/o/g7/settings/mail")
            .await
            .status
            .as_u16(),
        403
    );
    assert_eq!(
        school
            .client(110)
            .get("/o/g7/settings/mail")
            .await
            .status
            .as_u16(),
        404
    );
}

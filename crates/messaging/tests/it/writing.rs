//! MSG-5: what is written, and to whom not.

use chrono::TimeDelta;
use messaging::{Letters, NewLetter};

use crate::support::{ANNA, NINA, PARENT, SCHOOL, School, VERA};

/// DLN-4: whoever finds the same reason again writes no second letter.
#[tokio::test]
async fn the_same_letter_is_written_once() {
    let school = School::new().await;
    let letters = [
        school.letter(ANNA, "2026-11-20"),
        school.letter(VERA, "2026-11-20"),
    ];
    let first = school.write(&letters).await;
    assert!(first.iter().all(Option::is_some));
    assert_eq!(school.write(&letters).await, [None, None]);
    let next = school.write(&[school.letter(ANNA, "2026-11-23")]).await;
    assert!(next[0].is_some());
    assert_eq!(school.count("true").await, 3);

    // Two nodes at once.
    let both = [school.letter(ANNA, "2026-11-24")];
    let (one, two) = tokio::join!(school.write(&both), school.write(&both));
    assert_eq!(
        usize::from(one[0].is_some()) + usize::from(two[0].is_some()),
        1
    );
}

/// A letter belongs to the transaction that found its reason.
#[tokio::test]
async fn what_is_rolled_back_is_not_sent() {
    let school = School::new().await;
    let mut tx = school.test.db().begin_system(SCHOOL.into()).await.unwrap();
    let letters = [school.letter(ANNA, "2026-11-20")];
    school.post.write(&mut tx, &letters).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(school.count("true").await, 0);
}

#[tokio::test]
async fn who_has_no_address_is_listed() {
    let school = School::new().await;
    let written = school
        .write(&[school.letter(NINA, "1"), school.letter(ANNA, "1")])
        .await;
    assert!(written[0].is_none() && written[1].is_some());
    let page = school.client(10).get("/o/g7/settings/mail").await.text();
    assert!(page.contains("Безадресная"), "{page}");

    // The card gets an address, but a wrong one; then a right one.
    for (address, listed) in [("нет", true), ("nina@school.example", false)] {
        school
            .test
            .sql(&format!(
                "update people.person set email = '{address}' where person_id = {NINA}"
            ))
            .await;
        let again = school.write(&[school.letter(NINA, "2")]).await;
        assert_eq!(again[0].is_none(), listed);
        let page = school.client(10).get("/o/g7/settings/mail").await.text();
        assert_eq!(page.contains("Безадресная"), listed, "{address}");
    }
}

#[tokio::test]
async fn only_what_is_wanted_is_written_and_never_at_night() {
    let school = School::new().await;
    let marks = NewLetter {
        kind: "journal.marks",
        duty: false,
        ..school.letter(PARENT, "1")
    };
    assert_eq!(
        school.write(std::slice::from_ref(&marks)).await,
        [None],
        "off by default"
    );
    school
        .test
        .sql(&format!(
            "insert into messaging.wish values ({SCHOOL}, {PARENT}, true, true, 14, 21, 7)"
        ))
        .await;
    // 11:00 in Moscow; at 22:00 it waits for the morning.
    let night = NewLetter {
        once: "2".to_owned(),
        not_before: marks.not_before + TimeDelta::hours(11),
        ..marks.clone()
    };
    let written = school.write(&[marks, night]).await;
    assert!(written.iter().all(Option::is_some));
    assert_eq!(
        school
            .count("next_at = '2026-11-20T08:00Z' and leave <> ''")
            .await,
        1
    );
    assert_eq!(school.count("next_at = '2026-11-21T04:00Z'").await, 1);
}

/// A letter has the frame around it in both forms, and the way out only where
/// there is one.
#[tokio::test]
async fn a_letter_names_the_person_the_school_and_the_way_out() {
    let school = School::new().await;
    let soon = NewLetter {
        kind: "deadlines.digest",
        duty: false,
        html: "<p>Срок «15 сентября»</p>".to_owned(),
        ..school.letter(VERA, "1")
    };
    school.write(&[school.letter(ANNA, "1"), soon]).await;
    let text: String = sqlx::query_scalar("select body from messaging.letter where to_person = 21")
        .fetch_one(school.test.admin())
        .await
        .unwrap();
    assert!(
        text.starts_with("Здравствуйте, Анна Петровна!\n\nЗаполните журнал."),
        "{text}"
    );
    assert!(
        text.contains("Гимназия № 7") && text.contains("служебное"),
        "{text}"
    );
    assert!(!text.contains("unsubscribe"));
    let html: String = sqlx::query_scalar("select html from messaging.letter where to_person = 22")
        .fetch_one(school.test.admin())
        .await
        .unwrap();
    assert!(html.contains("<p>Срок «15 сентября»</p>"), "{html}");
    assert!(
        html.contains("https://z.example/unsubscribe/1001-22-"),
        "{html}"
    );
}

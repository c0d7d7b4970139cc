use movement::{Error, Refusal};
use sqlx::AssertSqlSafe;

use crate::support::{CLASS_5A, CLASS_5B, PUPILS, enrolment, issued, movement, secretary, world};

/// Six orders at once: six numbers without a gap.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_without_gaps_in_a_race() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let tasks: Vec<_> = PUPILS
        .into_iter()
        .map(|pupil| {
            let (movement, secretary) = (movement.clone(), secretary.clone());
            tokio::spawn(async move {
                issued(
                    &movement,
                    &secretary,
                    enrolment("2026-09-01", CLASS_5A, &[pupil]),
                )
                .await
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(
            task.await
                .expect("runs")
                .expect("issued")
                .number
                .expect("a number"),
        );
    }
    numbers.sort_unstable();
    assert_eq!(numbers, ["1-з", "2-з", "3-з", "4-з", "5-з", "6-з"]);
}

/// Two orders put one pupil into two classes at the same time: one of them is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_enters_one_class_in_a_race() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let mut drafts = Vec::new();
    for class in [CLASS_5A, CLASS_5B, CLASS_5A, CLASS_5B] {
        let draft = enrolment("2026-09-01", class, &[101]);
        drafts.push(movement.draft(&secretary, draft).await.expect("drafted"));
    }
    let tasks: Vec<_> = drafts
        .into_iter()
        .map(|id| {
            let (movement, secretary) = (movement.clone(), secretary.clone());
            tokio::spawn(async move { movement.issue(&secretary, id, 1).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.expect("runs") {
            Ok(_) => done += 1,
            Err(Error::Refused { why, .. }) => assert_eq!(why, Refusal::AlreadyEnrolled),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(
        world
            .number("select count(*) from movement.class_member")
            .await,
        1
    );
}

/// Whatever the application decides, the database keeps one pupil's stays apart.
#[tokio::test]
async fn the_database_refuses_two_classes_at_a_time() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let order = issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let insert = |from: &str, to: &str| {
        format!(
            "insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
             values (1001, 101, {CLASS_5B}, daterange({from}, {to}), {})",
            order.id
        )
    };
    for range in [
        ("'2026-10-01'", "null"),
        ("'2026-08-01'", "'2026-09-02'"),
        ("null", "null"),
    ] {
        let refused = sqlx::query(AssertSqlSafe(insert(range.0, range.1)))
            .execute(world.test.admin())
            .await;
        let error = refused.expect_err("refused");
        let name = error
            .as_database_error()
            .and_then(|it| it.constraint().map(str::to_owned));
        assert_eq!(
            name.as_deref(),
            Some("class_member_one_class_at_a_time"),
            "{range:?}"
        );
    }
    world.sql(&insert("'2026-08-01'", "'2026-09-01'")).await;
}

/// Issued orders stay for ever, whoever asks.
#[tokio::test]
async fn an_issued_order_cannot_be_deleted() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let order = issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let delete = format!("delete from movement.order where order_id = {}", order.id);
    let refused = sqlx::query(AssertSqlSafe(delete))
        .execute(world.test.admin())
        .await;
    assert!(refused.is_err());
}

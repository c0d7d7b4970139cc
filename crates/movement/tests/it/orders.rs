use movement::{Error, OrderState, Refusal};
use testkit::assert_history_replays;

use crate::support::{
    CLASS_5A, CLASS_5B, STRANGE_CLASS, STRANGER, enrolment, issued, leaving, movement, secretary,
    version, world,
};

/// MOV-1: an order gets its number when it is issued, the register follows,
/// and the pupils get accounts, all in one transaction.
#[tokio::test]
async fn enrolment_puts_pupils_into_the_class_and_opens_accounts() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let id = movement
        .draft(&secretary, enrolment("2026-09-01", CLASS_5A, &[101, 102]))
        .await
        .expect("drafted");
    assert_eq!(
        world
            .number("select count(*) from movement.class_member")
            .await,
        0
    );
    let order = movement.issue(&secretary, id, 1).await.expect("issued");
    assert_eq!(order.number.as_deref(), Some("1-з"));
    assert_eq!(
        (order.state, order.issued_by),
        (OrderState::Issued, Some(secretary.person))
    );
    let there =
        "select count(*) from movement.class_member where class_id = 501 and upper_inf(during)";
    assert_eq!(world.number(there).await, 2);
    let accounts = "select count(*) from identity.membership m join identity.role_grant g using (org_id, account_id)
                    where m.person_id in (101, 102) and g.role = 'pupil' and g.ended_at is null";
    assert_eq!(world.number(accounts).await, 2);
    let second = issued(
        &movement,
        &secretary,
        enrolment("2026-09-02", CLASS_5B, &[103]),
    )
    .await;
    assert_eq!(second.expect("issued").number.as_deref(), Some("2-з"));
    let next_year = issued(
        &movement,
        &secretary,
        enrolment("2027-01-11", CLASS_5B, &[104]),
    )
    .await;
    assert_eq!(
        next_year.expect("issued").number.as_deref(),
        Some("1-з"),
        "a calendar year has its own numbers"
    );
    let left = issued(&movement, &secretary, leaving("2026-11-02", &[101])).await;
    assert_eq!(left.expect("issued").number.as_deref(), Some("1-в"));
    assert_eq!(
        world.number(accounts).await,
        1,
        "whoever left has no role any more"
    );
}

/// Whoever leaves on a later day keeps the account until then.
#[tokio::test]
async fn the_account_ends_with_the_stay() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let mut late = leaving("2026-11-20", &[101]);
    late.effective_on = "2026-11-30".parse().expect("a day");
    issued(&movement, &secretary, late).await.expect("issued");
    let open = "select count(*) from identity.role_grant where role = 'pupil' and ended_at is null";
    assert_eq!(world.number(open).await, 1);
    let mut tx = world.begin(&secretary).await;
    assert_eq!(
        movement
            .close_accounts_of_leavers(&mut tx)
            .await
            .expect("runs"),
        0
    );
    tx.commit().await.expect("commits");
    world.clock().advance(chrono::Duration::days(10));
    for _ in 0..2 {
        let mut tx = world.begin(&secretary).await;
        assert_eq!(
            movement
                .close_accounts_of_leavers(&mut tx)
                .await
                .expect("runs"),
            1
        );
        tx.commit().await.expect("commits");
    }
    assert_eq!(world.number(open).await, 0);
}

/// §3.2: nobody enters twice, leaves twice, or leaves before having come; a
/// refused order changes nothing.
#[tokio::test]
async fn impossible_orders_are_refused_with_the_pupil_and_the_reason() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    for (draft, expected) in [
        (
            enrolment("2026-09-02", CLASS_5B, &[102, 101]),
            Refusal::AlreadyEnrolled,
        ),
        (leaving("2026-09-02", &[102]), Refusal::NotEnrolled),
        (leaving("2026-08-31", &[101]), Refusal::BeforeLastOrder),
        (leaving("2026-09-01", &[101]), Refusal::SameDay),
    ] {
        match issued(&movement, &secretary, draft).await {
            Err(Error::Refused { why, .. }) => assert_eq!(why, expected),
            other => panic!("{expected:?}: {other:?}"),
        }
    }
    issued(&movement, &secretary, leaving("2026-10-01", &[101]))
        .await
        .expect("issued");
    let again = issued(&movement, &secretary, leaving("2026-10-02", &[101])).await;
    assert!(
        matches!(
            again,
            Err(Error::Refused {
                why: Refusal::NotEnrolled,
                ..
            })
        ),
        "{again:?}"
    );
    assert_eq!(
        world
            .number("select count(*) from movement.class_member")
            .await,
        1
    );
    let numbers = "select count(*) from movement.order where number is not null";
    assert_eq!(
        world.number(numbers).await,
        2,
        "a refused order takes no number"
    );
}

/// §3.2.6: only the last order may go, with a reason; its number stays taken.
#[tokio::test]
async fn orders_are_cancelled_from_the_end() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let came = issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101]),
    )
    .await
    .expect("issued");
    let left = issued(&movement, &secretary, leaving("2026-10-01", &[101]))
        .await
        .expect("issued");
    let refused = movement
        .cancel(&secretary, came.id, came.version, "ошибка")
        .await;
    assert!(matches!(refused, Err(Error::NotTheLast)), "{refused:?}");
    let silent = movement
        .cancel(&secretary, left.id, left.version, "  ")
        .await;
    assert!(matches!(silent, Err(Error::NoReason)), "{silent:?}");
    let stale = movement
        .cancel(&secretary, left.id, left.version - 1, "ошибка")
        .await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)), "{stale:?}");
    movement
        .cancel(&secretary, left.id, left.version, "ошибка в дате")
        .await
        .expect("cancelled");
    let there =
        "select count(*) from movement.class_member where upper_inf(during) and ended_by is null";
    assert_eq!(world.number(there).await, 1);
    let open = "select count(*) from identity.role_grant where role = 'pupil' and ended_at is null";
    assert_eq!(world.number(open).await, 1, "the account is open again");
    let again = issued(&movement, &secretary, leaving("2026-10-05", &[101]))
        .await
        .expect("issued");
    assert_eq!(again.number.as_deref(), Some("2-в"));
    let twice = movement
        .cancel(
            &secretary,
            left.id,
            version(&world, left.id).await,
            "ещё раз",
        )
        .await;
    assert!(matches!(twice, Err(Error::NotIssued)), "{twice:?}");
    for table in [
        "movement.order",
        "movement.order_pupil",
        "movement.class_member",
    ] {
        assert!(
            assert_history_replays(&world.test, table).await > 0,
            "R-20: {table}"
        );
    }
}

/// A draft may be changed and thrown away; an issued order may not.
#[tokio::test]
async fn only_drafts_change() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let id = movement
        .draft(&secretary, enrolment("2026-09-01", CLASS_5A, &[101]))
        .await
        .expect("drafted");
    let other = enrolment("2026-09-02", CLASS_5B, &[102, 103]);
    movement
        .change_draft(&secretary, id, 1, other.clone())
        .await
        .expect("changed");
    let stale = movement
        .change_draft(&secretary, id, 1, other.clone())
        .await;
    assert!(matches!(stale, Err(Error::ChangedMeanwhile)), "{stale:?}");
    let unseen = movement.issue(&secretary, id, 1).await;
    assert!(matches!(unseen, Err(Error::ChangedMeanwhile)), "{unseen:?}");
    movement.issue(&secretary, id, 2).await.expect("issued");
    let late = movement.change_draft(&secretary, id, 3, other).await;
    assert!(matches!(late, Err(Error::NotADraft)), "{late:?}");
    let late = movement.discard(&secretary, id, 3).await;
    assert!(matches!(late, Err(Error::NotADraft)), "{late:?}");
    let page = movement.order(&secretary, id).await.expect("shows");
    assert_eq!(page.pupils.len(), 2);
    assert_eq!(page.pupils[0].class.as_deref(), Some("5Б"));
    let draft = movement
        .draft(&secretary, enrolment("2026-09-01", CLASS_5A, &[104]))
        .await
        .expect("drafted");
    movement.discard(&secretary, draft, 1).await.expect("gone");
    let gone = movement.order(&secretary, draft).await;
    assert!(matches!(gone, Err(Error::NoSuchOrder)), "{gone:?}");
}

/// The same answer for what is not there and for what belongs to another school.
#[tokio::test]
async fn another_schools_pupils_and_classes_are_not_there() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    for pupil in [STRANGER, 999_999] {
        let refused = movement
            .draft(&secretary, enrolment("2026-09-01", CLASS_5A, &[pupil]))
            .await;
        assert!(matches!(refused, Err(Error::NoSuchPupil)), "{refused:?}");
    }
    for class in [STRANGE_CLASS, 999_999] {
        let refused = movement
            .draft(&secretary, enrolment("2026-09-01", class, &[101]))
            .await;
        assert!(matches!(refused, Err(Error::NoSuchClass)), "{refused:?}");
    }
    let id = movement
        .draft(&secretary, enrolment("2026-09-01", CLASS_5A, &[101]))
        .await
        .expect("drafted");
    let there = testkit::actor(testkit::world::OTHER_SCHOOL, 17, kernel::Role::Secretary);
    let foreign = movement.issue(&there, id, 1).await;
    assert!(matches!(foreign, Err(Error::NoSuchOrder)), "{foreign:?}");
    let foreign = movement.order(&there, id).await;
    assert!(matches!(foreign, Err(Error::NoSuchOrder)), "{foreign:?}");
}

/// An imported list: one order for everybody, and taken back as a whole.
#[tokio::test]
async fn a_list_is_enrolled_and_taken_back() {
    use people::People;
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let on = "2026-09-01".parse().expect("a day");
    let pupils = [101, 102, 103]
        .map(|it| (it.into(), CLASS_5A.into()))
        .to_vec();
    let mut tx = world.begin(&secretary).await;
    let order = movement
        .enrol_list(&mut tx, &secretary, on, on, pupils)
        .await
        .expect("enrolled");
    tx.commit().await.expect("commits");
    assert_eq!(order.number.as_deref(), Some("1-з"));
    let mut tx = world.begin(&secretary).await;
    movement
        .undo_list(&mut tx, &secretary, order.id, "импорт отменён")
        .await
        .expect("undone");
    let ids = [101, 102, 103].map(Into::into);
    people::Cards
        .forget_pupils(&mut tx, &ids)
        .await
        .expect("the cards may go");
    tx.commit().await.expect("commits");
    assert_eq!(
        world
            .number("select count(*) from movement.class_member")
            .await,
        0
    );
    assert_eq!(
        world
            .number("select count(*) from people.pupil where person_id < 104")
            .await,
        0
    );
    let again = issued(
        &movement,
        &secretary,
        enrolment("2026-09-02", CLASS_5A, &[104]),
    )
    .await;
    assert_eq!(
        again.expect("issued").number.as_deref(),
        Some("2-з"),
        "the number stays taken"
    );
}

use movement::{ClassRegister, OrderDraft, OrderKind, OrderLine, Place, Register};
use rand_free::Sequence;

use crate::support::{
    CLASS_5A, CLASS_5B, PUPILS, day, enrolment, issued, leaving, movement, secretary, world,
};

/// A fixed sequence that looks mixed: tests must not differ from run to run.
mod rand_free {
    pub(crate) struct Sequence(pub(crate) u64);

    impl Sequence {
        pub(crate) fn below(&mut self, limit: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }
}

/// MOV-2: whoever leaves on D was in the class last on D−1.
#[tokio::test]
async fn the_register_knows_every_past_day() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101, 102]),
    )
    .await
    .expect("issued");
    issued(&movement, &secretary, leaving("2026-10-10", &[101]))
        .await
        .expect("issued");
    issued(
        &movement,
        &secretary,
        enrolment("2026-11-01", CLASS_5B, &[101]),
    )
    .await
    .expect("issued");
    let mut tx = world.begin(&secretary).await;
    for (on, in_a, in_b) in [
        ("2026-08-31", 0, 0),
        ("2026-09-01", 2, 0),
        ("2026-10-09", 2, 0),
        ("2026-10-10", 1, 0),
        ("2026-11-01", 1, 1),
    ] {
        let on = day(on);
        let count = async |tx: &mut db::Tx, class: i64| {
            Register
                .members(tx, &[class.into()], on, on)
                .await
                .expect("members")
                .len()
        };
        assert_eq!(
            (
                count(&mut tx, CLASS_5A).await,
                count(&mut tx, CLASS_5B).await
            ),
            (in_a, in_b),
            "{on}"
        );
        assert_eq!(
            Register
                .enrolled(&mut tx, on)
                .await
                .expect("enrolled")
                .len(),
            in_a + in_b
        );
    }
    let stays = Register.stays(&mut tx, &[101.into()]).await.expect("stays");
    assert_eq!(stays.len(), 2);
    assert_eq!(
        (stays[0].since, stays[0].until),
        (day("2026-09-01"), Some(day("2026-10-09")))
    );
    assert!(stays[0].on(day("2026-10-09")) && !stays[0].on(day("2026-10-10")));
    let range = Register
        .members(
            &mut tx,
            &[CLASS_5A.into()],
            day("2026-10-01"),
            day("2026-12-31"),
        )
        .await;
    assert_eq!(range.expect("members").len(), 2);
    let backwards = Register
        .members(
            &mut tx,
            &[CLASS_5A.into()],
            day("2026-10-02"),
            day("2026-10-01"),
        )
        .await;
    assert!(backwards.expect("members").is_empty());
}

/// Grown order by order, with cancellations, the register is what the issued
/// orders alone make; spoiled, it is built anew.
#[tokio::test]
async fn rebuilt_from_the_orders_it_is_the_same() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    let mut dice = Sequence(7);
    let mut on = day("2026-09-01");
    let mut last = None;
    for _ in 0..80 {
        on = on + chrono::Days::new(dice.below(3));
        let pupil = PUPILS[usize::try_from(dice.below(6)).expect("small")];
        let class = [CLASS_5A, CLASS_5B][usize::try_from(dice.below(2)).expect("small")];
        let text = on.to_string();
        let draft = match dice.below(5) {
            0 | 1 => enrolment(&text, class, &[pupil]),
            2 => OrderDraft {
                lines: vec![OrderLine::of(pupil.into()).to(Place::Grade(5))],
                ..enrolment(&text, class, &[pupil])
            },
            3 => OrderDraft {
                kind: OrderKind::Transfer,
                ..enrolment(&text, class, &[pupil])
            },
            _ => leaving(&text, &[pupil]),
        };
        if let Ok(order) = issued(&movement, &secretary, draft).await {
            last = Some(order);
        } else if let Some(order) = last.take() {
            movement
                .cancel(&secretary, order.id, order.version, "проверка")
                .await
                .expect("the last one");
        }
    }
    let mut tx = world.begin(&secretary).await;
    assert_eq!(movement.rebuild(&mut tx).await.expect("rebuilds"), []);
    tx.commit().await.expect("commits");
    let members = world
        .number("select count(*) from movement.class_member")
        .await;
    assert!(members > 5, "{members} stays");
    let check = async || movement.check_register(1001.into()).await.expect("looks");
    assert_eq!(check().await, []);
    world
        .sql("delete from movement.class_member where pupil_id in (101, 102)")
        .await;
    // `zvonok check register` sees a difference that somebody planted, and leaves it.
    let planted = check().await;
    assert!(!planted.is_empty());
    assert_eq!(check().await, planted);
    let mended = movement.mend_register(1001.into()).await.expect("mends");
    assert_eq!(mended, planted);
    assert_eq!(check().await, []);
    assert_eq!(
        world
            .number("select count(*) from movement.class_member")
            .await,
        members
    );
}

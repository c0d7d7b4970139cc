//! Many orders at once, for the year's transition (ux §3.5, MOV-1).

use movement::{
    ClassRegister, Details, Error, OrderBook, OrderDraft, OrderKind, OrderLine, Place, Refusal,
    Register, RepeatGround,
};
use testkit::world::World;

use crate::support::{
    CLASS_5A, CLASS_5B, PUPILS, day, enrolment, issued, leaving, movement, secretary, world,
};

pub(crate) const NEXT_6A: i64 = 601;
pub(crate) const NEXT_5A: i64 = 602;
pub(crate) const NINE: i64 = 509;

/// The next year with 6А and 5А, and a 9А of this year.
pub(crate) async fn with_next_year() -> World {
    let world = world().await;
    world
        .sql(&format!(
            "insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value
             values (1001, 3, '2027-09-01', '2028-05-31');
             insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value
             values (1001, {NEXT_6A}, 3, 6, 'А'), (1001, {NEXT_5A}, 3, 5, 'А'), (1001, {NINE}, 1, 9, 'А')"
        ))
        .await;
    world
}

pub(crate) fn order(kind: OrderKind, on: &str, lines: Vec<OrderLine>) -> OrderDraft {
    OrderDraft {
        kind,
        ordered_on: day("2027-06-20"),
        effective_on: day(on),
        basis: "решение педсовета".to_owned(),
        lines,
    }
}

pub(crate) fn to(pupil: i64, class: i64) -> OrderLine {
    OrderLine::of(pupil.into()).to(Place::Class(class.into()))
}

/// Promotion of two, a repeated year of one, graduation of two.
fn closing() -> Vec<OrderDraft> {
    let ground = Details {
        ground: Some(RepeatGround::Council),
        ..Details::default()
    };
    vec![
        order(
            OrderKind::Promotion,
            "2027-09-01",
            vec![to(101, NEXT_6A), to(102, NEXT_6A)],
        ),
        order(
            OrderKind::Repeat,
            "2027-09-01",
            vec![to(103, NEXT_5A).with(ground)],
        ),
        order(
            OrderKind::Graduation,
            "2027-06-26",
            [104, 105].map(|it| OrderLine::of(it.into())).to_vec(),
        ),
    ]
}

async fn taught(world: &World) {
    let movement = movement(world);
    let actor = secretary(world);
    for (class, pupils) in [(CLASS_5A, &PUPILS[..3]), (NINE, &PUPILS[3..5])] {
        issued(&movement, &actor, enrolment("2026-09-01", class, pupils))
            .await
            .expect("issued");
    }
}

async fn stays(world: &World) -> String {
    let query = "select coalesce(string_agg(pupil_id || ' ' || class_id || ' ' || during::text || ' ' || began_by
            || ' ' || coalesce(ended_by::text, ''), ', ' order by pupil_id, during), '')
         from movement.class_member";
    let stays = sqlx::query_scalar(query).fetch_one(world.test.admin());
    stays.await.expect("the register")
}

/// The whole year is closed by a number of statements that does not grow, and
/// taken back the register is exactly what it was.
#[tokio::test]
async fn many_orders_are_drafted_issued_and_taken_back_at_once() {
    let world = with_next_year().await;
    taught(&world).await;
    let movement = movement(&world);
    let actor = secretary(&world);
    let before = stays(&world).await;

    let mut tx = world.begin(&actor).await;
    let ids = movement
        .draft_all(&mut tx, &actor, &closing())
        .await
        .expect("drafted");
    let issued = movement
        .issue_all(&mut tx, &actor, &ids)
        .await
        .expect("issued");
    tx.commit().await.expect("commits");
    let numbers: Vec<_> = issued.iter().filter_map(|it| it.number.clone()).collect();
    assert_eq!(numbers, ["1-пг", "1-по", "1-вып"]);
    let mut tx = world.begin(&actor).await;
    let in_class = async |tx: &mut db::Tx, class: i64, on: &str| {
        let members = Register
            .members(tx, &[class.into()], day(on), day(on))
            .await;
        members.expect("members").len()
    };
    assert_eq!(in_class(&mut tx, CLASS_5A, "2027-08-31").await, 3);
    assert_eq!(in_class(&mut tx, CLASS_5A, "2027-09-01").await, 0);
    assert_eq!(in_class(&mut tx, NEXT_6A, "2027-09-01").await, 2);
    assert_eq!(in_class(&mut tx, NEXT_5A, "2027-09-01").await, 1);
    assert_eq!(in_class(&mut tx, NINE, "2027-06-26").await, 0);
    assert_eq!(movement.rebuild(&mut tx).await.expect("rebuilds"), []);
    tx.commit().await.expect("commits");

    let mut tx = world.begin(&actor).await;
    let partly = movement
        .cancel_all(&mut tx, &actor, &ids[..0], "проверка")
        .await;
    partly.expect("nothing to cancel");
    movement
        .cancel_all(&mut tx, &actor, &ids, "переход отменён")
        .await
        .expect("cancelled");
    tx.commit().await.expect("commits");
    assert_eq!(stays(&world).await, before);
}

/// The number of statements does not grow with orders and pupils.
#[tokio::test]
async fn statements_do_not_grow_with_the_orders() {
    let world = with_next_year().await;
    taught(&world).await;
    let movement = movement(&world);
    let actor = secretary(&world);
    let mut counts = Vec::new();
    for drafts in [&closing()[..1], &closing()[..2]] {
        let work = async {
            let mut tx = world.begin(&actor).await;
            let ids = movement.draft_all(&mut tx, &actor, drafts).await;
            let ids = ids.expect("drafted");
            movement
                .issue_all(&mut tx, &actor, &ids)
                .await
                .expect("issued");
            movement
                .cancel_all(&mut tx, &actor, &ids, "проверка")
                .await
                .expect("cancelled");
            tx.commit().await.expect("commits");
        };
        counts.push(db::statements::counted(work).await.1);
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
    assert!(counts[0] <= 24, "{counts:?}");
}

/// Orders of one list may build on those before them; a later one that is not
/// in the list keeps them in force.
#[tokio::test]
async fn orders_of_a_list_follow_each_other() {
    let world = with_next_year().await;
    let movement = movement(&world);
    let actor = secretary(&world);
    let list = [
        enrolment("2026-09-01", CLASS_5A, &[101]),
        OrderDraft {
            kind: OrderKind::Transfer,
            lines: vec![to(101, CLASS_5B)],
            ..enrolment("2026-10-01", CLASS_5B, &[101])
        },
        leaving("2026-11-01", &[101]),
    ];
    let mut tx = world.begin(&actor).await;
    let ids = movement.draft_all(&mut tx, &actor, &list).await;
    let ids = ids.expect("drafted");
    movement
        .issue_all(&mut tx, &actor, &ids)
        .await
        .expect("issued");
    assert_eq!(movement.rebuild(&mut tx).await.expect("rebuilds"), []);
    tx.commit().await.expect("commits");
    assert_eq!(
        world
            .number("select count(*) from movement.class_member where ended_by is not null")
            .await,
        2
    );
    let mut tx = world.begin(&actor).await;
    let gap = movement
        .cancel_all(&mut tx, &actor, &[ids[0], ids[2]], "проверка")
        .await;
    assert!(matches!(gap, Err(Error::NotTheLast)), "{gap:?}");
    drop(tx);
    let mut tx = world.begin(&actor).await;
    movement
        .cancel_all(&mut tx, &actor, &ids[1..], "проверка")
        .await
        .expect("from the end");
    tx.commit().await.expect("commits");
    assert_eq!(
        world
            .number("select count(*) from movement.class_member where upper_inf(during)")
            .await,
        1
    );
}

/// One refusal, and nothing of the list is in force.
#[tokio::test]
async fn a_list_is_issued_as_a_whole_or_not_at_all() {
    let world = with_next_year().await;
    taught(&world).await;
    let movement = movement(&world);
    let actor = secretary(&world);
    let mut drafts = closing();
    drafts.push(order(
        OrderKind::Promotion,
        "2027-09-01",
        vec![to(106, NEXT_6A)],
    ));
    let mut tx = world.begin(&actor).await;
    let ids = movement.draft_all(&mut tx, &actor, &drafts).await;
    let ids = ids.expect("drafted");
    let refused = movement.issue_all(&mut tx, &actor, &ids).await;
    match refused {
        Err(Error::Refused { pupil, why }) => {
            assert_eq!((pupil.get(), why), (106, Refusal::NotEnrolled));
        }
        other => panic!("{other:?}"),
    }
    tx.commit().await.expect("the drafts stay");
    let issued =
        "select count(*) from movement.order where state = 'issued' and kind <> 'enrolment'";
    assert_eq!(world.number(issued).await, 0);
    let mut tx = world.begin(&actor).await;
    movement
        .discard_all(&mut tx, &actor, &ids)
        .await
        .expect("gone");
    tx.commit().await.expect("commits");
    assert_eq!(
        world
            .number("select count(*) from movement.order where state = 'draft'")
            .await,
        0
    );
}

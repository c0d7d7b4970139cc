//! S1, S3:2.6, check 21: the first slips of those whom an order enrolled.

use identity::Accounts;
use kernel::{Grant, Role, Scope};
use movement::{Error, Movement};
use testkit::world::{SCHOOL, World};

use crate::support::{
    CLASS_5A, DIRECTOR, SECRETARY, browser, enrolment, issued, leaving, movement, secretary, world,
};

const MOTHER: i64 = 301;

/// The mother of pupil 101, with an account that has no password yet.
async fn with_mother(world: &World) -> Movement {
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, {MOTHER}, 'Петрова', 'Инна', 'петрова инна');
             insert into people.parent (org_id, person_id) values ({SCHOOL}, {MOTHER});
             insert into identity.account (account_id, login) overriding system value
             values ({SECRETARY}, 'sokolovamp');
             insert into identity.membership (org_id, account_id, person_id, login, name)
             values ({SCHOOL}, {SECRETARY}, {SECRETARY}, 'sokolovamp', 'Соколова Марина');
             insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({SCHOOL}, {MOTHER}, 101, 'mother')"
        ))
        .await;
    let settings = identity::Settings::default();
    let identity = identity::Identity::new(world.db().clone(), settings).expect("starts");
    let mut tx = world.begin(&secretary(world)).await;
    let mother = identity::NewMember {
        person: MOTHER.into(),
        last_name: "Петрова".to_owned(),
        first_name: "Инна".to_owned(),
        middle_name: None,
        grants: vec![Grant {
            role: Role::Parent,
            scope: Scope::Org,
        }],
    };
    identity.open(&mut tx, &[mother]).await.expect("opened");
    tx.commit().await.expect("commits");
    movement(world)
}

async fn slips_of(world: &World, people: &[i64]) -> i64 {
    let people: Vec<String> = people.iter().map(ToString::to_string).collect();
    world
        .number(&format!(
            "select count(*) from identity.slip s join identity.membership m using (org_id, account_id)
              where s.voided_at is null and m.person_id in ({})",
            people.join(", ")
        ))
        .await
}

/// The pupils of the order and their parents, nobody else; whoever has a
/// password is left out, and with everybody entered there is nothing to print.
#[tokio::test]
async fn the_enrolled_and_their_parents_get_slips() {
    let world = world().await;
    let movement = with_mother(&world).await;
    let office = secretary(&world);
    let order = issued(
        &movement,
        &office,
        enrolment("2026-09-01", CLASS_5A, &[101, 102]),
    )
    .await
    .expect("issued");
    let other = issued(
        &movement,
        &office,
        enrolment("2026-09-01", CLASS_5A, &[103]),
    )
    .await
    .expect("issued");
    movement
        .first_slips(&office, order.id)
        .await
        .expect("a sheet");
    assert_eq!(slips_of(&world, &[101, 102, MOTHER]).await, 3);
    assert_eq!(slips_of(&world, &[103]).await, 0);
    // Asked again, the old slips are void and there are new ones: never two for one.
    movement
        .first_slips(&office, order.id)
        .await
        .expect("a sheet");
    assert_eq!(slips_of(&world, &[101, 102, MOTHER]).await, 3);
    world
        .sql(
            "update identity.account a set password_hash = 'x' from identity.membership m
              where m.account_id = a.account_id and m.person_id = 103",
        )
        .await;
    let none = movement.first_slips(&office, other.id).await;
    assert!(
        matches!(none, Err(Error::Identity(identity::Error::NobodyChosen))),
        "{none:?}"
    );
}

/// An order that enrols nobody, is not issued or is foreign has none; the
/// director issues no orders.
#[tokio::test]
async fn only_a_fresh_enrolment_in_force_has_slips() {
    let world = world().await;
    let movement = with_mother(&world).await;
    let office = secretary(&world);
    let draft = movement
        .draft(&office, enrolment("2026-09-01", CLASS_5A, &[101]))
        .await
        .expect("drafted");
    let early = movement.first_slips(&office, draft).await;
    assert!(matches!(early, Err(Error::NotIssued)), "{early:?}");
    movement.issue(&office, draft, 1).await.expect("issued");
    let left = issued(&movement, &office, leaving("2026-10-01", &[101]))
        .await
        .expect("issued");
    let left = movement.first_slips(&office, left.id).await;
    assert!(matches!(left, Err(Error::NoSuchOrder)), "{left:?}");
    let none = movement.first_slips(&office, 9_999_999.into()).await;
    assert!(matches!(none, Err(Error::NoSuchOrder)), "{none:?}");
    let director = world.actor(DIRECTOR, Role::Director);
    let refused = movement.first_slips(&director, draft).await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
    let path = format!("/o/g7/movement/orders/{draft}/slips");
    let refused = browser(&world, "director").post_form(&path, &[]).await;
    assert_eq!(refused.status, axum::http::StatusCode::FORBIDDEN);
    assert_eq!(slips_of(&world, &[101, MOTHER]).await, 0);
}

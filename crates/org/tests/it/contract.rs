use std::collections::BTreeSet;

use kernel::Role;
use org::{NewOrganisation, Org, OrgKind, Organisations};
use serde_json::json;
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use super::support::world;

/// ORG-1: the contract answers for the organisation of the transaction only.
#[tokio::test]
async fn the_contract_knows_its_own_organisation() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into org.room (org_id, number, seats, closed_on) values
                 ({SCHOOL}, '12', 30, null), ({SCHOOL}, '9', 20, null), ({SCHOOL}, '7', 20, '2026-01-01'),
                 ({OTHER_SCHOOL}, '1', 5, null);
             insert into org.setting (org_id, key, value) values
                 ({SCHOOL}, 'marks.use_grade_1', 'true'), ({OTHER_SCHOOL}, 'marks.dot_as_two', 'true')"
        ))
        .await;
    let org = Org::new(world.db().clone());
    let mut tx = world.begin(&world.actor(17, Role::Teacher)).await;
    assert_eq!(org.own(&mut tx).await.unwrap().code, "g7");
    let rooms = org.rooms(&mut tx).await.unwrap();
    assert_eq!(
        rooms
            .iter()
            .map(|it| it.number.as_str())
            .collect::<Vec<_>>(),
        ["9", "12"]
    );
    assert_eq!(
        org.setting(&mut tx, "marks.use_grade_1").await.unwrap(),
        Some(json!(true))
    );
    assert_eq!(
        org.setting(&mut tx, "marks.dot_as_two").await.unwrap(),
        None
    );
    tx.commit().await.unwrap();
}

/// ORG-1: organisations are opened by the operator, codes are unique.
#[tokio::test]
async fn organisations_are_opened_by_the_operator() {
    let world = world().await;
    let org = Org::new(world.db().clone());
    let region = |code: &str| NewOrganisation {
        parent: None,
        kind: OrgKind::Region,
        code: code.to_owned(),
        name: "Край".to_owned(),
        full_name: "Краснодарский край".to_owned(),
        zone: chrono_tz::Europe::Moscow,
    };
    let id = org.open(&region("kuban")).await.unwrap();
    assert_eq!(org.by_code("kuban").await.unwrap().id, id);
    assert_eq!(org.tree().await.unwrap().len(), 3);
    assert!(matches!(
        org.open(&region("kuban")).await,
        Err(org::Error::CodeTaken)
    ));
    assert!(matches!(
        org.open(&region("Кубань")).await,
        Err(org::Error::NotACode)
    ));
    assert!(matches!(
        org.by_code("nowhere").await,
        Err(org::Error::NoSuchOrganisation)
    ));
}

/// Every route is listed once.
#[test]
fn routes_are_listed_once() {
    let routes: BTreeSet<_> = org::ROUTES.iter().collect();
    assert_eq!(routes.len(), org::ROUTES.len());
}

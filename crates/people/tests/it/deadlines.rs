//! What is owed for the staff (DLN-1).

use std::sync::Arc;

use dues::Owner;
use kernel::Role;
use people::StaffDues;
use testkit::{
    keys_of, open_of, owed,
    world::{SCHOOL, World},
};

use crate::support::{SECRETARY, TEACHER, world};

fn source(world: &World) -> StaffDues {
    let db = world.db().clone();
    let identity = identity::Identity::new(db.clone(), identity::Settings::default());
    StaffDues {
        orgs: Arc::new(org::Org::new(db)),
        accounts: Arc::new(identity.expect("identity starts")),
    }
}

async fn settle(world: &World, person: i64) {
    world
        .sql(&format!(
            "update people.staff set hired_on = '2026-09-21', hire_order = '5-к', education = 'Высшее'
              where org_id = {SCHOOL} and person_id = {person}"
        ))
        .await;
}

/// R-5.4-EMP: the personal file of somebody of the staff.
#[tokio::test]
async fn a_personal_file_is_owed_until_the_card_is_filled() {
    let world = world().await;
    let source = source(&world);
    settle(&world, SECRETARY).await;
    let answer = owed(&world, &source, "2026-11-20").await;
    let facts = open_of(&answer, "people.staff-file");
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, format!("staff/{TEACHER}"));
    assert_eq!(facts[0].owner, Owner::Role(Role::Secretary));
    assert_eq!(facts[0].about.text, "hired_on hire_order education");
    assert_eq!(facts[0].place, format!("/people/staff/{TEACHER}/edit"));
    settle(&world, TEACHER).await;
    let answer = owed(&world, &source, "2026-11-20").await;
    assert!(open_of(&answer, "people.staff-file").is_empty(), "done");
}

/// R-2.6-EMP: an account, and the slip to enter with it. An account that
/// nobody can enter is not handed over.
#[tokio::test]
async fn an_account_is_owed_until_it_opens() {
    let world = world().await;
    let source = source(&world);
    for person in [SECRETARY, TEACHER] {
        settle(&world, person).await;
    }
    world
        .sql(&format!(
            "insert into identity.account (account_id, login, password_hash) overriding system value
             values (17, 'sokolova', 'x');
             insert into identity.membership (org_id, account_id, person_id, login, name)
             values ({SCHOOL}, 17, {SECRETARY}, 'sokolova', 'Соколова')"
        ))
        .await;
    let told = async || {
        let answer = owed(&world, &source, "2026-11-20").await;
        let facts = open_of(&answer, "identity.staff-account").into_iter();
        facts
            .map(|it| (it.about.text.clone(), it.place.clone(), it.on.to_string()))
            .collect::<Vec<_>>()
    };
    let [(text, place, on)] = &told().await[..] else {
        panic!("one account is owed")
    };
    assert_eq!((text.as_str(), on.as_str()), ("account", "2026-09-21"));
    assert_eq!(place, &format!("/people/staff/{TEACHER}"));

    world
        .sql(&format!(
            "insert into identity.account (account_id, login) overriding system value values (18, 'kim');
             insert into identity.membership (org_id, account_id, person_id, login, name)
             values ({SCHOOL}, 18, {TEACHER}, 'kim', 'Ким')"
        ))
        .await;
    let owed = told().await;
    assert_eq!(
        (owed[0].0.as_str(), owed[0].1.as_str()),
        ("slip", "/settings/accounts/18")
    );

    world
        .sql(&format!(
            "insert into identity.slip (org_id, account_id, code_hash, issued_at, expires_at)
             values ({SCHOOL}, 18, '\\x01', '2026-11-19', '2026-11-21')"
        ))
        .await;
    assert!(told().await.is_empty(), "handed over");
    world
        .sql("update identity.slip set expires_at = '2026-11-20'")
        .await;
    assert_eq!(told().await.len(), 1, "an old slip opens nothing");
}

#[tokio::test]
async fn nothing_is_owed_for_the_dismissed() {
    let world = world().await;
    world
        .sql(&format!(
            "update people.staff set dismissed_on = '2026-11-20' where person_id = {TEACHER}"
        ))
        .await;
    let answer = owed(&world, &source(&world), "2026-11-20").await;
    assert_eq!(
        keys_of(&answer, "people.staff-file"),
        [format!("staff/{SECRETARY}")]
    );
    let answer = owed(&world, &source(&world), "2026-11-19").await;
    assert_eq!(open_of(&answer, "people.staff-file").len(), 2);
}

//! What an organisation owes of itself (DLN-1).

use dues::Owner;
use kernel::Role;
use org::{BackupDues, CardDues};
use testkit::{open_of, owed, things_of, world::SCHOOL};

use crate::support::world;

/// the card is confirmed every summer, with licence and accreditation.
#[tokio::test]
async fn a_card_is_owed_until_it_is_filled_and_confirmed_for_the_year() {
    let world = world().await;
    let texts = async |today| {
        let answer = owed(&world, &CardDues, today).await;
        assert!(things_of(&answer, "org.card") > 0);
        let facts = open_of(&answer, "org.card").into_iter().cloned();
        facts.collect::<Vec<_>>()
    };
    let facts = texts("2026-09-16").await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, "2026/card");
    assert_eq!(facts[0].on.to_string(), "2026-09-01");
    assert_eq!(facts[0].owner, Owner::Role(Role::Admin));
    assert_eq!(
        facts[0].about.text,
        "confirmed licence_number licence_on accreditation"
    );

    world
        .sql(&format!(
            "insert into org.card (org_id, licence_number, licence_on, accreditation, accreditation_until, updated_at)
             values ({SCHOOL}, '0123', '2015-05-05', '456', '2027-01-31', '2026-06-20')"
        ))
        .await;
    assert_eq!(texts("2026-09-16").await[0].about.text, "confirmed");
    world
        .sql("update org.card set updated_at = '2026-07-20'")
        .await;
    assert!(texts("2026-09-16").await.is_empty(), "done");
    assert_eq!(
        texts("2027-02-01").await[0].about.text,
        "accreditation_until"
    );
}

#[tokio::test]
async fn a_municipality_has_no_card_to_confirm() {
    let world = world().await;
    world
        .sql(&format!(
            "update org.organisation set kind = 'municipality' where org_id = {SCHOOL}"
        ))
        .await;
    let answer = owed(&world, &CardDues, "2026-09-16").await;
    assert!(answer.open.is_empty() && answer.whole.is_empty());
}

/// M-1.3: a backup every day, owed by the topmost organisation until there is one.
#[tokio::test]
async fn a_backup_is_owed_until_one_is_recorded() {
    let world = world().await;
    let told = async |today| owed(&world, &BackupDues, today).await;
    let region = |sql: &str| {
        format!(
            "update org.organisation set parent_id = null, kind = 'region', created_at = '2026-09-01' where org_id = {SCHOOL}; {sql}"
        )
    };
    world.sql(&region("")).await;
    let answer = told("2026-09-16").await;
    let [fact] = open_of(&answer, "operator.backup")[..] else {
        panic!("one backup is owed")
    };
    assert_eq!(
        (fact.key.as_str(), fact.on.to_string().as_str()),
        ("backup/none", "2026-09-01")
    );
    assert_eq!(fact.owner, Owner::Role(Role::RegionAdmin));
    assert_eq!(things_of(&answer, "operator.backup"), 15, "a day each");

    let made = |at: &str, kind: &str| {
        format!("insert into kernel.backup (kind, finished_at) values ('{kind}', '{at}')")
    };
    world.sql(&made("2026-09-15 02:40+00", "dump")).await;
    world.sql(&made("2026-09-16 02:40+00", "restore")).await;
    let answer = told("2026-09-16").await;
    assert_eq!(
        open_of(&answer, "operator.backup")[0].key,
        "backup/2026-09-15",
        "that of the night is missing; a restore is none"
    );
    world.sql(&made("2026-09-16 02:40+00", "base")).await;
    assert!(
        open_of(&told("2026-09-16").await, "operator.backup").is_empty(),
        "done"
    );
    let answer = told("2026-12-20").await;
    assert_eq!(
        open_of(&answer, "operator.backup").len(),
        1,
        "however long ago"
    );

    world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name) overriding system value
             values (9001, 'region', 'above', 'Край', 'Край');
             update org.organisation set parent_id = 9001, kind = 'school' where org_id = {SCHOOL}"
        ))
        .await;
    let answer = told("2026-09-18").await;
    assert!(
        answer.open.is_empty() && answer.whole.is_empty(),
        "the region's matter"
    );
}

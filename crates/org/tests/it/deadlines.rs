//! What an organisation owes of itself (DLN-1).

use dues::Owner;
use kernel::Role;
use org::CardDues;
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

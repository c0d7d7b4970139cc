//! What a school has to know of another one that waits for its answer (S3:9.2).

use kernel::OrgId;
use org::Org;
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use crate::support::School;

/// The days of the neighbour: those off of the region, its own, and its week.
#[tokio::test]
async fn working_days_of_another_school_are_its_own() {
    let school = School::new(&[]).await;
    school
        .world
        .sql(&format!(
            "insert into deadlines.day (org_id, day, works, name) values
             (1, '2026-11-23', false, 'День края'), ({OTHER_SCHOOL}, '2026-11-24', false, 'Карантин');
             insert into deadlines.week (org_id, days) values ({OTHER_SCHOOL}, 6)"
        ))
        .await;
    let orgs = Org::new(school.world.db().clone());
    let db = school.world.db();
    let mut tx = db.begin_system(SCHOOL.into()).await.unwrap();
    let own = deadlines::workdays_of(&orgs, &mut tx, SCHOOL.into()).await;
    let there = deadlines::workdays_of(&orgs, &mut tx, OrgId::from(OTHER_SCHOOL)).await;
    tx.commit().await.unwrap();
    let friday = "2026-11-20".parse().unwrap();
    let after = |days: Result<kernel::workdays::Workdays, deadlines::Error>| {
        days.unwrap().after(friday, 3).to_string()
    };
    assert_eq!(
        after(own),
        "2026-11-26",
        "the region's day off does not count"
    );
    assert_eq!(
        after(there),
        "2026-11-26",
        "Saturday counts, two days off do not"
    );
}

/// A page looks again when another school acted, though nothing changed here.
#[tokio::test]
async fn a_school_that_was_told_looks_again() {
    let school = School::new(&[]).await;
    school.look_on("2026-11-20").await;
    let next = "select (next_at <= looked_at)::text from deadlines.look";
    assert_eq!(school.text(next).await, ["false"]);
    let db = school.world.db();
    let mut tx = db.begin_system(OTHER_SCHOOL.into()).await.unwrap();
    deadlines::look_again(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(school.text(next).await, ["false"], "of another school");
    let mut tx = db.begin_system(SCHOOL.into()).await.unwrap();
    deadlines::look_again(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(school.text(next).await, ["true"]);
}

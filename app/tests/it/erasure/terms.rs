//! SEC-1: how long what is kept, and that every table says what becomes of it.

use crate::{actors::Cast, world::World};

/// SEC-1: a region says how long what is kept, and schools go by it.
#[tokio::test]
async fn a_region_decides_about_the_terms() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let mut admin = world.client(&cast.of_name("admin").token);
    let path = format!("/o/{}/retention", world.own.code);
    let page = admin.get(&path).await.text();
    assert!(page.contains("Сроки хранения") && page.contains("Приказ Роскомнадзора"));
    let wish = [
        ("kind", "journal"),
        ("amount", "7"),
        ("unit", "year"),
        ("law", "Приказ № 7"),
        ("version", "0"),
    ];
    assert_eq!(admin.post_form(&path, &wish).await.status, 422);
    // The administrator of the region, by the form as the page has it.
    let ministry = cast.of_name("own_ministry");
    world
        .test
        .sql(&format!(
            "insert into identity.role_grant (org_id, account_id, role, scope_kind)
             select org_id, account_id, 'region_admin', 'org' from identity.role_grant
             where account_id = {} and role = 'ministry'",
            ministry.account
        ))
        .await;
    let mut region = world.client(&ministry.token);
    let of_region = "/o/kuban/retention";
    let form = region
        .get(&format!("{of_region}?kind=journal"))
        .await
        .text();
    assert!(form.contains("name=\"law\""), "{form}");
    let refused = [("law", "")];
    let changed = |other: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> {
        let kept = wish
            .iter()
            .filter(|it| other.iter().all(|new| new.0 != it.0));
        kept.chain(other).copied().collect()
    };
    let wrong = region.post_form(of_region, &changed(&refused)).await;
    assert_eq!(wrong.status, 422);
    let set = region
        .post_form(of_region, &changed(&[("confirmed", "true")]))
        .await;
    assert_eq!(set.status, 303, "{}", set.text());
    // Somebody else's page is out of date.
    let stale = region.post_form(of_region, &wish).await;
    assert_eq!(stale.status, 422);
    let said = "select count(*) from kernel.audit where action = 'privacy.term-set'";
    assert_eq!(world.number(said).await, 1);
    let page = admin.get(&path).await.text();
    assert!(
        page.contains("Приказ № 7") && page.contains("лет: 7"),
        "{page}"
    );
}

/// SEC-1: acts have a time of their own, and a job of every night removes
/// those whose time is over; a region may keep them longer.
#[tokio::test]
async fn an_act_goes_when_its_own_time_is_over() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let (org, director) = (world.own.org, cast.of_name("director"));
    let person = world
        .number(&format!(
            "select person_id from identity.membership where org_id = {org} and account_id = {}",
            director.account
        ))
        .await;
    let add = |days: i32| {
        format!(
            "insert into privacy.erasure (org_id, person_id, subject, ground, reason, proposed_by, proposed_as,
                 proposed_at, expires_at, decided_by, decided_at, approved)
             values ({org}, {person}, 'Акт {days}', 'term', '', {person}, 'director',
                 date '2026-11-20' - {days}, date '2026-11-20' - {days} + 7, {person}, date '2026-11-20' - {days}, false)"
        )
    };
    // The default is three years.
    for days in [10, 3 * 366 + 10, 5 * 366 + 10] {
        world.test.sql(&add(days)).await;
    }
    let left = format!(
        "select count(*) from privacy.erasure where org_id = {org} and subject like 'Акт %'"
    );
    world
        .test
        .sql(
            "insert into privacy.term (org_id, kind, amount, unit, from_year, law, confirmed)
             select org_id, 'act', 4, 'year', false, 'Приказ № 7', true
             from org.organisation where kind in ('region', 'ministry')",
        )
        .await;
    for (kept, again) in [(2, false), (2, true), (1, true)] {
        if kept == 1 {
            world.test.sql("delete from privacy.term").await;
        }
        world.run_job("privacy.forget-acts").await;
        assert_eq!(world.number(&left).await, kept, "{again}");
    }
}

/// Every table that says something about a person says what becomes of it.
#[test]
fn every_table_with_words_goes_when_its_time_is_over() {
    /// Numbers alone: who was where, what was given, which role was held.
    const STAYS: [&str; 25] = [
        "identity.role_grant",
        "curriculum.class",
        "curriculum.group_member",
        "curriculum.load",
        "curriculum.plan",
        "movement.class_member",
        "movement.unplaced",
        "movement.departure",
        "movement.arrival",
        "journal.final_mark",
        "journal.acknowledgement",
        "journal.homework_done",
        "journal.notice",
        "journal.notice_read",
        "journal.reminder",
        "journal.grid_view",
        "exams.result",
        "preschool.attendance",
        "portfolio.club_member",
        "portfolio.club_visit",
        "portfolio.meeting_visit",
        "portfolio.association_member",
        "deadlines.whole",
        "deadlines.reminder",
        "deadlines.nudge",
    ];
    let forgotten: Vec<&str> = zvonok::person_data()
        .iter()
        .filter(|it| !(it.about.is_empty() && it.account.is_empty()))
        .filter(|it| it.goes.is_empty() && !STAYS.contains(&it.table))
        .map(|it| it.table)
        .collect();
    assert!(forgotten.is_empty(), "what becomes of {forgotten:?}?");
}

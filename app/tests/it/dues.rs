//! What the domains tell is owed (DLN-1): every fact opens the page where it
//! is done, to whoever owes it, and asking costs the same for any school.

use std::collections::{BTreeMap, HashMap};

use chrono::Days;
use dues::{Ask, Fact, Owner};
use kernel::{Clock, Role, dates::AcademicYear};

use crate::{actors::Cast, world::World};

/// Of each duty so many facts are opened.
const OF_EACH: usize = 3;

async fn facts(world: &World, today: chrono::NaiveDate) -> (Vec<Fact>, u32) {
    let ask = Ask {
        today,
        from: AcademicYear::of(today - Days::new(92)).starts(),
        until: today + Days::new(31),
        known: &[],
    };
    let db = world.test.db();
    let (answer, statements) = zvonok::asking::ask_all(db, world.own.org.into(), &ask)
        .await
        .unwrap();
    let mut open = answer.open;
    open.sort_by(|one, other| (one.duty, &one.key).cmp(&(other.duty, &other.key)));
    (open, statements)
}

/// Takes away what the demonstration has done, so that more is owed.
async fn undo(world: &World) {
    let org = world.own.org;
    world
        .test
        .sql(&format!(
            "update org.card set updated_at = '2026-05-01' where org_id = {org};
             update people.pupil set file_number = '', family = '' where org_id = {org};
             update people.staff set hire_order = '', hired_on = '2026-10-05' where org_id = {org};
             delete from people.restricted_field where org_id = {org} and field = 'social_status'
                and person_id % 2 = 0;
             update identity.account set password_hash = null where login not in
                ('director', 'zavuch', 'admin', 'secretary', 'teacher', 'klassruk');
             delete from curriculum.plan_use where org_id = {org} and load_id % 3 = 0;
             delete from journal.signed_period where org_id = {org};
             update journal.final_mark set value = '' where org_id = {org} and pupil_id % 5 = 0;
             update people.consent set withdrawn_on = '2026-10-01' where org_id = {org};
             delete from schedule.slot where org_id = {org} and subject_id % 2 = 0;
             insert into curriculum.class (org_id, year_id, grade, letter)
             select org_id, year_id, 10, 'Э' from curriculum.year where org_id = {org} and state = 'current';
             insert into movement.order (org_id, kind, year, ordered_on, effective_on, created_at)
             values ({org}, 'leaving', 2026, '2026-11-10', '2026-11-12', '2026-11-10');
             delete from curriculum.holiday where org_id = {org} and starts_on between '2026-10-20' and '2026-11-10'"
        ))
        .await;
}

/// Who owes the fact, as a session's name.
fn whose(fact: &Fact, staff: &HashMap<i64, String>) -> Option<String> {
    match fact.owner {
        Owner::Role(role) => Some(match role {
            Role::Admin => "session-admin".to_owned(),
            Role::Deputy => "session-deputy".to_owned(),
            Role::Secretary => "session-secretary".to_owned(),
            Role::Director => "session-director".to_owned(),
            other => panic!("{} owes {}", other.code(), fact.duty),
        }),
        Owner::Person(person) => staff.get(&person.get()).cloned(),
        Owner::ClassTeacher(class) => staff.get(&-class.get()).cloned(),
    }
}

/// A session for everybody of the staff; classes, below zero, have that of
/// their teacher.
async fn sessions(world: &World) -> HashMap<i64, String> {
    let org = world.own.org;
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "select m.person_id, m.account_id from identity.membership m
         join people.staff s on s.org_id = m.org_id and s.person_id = m.person_id where m.org_id = $1",
    )
    .bind(org)
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let tokens: Vec<(i64, String)> = rows
        .iter()
        .map(|it| (it.1, format!("dues-{}", it.0)))
        .collect();
    let opened: Vec<(i64, &str)> = tokens.iter().map(|it| (it.0, it.1.as_str())).collect();
    world.sign_in(&opened).await;
    world
        .test
        .sql("update identity.account set must_change = false")
        .await;
    let mut staff: HashMap<i64, String> = rows
        .iter()
        .map(|it| (it.0, format!("dues-{}", it.0)))
        .collect();
    let classes: Vec<(i64, i64)> = sqlx::query_as(
        "select class_id, teacher_id from curriculum.class where org_id = $1 and teacher_id is not null",
    )
    .bind(org)
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    for (class, teacher) in classes {
        staff.insert(-class, format!("dues-{teacher}"));
    }
    staff
}

#[tokio::test]
async fn every_fact_opens_the_page_where_it_is_done_to_whoever_owes_it() {
    let world = World::new().await;
    Cast::of(&world).await;
    undo(&world).await;
    let staff = sessions(&world).await;
    let today = world.test.clock().now().date_naive();
    let (facts, statements) = facts(&world, today).await;
    assert!(statements <= 11, "{statements} statements to ask everybody");

    let mut by_duty: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in &facts {
        by_duty.entry(fact.duty).or_default().push(fact);
    }
    let mut places = 0;
    for (duty, facts) in &by_duty {
        let step = (facts.len() / OF_EACH).max(1);
        for fact in facts.iter().step_by(step) {
            let Some(token) = whose(fact, &staff) else {
                continue;
            };
            let path = format!("/o/{}{}", world.own.code, fact.place);
            let answer = world.client(&token).get(&path).await;
            assert_eq!(
                answer.status,
                200,
                "{duty} {} of {:?}: {path}\n{}",
                fact.key,
                fact.owner,
                answer.text()
            );
            places += 1;
        }
    }
    let duties: Vec<&str> = by_duty.keys().copied().collect();
    eprintln!("{places} pages of {duties:?}");
    for wanted in [
        "curriculum.holidays",
        "curriculum.plan",
        "curriculum.year-switch",
        "identity.pupil-account",
        "identity.staff-account",
        "journal.control",
        "journal.final",
        "journal.homework",
        "journal.lesson",
        "movement.new-classes",
        "movement.order",
        "movement.overdue",
        "movement.year-end",
        "org.card",
        "people.consent",
        "people.pupil-complete",
        "people.pupil-file",
        "people.staff-file",
        "schedule.timetable",
    ] {
        assert!(duties.contains(&wanted), "{wanted} is not among {duties:?}");
    }
}

/// The number of statements does not grow with what is owed, and nothing of
/// another school is told.
#[tokio::test]
async fn asking_costs_the_same_for_any_school_and_stays_in_it() {
    let world = World::new().await;
    let today = world.test.clock().now().date_naive();
    let (before, few) = facts(&world, today).await;
    undo(&world).await;
    let (after, many) = facts(&world, today).await;
    assert!(before.len() < after.len());
    assert_eq!(few, many);
    let own: Vec<i64> = sqlx::query_scalar("select person_id from people.person where org_id = $1")
        .bind(world.own.org)
        .fetch_all(world.test.admin())
        .await
        .unwrap();
    let strangers = after
        .iter()
        .filter_map(|it| it.about.person)
        .filter(|it| !own.contains(&it.get()));
    assert_eq!(strangers.count(), 0);
}

//! What is owed of the year's plan (DLN-1).

use std::sync::Arc;

use curriculum::CurriculumDues;
use dues::Owner;
use kernel::{PersonId, Role};
use testkit::{keys_of, open_of, owed, owed_since, things_of, world::World};

const YEAR: &str = "
    insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value
    values (1001, 1, '2026-09-01', '2027-05-30');
    insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on) values
    (1001, 1, 'quarter', 1, 1, 9, '2026-09-01', '2026-10-23'), (1001, 1, 'quarter', 2, 1, 9, '2026-11-02', '2027-05-30');
    insert into curriculum.holiday (org_id, year_id, name, starts_on, ends_on)
    values (1001, 1, 'Осень', '2026-10-24', '2026-11-01');
    insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value
    values (1001, 1, 'Алгебра', 'Алг'), (1001, 2, 'Физика', 'Физ');
    insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value
    values (1001, 71, 1, 7, 'А', 23);
    insert into curriculum.load (org_id, load_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
    overriding system value values (1001, 5, 1, 71, 1, 21, 0.1, '[2026-09-01,2027-05-31)')";

/// A school with one class, its load and a plan to come.
async fn school(year: &str) -> (World, CurriculumDues) {
    let world = World::new().await;
    world.sql(include_str!("world.sql")).await;
    world.sql(year).await;
    let source = CurriculumDues {
        orgs: Arc::new(org::Org::new(world.db().clone())),
        people: Arc::new(people::Cards),
    };
    (world, source)
}

/// each row of load needs a plan with as many lessons as it has hours.
#[tokio::test]
async fn a_plan_is_owed_until_it_has_its_lessons() {
    let (world, source) = school(YEAR).await;
    let told = async || owed(&world, &source, "2026-09-16").await;
    let answer = told().await;
    let [fact] = open_of(&answer, "curriculum.plan")[..] else {
        panic!("one plan is owed")
    };
    assert_eq!(
        (fact.key.as_str(), fact.parts),
        ("2026/load/5", Some((0, 4)))
    );
    assert_eq!(fact.owner, Owner::Person(PersonId::from(21)));
    assert_eq!(fact.place, "/study/plans/new?year=1");
    assert_eq!(things_of(&answer, "curriculum.plan"), 1);

    world
        .sql(
            "insert into curriculum.plan (org_id, plan_id, year_id, subject_id, grade, teacher_id, name)
             overriding system value values (1001, 3, 1, 1, 7, 21, 'Алгебра 7');
             insert into curriculum.plan_use (org_id, plan_id, load_id) values (1001, 3, 5);
             insert into curriculum.plan_item (org_id, plan_id, number, topic)
             select 1001, 3, n, 'Тема' from generate_series(1, 3) n",
        )
        .await;
    let answer = told().await;
    let short = open_of(&answer, "curriculum.plan")[0];
    assert_eq!(
        (short.parts, short.place.as_str()),
        (Some((3, 4)), "/study/plans/3")
    );
    world
        .sql("insert into curriculum.plan_item (org_id, plan_id, number, topic) values (1001, 3, 4, 'Итог')")
        .await;
    assert!(open_of(&told().await, "curriculum.plan").is_empty(), "done");
}

/// Who left the school owes no plan; the subject without a teacher is a hole
/// in the study plan.
#[tokio::test]
async fn a_dismissed_teacher_leaves_a_hole_and_owes_no_plan() {
    let (world, source) = school(YEAR).await;
    let answer = owed(&world, &source, "2026-09-16").await;
    assert!(open_of(&answer, "curriculum.study-plan").is_empty());
    world
        .sql("update people.staff set dismissed_on = '2026-09-10' where person_id = 21")
        .await;
    let answer = owed(&world, &source, "2026-09-16").await;
    assert!(open_of(&answer, "curriculum.plan").is_empty());
    let [hole] = open_of(&answer, "curriculum.study-plan")[..] else {
        panic!("one subject has no teacher")
    };
    assert_eq!(hole.key, "2026/class/71/1/0");
    assert_eq!(
        (hole.about.text.as_str(), hole.place.as_str()),
        ("teacher", "/study/load/5")
    );
    world
        .sql(
            "update curriculum.load set valid = '[2026-09-01,2026-09-10)' where load_id = 5;
             insert into curriculum.load (org_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
             values (1001, 1, 71, 1, 22, 3, '[2026-09-10,2027-05-31)')",
        )
        .await;
    let answer = owed(&world, &source, "2026-09-16").await;
    assert!(open_of(&answer, "curriculum.study-plan").is_empty(), "done");
}

/// classes without hours, a year without periods.
#[tokio::test]
async fn a_study_plan_is_owed_until_every_class_has_hours() {
    let (world, source) = school(YEAR).await;
    world
        .sql(
            "insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value
             values (1001, 111, 1, 11, 'А')",
        )
        .await;
    let answer = owed(&world, &source, "2026-09-16").await;
    let facts = open_of(&answer, "curriculum.study-plan");
    let told: Vec<_> = facts
        .iter()
        .map(|it| (it.key.as_str(), it.about.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [("2026/class/111", "hours"), ("2026/frame", "periods")]
    );
    assert_eq!(facts[0].owner, Owner::Role(Role::Admin));
    world
        .sql(
            "insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on)
             values (1001, 1, 'half', 1, 10, 11, '2026-09-01', '2026-12-29');
             insert into curriculum.load (org_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
             values (1001, 1, 111, 2, 22, 3, '[2026-09-01,2027-05-31)')",
        )
        .await;
    let answer = owed(&world, &source, "2026-09-16").await;
    assert!(open_of(&answer, "curriculum.study-plan").is_empty(), "done");
}

/// R-7.3b: each holidays are a fact of their own, on the day they begin.
#[tokio::test]
async fn holidays_are_owed_until_they_are_entered() {
    let (world, source) = school(YEAR).await;
    let answer = owed(&world, &source, "2026-10-05").await;
    assert!(open_of(&answer, "curriculum.holidays").is_empty());
    assert_eq!(things_of(&answer, "curriculum.holidays"), 1);
    world.sql("delete from curriculum.holiday").await;
    let answer = owed(&world, &source, "2026-10-05").await;
    let [fact] = open_of(&answer, "curriculum.holidays")[..] else {
        panic!("the holidays of autumn are owed")
    };
    assert_eq!(
        (fact.key.as_str(), fact.on.to_string().as_str()),
        ("2026/holiday/2026-10-24", "2026-10-24")
    );
    assert_eq!(fact.owner, Owner::Role(Role::Deputy));
    let early = owed(&world, &source, "2026-09-16").await;
    assert!(
        open_of(&early, "curriculum.holidays").is_empty(),
        "further than asked for"
    );
}

/// the move to the year, from nothing to the last class teacher.
#[tokio::test]
async fn the_move_to_a_year_is_owed_until_its_last_step() {
    let (world, source) = school("").await;
    let told = async || {
        let answer = owed(&world, &source, "2026-09-02").await;
        let facts = open_of(&answer, "curriculum.year-switch").into_iter();
        facts
            .map(|it| (it.about.text.clone(), it.place.clone(), it.parts))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told().await,
        [(
            "year".to_owned(),
            "/study/years/new".to_owned(),
            Some((0, 6))
        )]
    );
    world.sql(YEAR).await;
    assert!(told().await.is_empty(), "done");
    world
        .sql("update curriculum.class set teacher_id = null")
        .await;
    assert_eq!(told().await[0].0, "teachers");
    // The year before is closed by the wizard, which opens this one.
    world
        .sql(
            "insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value
             values (1001, 90, '2025-09-01', '2026-05-31')",
        )
        .await;
    let facts = told().await;
    assert_eq!(facts[0].0, "closed teachers");
    assert_eq!(facts[0].1, "/settings/rollover");
    assert_eq!(facts[0].2, Some((4, 6)));
    world
        .sql("update curriculum.year set state = 'planned' where year_id <> 90")
        .await;
    assert!(
        told().await[0].0.starts_with("closed"),
        "prepared, not opened"
    );
}

/// What was open is told again, however old, and only what was.
#[tokio::test]
async fn old_facts_are_told_where_they_were_known() {
    let (world, source) = school(YEAR).await;
    let since = async |known: &[(&str, &str)]| {
        let answer = owed_since(&world, &source, "2027-09-20", "2027-08-01", known).await;
        keys_of(&answer, "curriculum.plan").len()
    };
    assert_eq!(since(&[]).await, 0);
    assert_eq!(since(&[("curriculum.plan", "2026/load/5")]).await, 1);
    assert_eq!(since(&[("curriculum.plan", "2026/load/6")]).await, 0);
}

/// A row of load that somebody else has now needs no plan of the first: it is
/// not required any more. What has its lessons is done.
#[tokio::test]
async fn a_load_that_ended_needs_no_plan() {
    let (world, source) = school(YEAR).await;
    let known = [("curriculum.plan", "2026/load/5")];
    let gone = async || {
        let answer = owed_since(&world, &source, "2026-10-16", "2026-09-01", &known).await;
        answer.gone.len()
    };
    assert_eq!(gone().await, 0);
    world
        .sql("update curriculum.load set valid = '[2026-09-01,2026-10-01)' where load_id = 5")
        .await;
    assert_eq!(gone().await, 1);
}

/// A row of load from October on has its day in October, so that the rule can
/// give it days of its own.
#[tokio::test]
async fn a_later_load_is_of_a_later_day() {
    let (world, source) = school(YEAR).await;
    world
        .sql("update curriculum.load set valid = '[2026-10-05,2027-05-31)' where load_id = 5")
        .await;
    let answer = owed(&world, &source, "2026-10-06").await;
    let fact = open_of(&answer, "curriculum.plan")[0];
    assert_eq!(fact.on.to_string(), "2026-10-05");
}

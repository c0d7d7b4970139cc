use std::collections::HashSet;

use db::statements::counted;
use kernel::{PersonId, Reach, Reaches, Role};
use people::{ClassNames, OwnPupils};

use crate::support::{
    CLASS_5A, CLASS_5B, SECRETARY, TEACHER, enrolment, issued, leaving, movement, secretary, world,
};

fn day(it: &str) -> chrono::NaiveDate {
    it.parse().expect("a day")
}

fn ids(all: &[i64]) -> HashSet<PersonId> {
    all.iter().map(|it| PersonId::from(*it)).collect()
}

/// What `people` asks: class names today, in the same number of statements for any number.
#[tokio::test]
async fn pupils_carry_the_name_of_their_class_today() {
    let world = world().await;
    let movement = movement(&world);
    let secretary = secretary(&world);
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5A, &[101, 102]),
    )
    .await
    .expect("issued");
    issued(
        &movement,
        &secretary,
        enrolment("2026-09-01", CLASS_5B, &[103]),
    )
    .await
    .expect("issued");
    issued(
        &movement,
        &secretary,
        enrolment("2026-12-01", CLASS_5B, &[104]),
    )
    .await
    .expect("issued");
    issued(&movement, &secretary, leaving("2026-11-02", &[102]))
        .await
        .expect("issued");
    let mut tx = world.begin(&secretary).await;
    let asked = [101, 102, 103, 104, 999].map(PersonId::from);
    let (names, statements) =
        counted(movement.class_names(&mut tx, &asked, day("2026-11-20"))).await;
    let mut names: Vec<(i64, String)> = names
        .expect("names")
        .into_iter()
        .map(|(id, name)| (id.get(), name))
        .collect();
    names.sort();
    assert_eq!(names, [(101, "5А".to_owned()), (103, "5Б".to_owned())]);
    assert_eq!(statements, 2);
}

/// Own class by the name at the class, own load by the rows of load in force, groups by their lists.
#[tokio::test]
async fn a_teachers_own_pupils_follow_from_class_and_load() {
    let world = world().await;
    let movement = movement(&world);
    let office = secretary(&world);
    issued(
        &movement,
        &office,
        enrolment("2026-09-01", CLASS_5A, &[101, 102]),
    )
    .await
    .expect("issued");
    issued(
        &movement,
        &office,
        enrolment("2026-09-01", CLASS_5B, &[103, 104, 105]),
    )
    .await
    .expect("issued");
    world
        .sql(
            "insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value
             values (1001, 31, 'Физика', 'Физика');
             insert into curriculum.study_group (org_id, group_id, class_id, subject_id, part, name)
             overriding system value values (1001, 41, 502, 31, 1, '1');
             insert into curriculum.group_member (org_id, group_id, pupil_id) values (1001, 41, 103), (1001, 41, 104);
             insert into curriculum.load (org_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid)
             values (1001, 1, 502, 41, 31, 18, 2, daterange('2026-09-01', '2027-06-01'))",
        )
        .await;
    issued(&movement, &office, leaving("2026-11-02", &[104]))
        .await
        .expect("issued");
    let teacher = world.actor(TEACHER, Role::Teacher);
    let mut tx = world.begin(&teacher).await;
    let mut own = async |reaches: Reaches| {
        movement
            .own_pupils(&mut tx, &teacher, reaches, day("2026-11-20"))
            .await
            .expect("own pupils")
    };
    assert_eq!(own(Reach::OwnClass.into()).await, ids(&[101, 102]));
    assert_eq!(
        own(Reach::OwnLoad.into()).await,
        ids(&[103]),
        "who left is no pupil of the group"
    );
    assert_eq!(
        own(Reach::OwnClass | Reach::OwnLoad).await,
        ids(&[101, 102, 103])
    );
    let other = world.actor(SECRETARY, Role::Teacher);
    let mut tx = world.begin(&other).await;
    let none = movement
        .own_pupils(
            &mut tx,
            &other,
            Reach::OwnClass | Reach::OwnLoad,
            day("2026-11-20"),
        )
        .await;
    assert!(none.expect("own pupils").is_empty());
}

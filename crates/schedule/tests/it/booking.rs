//! Double booking is refused by the database, whoever is faster.

use kernel::YearId;
use schedule::{Busy, Clash, Error, Placed};

use super::support::*;

const LESSON: &str = "insert into schedule.lesson (org_id, year_id, held_on, number, during, class_id, parts,
        subject_id, teacher_id, room_id)
    values (1001, 1, '2026-11-20', 1, '[2026-11-20 08:30,2026-11-20 09:15)', CLASS, '[0,1000)', 601, TEACHER, ROOM)";

fn lesson(class: i64, teacher: i64, room: &str) -> String {
    let teacher = teacher.to_string();
    LESSON
        .replace("CLASS", &class.to_string())
        .replace("TEACHER", &teacher)
        .replace("ROOM", room)
}

/// BEY-1, SCH-1: of two who book at the same moment exactly one succeeds, for
/// a class, a teacher and a room.
#[tokio::test]
async fn of_two_lessons_at_once_one_is_refused() {
    let pairs = [
        (
            lesson(CLASS_7A, PETROVA, "null"),
            lesson(CLASS_7A, KIM, "null"),
            "lesson_class_free",
        ),
        (
            lesson(CLASS_7A, PETROVA, "null"),
            lesson(CLASS_7B, PETROVA, "null"),
            "lesson_teacher_free",
        ),
        (
            lesson(CLASS_7A, PETROVA, "701"),
            lesson(CLASS_7B, KIM, "701"),
            "lesson_room_free",
        ),
    ];
    let world = world().await;
    for (one, other, constraint) in pairs {
        let admin = world.test.admin();
        let (one, other) = tokio::join!(
            sqlx::query(sqlx::AssertSqlSafe(one)).execute(admin),
            sqlx::query(sqlx::AssertSqlSafe(other)).execute(admin),
        );
        let refusals: Vec<sqlx::Error> = [one, other].into_iter().filter_map(Result::err).collect();
        let [refusal] = refusals.as_slice() else {
            panic!("{refusals:?}")
        };
        let refusal = refusal.as_database_error().unwrap();
        // Two that wait for each other are told apart as a deadlock.
        let waited = refusal.code().as_deref() == Some("40P01");
        assert!(
            waited || refusal.constraint() == Some(constraint),
            "{refusal}"
        );
        world.sql("delete from schedule.lesson").await;
    }
}

/// A cancelled lesson occupies nobody.
#[tokio::test]
async fn a_cancelled_lesson_is_no_booking() {
    let world = world().await;
    world.sql(&lesson(CLASS_7A, PETROVA, "701")).await;
    world
        .sql("update schedule.lesson set state = 'cancelled', cancel_reason = 'болезнь'")
        .await;
    world.sql(&lesson(CLASS_7B, PETROVA, "701")).await;
}

/// Two people who place one teacher at one hour at the same time: one is told
/// where the teacher is.
#[tokio::test]
async fn two_editors_at_once() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let deputy = deputy(&world);
    let place = Placed {
        weekday: 1,
        number: 1,
        room: None,
    };
    let year = YearId::from(YEAR);
    let (one, other) = tokio::join!(
        timetable.place(&deputy, year, ALGEBRA_7A.into(), place),
        timetable.place(&deputy, year, ALGEBRA_7B.into(), place),
    );
    let refusals: Vec<Error> = [one, other].into_iter().filter_map(Result::err).collect();
    let [Error::Busy(clash)] = refusals.as_slice() else {
        panic!("{refusals:?}")
    };
    let Clash { what, wish, other } = &**clash;
    assert_eq!((*what, wish.teacher), (Busy::Teacher, other.teacher));
    assert_eq!(
        world
            .number("select count(*) from schedule.slot where org_id = 1001")
            .await,
        1
    );
    let drafts = "select count(*) from schedule.version where state = 'draft' and org_id = 1001";
    assert_eq!(world.number(drafts).await, 1);
}

/// An import names the first clash and writes nothing.
#[tokio::test]
async fn a_list_with_a_clash_is_refused_whole() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let deputy = deputy(&world);
    let mut tx = world.begin(&deputy).await;
    let slots = [
        algebra(CLASS_7A, 1, 1),
        algebra(CLASS_7A, 1, 2),
        algebra(CLASS_7B, 1, 2),
    ];
    let refused = timetable
        .replace_draft(&mut tx, &deputy, YEAR.into(), &slots)
        .await;
    let Err(Error::Busy(clash)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (clash.wish.class.get(), clash.other.class.get()),
        (CLASS_7B, CLASS_7A)
    );
    assert_eq!(clash.wish.id.get(), 3, "the position in the list");
}

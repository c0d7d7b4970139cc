//! The week of a class, teacher and room.

use axum::http::StatusCode;
use schedule::{NewSlot, Timetable};
use testkit::world::World;

use super::support::*;

const WEEK: &str = "/o/g7/timetable";

async fn school() -> (World, Timetable) {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let english = NewSlot {
        group: Some(GROUP_2.into()),
        subject: ENGLISH.into(),
        teacher: KIM.into(),
        room: Some(ROOM.into()),
        ..algebra(CLASS_7A, 4, 2)
    };
    let slots = [algebra(CLASS_7A, 1, 1), algebra(CLASS_7B, 5, 3), english];
    published(&world, &timetable, &slots, "2026-09-01").await;
    (world, timetable)
}

#[tokio::test]
async fn everybody_begins_with_their_own_week() {
    let (world, timetable) = school().await;
    let teacher = browser(&world, &timetable, "teacher.11")
        .get(WEEK)
        .await
        .text();
    assert!(
        teacher.contains("Расписание: Петрова\u{a0}А.\u{a0}И.") && teacher.contains("7Б"),
        "{teacher}"
    );
    assert!(
        teacher.contains("/o/g7/journal/lesson/"),
        "own lessons lead to their page"
    );
    for token in ["parent.201", "pupil.101"] {
        let family = browser(&world, &timetable, token).get(WEEK).await;
        assert_eq!(family.status, StatusCode::OK, "{token}");
        let text = family.text();
        assert!(
            text.contains("Расписание 7А") && text.contains("Группа 2"),
            "{text}"
        );
        assert!(!text.contains("/journal/lesson/"));
    }
    let mut deputy = browser(&world, &timetable, "deputy.10");
    let room = deputy
        .get(&format!("{WEEK}?room={ROOM}&date=2026-11-26"))
        .await
        .text();
    assert!(room.contains("Расписание кабинета 12") && room.contains("Английский язык"));
    assert!(!room.contains("Алгебра"));
    let print = deputy
        .get(&format!("{WEEK}/print?class={CLASS_7A}&date=2026-11-26"))
        .await;
    assert_eq!(print.status, StatusCode::OK, "{}", print.text());
    assert!(print.text().contains("print-landscape"));
    let holidays = deputy
        .get(&format!("{WEEK}?class={CLASS_7A}&date=03.11.2026"))
        .await
        .text();
    assert!(holidays.contains("На этой неделе уроков нет"));
}

/// A family sees the class of the child and no other; what is not ours is not there.
#[tokio::test]
async fn other_classes_are_not_for_families() {
    let (world, timetable) = school().await;
    for token in ["parent.201", "pupil.101"] {
        let mut family = browser(&world, &timetable, token);
        for (query, status) in [
            (format!("class={CLASS_7B}"), StatusCode::NOT_FOUND),
            (format!("class={STRANGE_CLASS}"), StatusCode::NOT_FOUND),
            (format!("teacher={PETROVA}"), StatusCode::FORBIDDEN),
            (format!("room={ROOM}"), StatusCode::FORBIDDEN),
        ] {
            let answer = family.get(&format!("{WEEK}?{query}")).await;
            assert_eq!(answer.status, status, "{token} {query}");
        }
    }
    let mut deputy = browser(&world, &timetable, "deputy.10");
    for query in [
        format!("class={STRANGE_CLASS}"),
        format!("teacher={STRANGE_TEACHER}"),
        "room=99999".to_owned(),
        "class=abc".to_owned(),
        format!("teacher={PARENT}"),
    ] {
        let answer = deputy.get(&format!("{WEEK}?{query}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{query}");
    }
}

/// A parent whose kinship ended, and one whose child left, see nothing.
#[tokio::test]
async fn what_ended_shows_nothing() {
    let (world, timetable) = school().await;
    world
        .sql("update movement.class_member set during = '[2026-09-01,2026-11-01)'")
        .await;
    let text = browser(&world, &timetable, "parent.201")
        .get(WEEK)
        .await
        .text();
    assert!(text.contains("Показывать пока нечего") && !text.contains("7А"));
}

#[tokio::test]
async fn the_number_of_statements_is_constant() {
    let (world, timetable) = school().await;
    let actor = deputy(&world);
    let (today, of) = (
        day("2026-11-20"),
        Some(schedule::Of::Class(CLASS_7A.into())),
    );
    let (few, of_few) =
        db::statements::counted(timetable.week(&actor, of, day("2026-11-03"), today)).await;
    assert!(few.unwrap().lessons.is_empty());
    let (many, of_many) = db::statements::counted(timetable.week(&actor, of, today, today)).await;
    assert_eq!(many.unwrap().lessons.len(), 2);
    assert_eq!(of_few, of_many);
    assert!(of_many <= 8, "{of_many}");
}

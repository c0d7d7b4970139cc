//! The editor without script (SCH-1, Z3).

use axum::http::StatusCode;
use schedule::Timetable;
use testkit::{Answer, Client, world::World};

use super::support::*;

const EDIT: &str = "/o/g7/timetable/edit";

fn open(world: &World) -> (Timetable, Client) {
    let timetable = timetable(world, &Filled::default());
    let browser = browser(world, &timetable, "deputy.10");
    (timetable, browser)
}

async fn place(browser: &mut Client, load: i64, class: i64, hour: (&str, &str)) -> Answer {
    let (load, class) = (load.to_string(), class.to_string());
    let form = [
        ("year", "1"),
        ("class", class.as_str()),
        ("load", load.as_str()),
        ("day", hour.0),
        ("number", hour.1),
        ("room", ""),
    ];
    browser.post_form(&format!("{EDIT}/slots"), &form).await
}

#[tokio::test]
async fn a_lesson_is_placed_moved_and_removed() {
    let world = world().await;
    let (_, mut deputy) = open(&world);
    let empty = deputy.get(EDIT).await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text());
    assert!(empty.text().contains("Расписания на этот год ещё нет"));
    let done = deputy
        .post_form(EDIT, &[("year", "1"), ("class", "502")])
        .await;
    assert_eq!(
        done.location(),
        Some("/o/g7/timetable/edit?year=1&class=502")
    );

    let choice = deputy
        .get(&format!("{EDIT}?class=502&load={ALGEBRA_7A}"))
        .await
        .text();
    assert!(
        choice.contains("0 из 3") && choice.contains("Сюда: Вторник, 3-й урок"),
        "{choice}"
    );
    let placed = place(&mut deputy, ALGEBRA_7A, CLASS_7A, ("2", "3")).await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.text());
    let shown = deputy
        .get(&format!("{EDIT}?class=502&load={ALGEBRA_7A}"))
        .await
        .text();
    assert!(shown.contains("1 из 3") && !shown.contains("Сюда: Вторник, 3-й урок"));
    // In 7Б the hour is not offered, and it says why.
    let other = deputy
        .get(&format!("{EDIT}?class=503&load={ALGEBRA_7B}"))
        .await
        .text();
    assert!(
        other.contains("Петрова\u{a0}А.\u{a0}И. уже ведёт урок: 7А, 3-й урок"),
        "{other}"
    );

    let slot = world
        .number(&format!(
            "select slot_id from schedule.slot where class_id = {CLASS_7A}"
        ))
        .await;
    let moving = deputy
        .get(&format!("{EDIT}?class=502&move={slot}"))
        .await
        .text();
    assert!(moving.contains("Сюда: Среда, 1-й урок"), "{moving}");
    let to = [
        ("year", "1"),
        ("class", "502"),
        ("move", "1"),
        ("day", "3"),
        ("number", "1"),
        ("room", "701"),
    ];
    let moved = deputy
        .post_form(&format!("{EDIT}/slots/{slot}/move"), &to)
        .await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
    let at = world
        .number(&format!(
            "select (weekday * 10 + number)::bigint from schedule.slot where slot_id = {slot}"
        ))
        .await;
    assert_eq!(at, 31);

    let gone = deputy
        .post_form(&format!("{EDIT}/slots/{slot}/remove"), &[("class", "502")])
        .await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    let left = format!("select count(*) from schedule.slot where class_id = {CLASS_7A}");
    assert_eq!(world.number(&left).await, 0);
    assert!(
        world
            .number("select revision::bigint from schedule.version where org_id = 1001")
            .await
            > 3
    );
}

/// «Петрова А. И. уже ведёт урок: 7А, 3-й урок»: in words, with 422, and
/// nothing is written.
#[tokio::test]
async fn a_busy_teacher_class_and_room_are_named() {
    let world = world().await;
    let (_, mut deputy) = open(&world);
    assert_eq!(
        place(&mut deputy, ALGEBRA_7A, CLASS_7A, ("2", "3"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let teacher = place(&mut deputy, ALGEBRA_7B, CLASS_7B, ("2", "3")).await;
    assert_eq!(teacher.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        teacher
            .text()
            .contains("Петрова\u{a0}А.\u{a0}И. уже ведёт урок: 7А, 3-й урок")
    );
    let class = place(&mut deputy, ENGLISH_2, CLASS_7A, ("2", "3")).await;
    assert_eq!(class.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(class.text().contains("7А в этот час уже занят: Алгебра"));
    assert_eq!(
        world
            .number("select count(*) from schedule.slot where org_id = 1001")
            .await,
        1
    );
    // The halves of a class have English at one hour.
    assert_eq!(
        place(&mut deputy, ENGLISH_1, CLASS_7A, ("4", "1"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        place(&mut deputy, ENGLISH_2, CLASS_7A, ("4", "1"))
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

/// Hours that the school does not have, and nonsense, are refused with words.
#[tokio::test]
async fn nonsense_is_refused() {
    let world = world().await;
    let (_, mut deputy) = open(&world);
    for hour in [
        ("6", "1"),
        ("0", "1"),
        ("1", "12"),
        ("1", "-3"),
        ("-99", "1"),
    ] {
        let refused = place(&mut deputy, ALGEBRA_7A, CLASS_7A, hour).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hour:?}");
    }
    for hour in [("", "1"), ("x", "1"), ("1", "99999999999")] {
        let refused = place(&mut deputy, ALGEBRA_7A, CLASS_7A, hour).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{hour:?}");
    }
    assert_eq!(
        place(&mut deputy, 77_777, CLASS_7A, ("1", "1"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world
            .number("select count(*) from schedule.slot where org_id = 1001")
            .await,
        0
    );
}

/// A draft begins as a copy of what is in force, and there is only one.
#[tokio::test]
async fn a_new_draft_is_a_copy() {
    let world = world().await;
    let (timetable, mut deputy) = open(&world);
    published(&world, &timetable, &[algebra(CLASS_7A, 1, 1)], "2026-09-01").await;
    assert!(
        deputy
            .get(EDIT)
            .await
            .text()
            .contains("Показано опубликованное расписание")
    );
    for _ in 0..2 {
        deputy.post_form(EDIT, &[("year", "1")]).await;
    }
    let slots = world
        .number(
            "select count(*) from schedule.slot join schedule.version v using (org_id, version_id)
              where v.state = 'draft' and org_id = 1001",
        )
        .await;
    assert_eq!(slots, 1);
}

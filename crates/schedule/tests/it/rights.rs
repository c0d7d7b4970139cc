//! Who may do what, in the application and in the database.

use axum::http::StatusCode;
use kernel::{Role, YearId};
use schedule::{LessonBook, Lessons};

use super::support::*;

/// Only the office makes the timetable; everybody else is refused and nothing
/// is written.
#[tokio::test]
async fn only_the_office_edits() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let posts = [
        ("/o/g7/timetable/edit", vec![("year", "1")]),
        (
            "/o/g7/timetable/edit/slots",
            vec![
                ("year", "1"),
                ("load", "901"),
                ("day", "1"),
                ("number", "1"),
            ],
        ),
        (
            "/o/g7/timetable/edit/slots/9001/move",
            vec![("day", "1"), ("number", "1")],
        ),
        ("/o/g7/timetable/edit/slots/9001/remove", vec![]),
        (
            "/o/g7/timetable/publish",
            vec![("year", "1"), ("from", "23.11.2026"), ("revision", "1")],
        ),
        (
            "/o/g7/timetable/bells",
            vec![
                ("seen", ""),
                ("bell.1.1.from", "8:00"),
                ("bell.1.1.to", "8:40"),
            ],
        ),
    ];
    for token in [
        "teacher.11",
        "director.10",
        "secretary.10",
        "parent.201",
        "pupil.101",
    ] {
        let mut browser = browser(&world, &timetable, token);
        for path in ["/o/g7/timetable/edit", "/o/g7/timetable/publish"] {
            assert_eq!(
                browser.get(path).await.status,
                StatusCode::FORBIDDEN,
                "{token} {path}"
            );
        }
        for (path, form) in &posts {
            assert_eq!(
                browser.post_form(path, form).await.status,
                StatusCode::FORBIDDEN,
                "{token} {path}"
            );
        }
    }
    assert_eq!(
        world
            .number("select count(*) from schedule.version where org_id = 1001")
            .await,
        0
    );
    assert_eq!(world.number("select count(*) from schedule.bell").await, 0);
}

/// SEC-2: for another school all of this is not there; nobody is asked to sign in.
#[tokio::test]
async fn strangers_find_nothing() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    let mut stranger = browser(&world, &timetable, "deputy.51!");
    let mut nobody = browser(&world, &timetable, "");
    for (method, path) in schedule::ROUTES {
        let path = path.replace("{org}", "g7").replace("{slot}", "9001");
        let (answer, anonymous) = match *method {
            "GET" => (stranger.get(&path).await, nobody.get(&path).await),
            _ => (
                stranger.post_form(&path, &[]).await,
                nobody.post_form(&path, &[]).await,
            ),
        };
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert_eq!(anonymous.status, StatusCode::SEE_OTHER, "{method} {path}");
    }
    // Within one's own school, the slot of another is missing.
    let mut deputy = browser(&world, &timetable, "deputy.10");
    for slot in [STRANGE_SLOT, 777] {
        let to = [("day", "2"), ("number", "2")];
        let moved = deputy
            .post_form(&format!("/o/g7/timetable/edit/slots/{slot}/move"), &to)
            .await;
        assert_eq!(moved.status, StatusCode::NOT_FOUND);
        let removed = deputy
            .post_form(&format!("/o/g7/timetable/edit/slots/{slot}/remove"), &[])
            .await;
        assert_eq!(removed.status, StatusCode::NOT_FOUND);
    }
    let foreign_year = [
        ("year", "2"),
        ("load", "901"),
        ("day", "1"),
        ("number", "1"),
    ];
    let refused = deputy
        .post_form("/o/g7/timetable/edit/slots", &foreign_year)
        .await;
    assert!(refused.status.is_client_error());
    assert_eq!(world.number("select count(*) from schedule.slot").await, 1);
}

/// The row policy hides foreign lessons even from a query without an organisation.
#[tokio::test]
async fn the_database_hides_foreign_lessons() {
    let world = world().await;
    let timetable = timetable(&world, &Filled::default());
    published(&world, &timetable, &[algebra(CLASS_7A, 1, 1)], "2026-09-01").await;
    let lesson = world
        .number("select min(lesson_id) from schedule.lesson")
        .await;
    let stranger = testkit::actor(testkit::world::OTHER_SCHOOL, STRANGE_TEACHER, Role::Deputy);
    let mut tx = world.begin(&stranger).await;
    assert_eq!(
        LessonBook.lesson(&mut tx, lesson.into()).await.unwrap(),
        None
    );
    let (from, to) = (day("2026-09-01"), day("2027-05-26"));
    assert!(
        LessonBook
            .of_school(&mut tx, from, to)
            .await
            .unwrap()
            .is_empty()
    );
    let refused = timetable.draft(&stranger, Some(YearId::from(YEAR))).await;
    assert!(refused.is_err());
}

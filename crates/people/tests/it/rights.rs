use axum::http::StatusCode;
use people::{Cards, People};
use testkit::world::{OTHER_SCHOOL, World};

use crate::support::{
    EREMIN, IVANOVA, MOTHER, PETROV, STRANGER, TEACHER, browser, secretary, world,
};

async fn status(world: &World, token: &str, path: &str) -> StatusCode {
    browser(world, token)
        .get(&format!("/o/g7/people{path}"))
        .await
        .status
}

/// §10: who sees which card. What the reach does not cover is as if it were not there.
#[tokio::test]
async fn a_card_opens_for_those_whom_it_concerns() {
    let world = world().await;
    let ok = StatusCode::OK;
    let missing = StatusCode::NOT_FOUND;
    let forbidden = StatusCode::FORBIDDEN;
    let teacher = format!("teacher:{TEACHER}");
    let mother = format!("parent:{MOTHER}");
    let pupil = format!("pupil:{EREMIN}");
    let table = [
        ("secretary:17", "/pupils/101", ok),
        ("director:17", "/pupils/101", ok),
        ("deputy:17", "/staff/18", ok),
        ("secretary:17", "/pupils/17", missing),
        ("secretary:17", "/pupils/901", missing),
        ("secretary:17", "/pupils/999999", missing),
        (&teacher, "/pupils/101", ok),
        (&teacher, "/pupils/102", ok),
        (&teacher, "/pupils/103", missing),
        (&teacher, "/pupils/101/edit", ok),
        (&teacher, "/pupils/102/edit", forbidden),
        (&teacher, "/pupils/101/restricted", ok),
        (&teacher, "/pupils/102/restricted", forbidden),
        (&teacher, "/parents/201", ok),
        (&teacher, "/staff/18", ok),
        (&teacher, "/staff/17", missing),
        (&teacher, "/pupils/101/history", ok),
        (&teacher, "/pupils/102/history", forbidden),
        (&mother, "/pupils/101", ok),
        (&mother, "/pupils/102", missing),
        (&mother, "/pupils/901", missing),
        (&mother, "/pupils/101/edit", forbidden),
        (&mother, "/pupils/101/restricted", forbidden),
        (&mother, "/parents/201", ok),
        (&mother, "/staff/18", forbidden),
        (&pupil, "/pupils/101", ok),
        (&pupil, "/pupils/102", missing),
        (&pupil, "/parents/201", forbidden),
        ("moderator:17", "/pupils", forbidden),
        ("moderator:17", "/pupils/101", forbidden),
        ("admin:17", "/pupils/101/restricted", forbidden),
        ("medic:17", "/pupils/101/restricted", ok),
        ("teacher:17", "/pupils/new", forbidden),
        ("admin:17", "/staff/new", forbidden),
        (&teacher, "/staff/dismissed", forbidden),
        ("director:17", "/staff/dismissed", ok),
        ("director:17", "/consents", ok),
        ("pupil:101", "/consents", forbidden),
    ];
    for (token, path, expected) in table {
        assert_eq!(
            status(&world, token, path).await,
            expected,
            "{token} {path}"
        );
    }
}

#[tokio::test]
async fn nobody_signed_in_is_sent_to_the_login() {
    let world = world().await;
    let answer = browser(&world, "").get("/o/g7/people/pupils").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().is_some_and(|it| it.starts_with("/login")));
}

/// A change is refused as the look is, and nothing is written.
#[tokio::test]
async fn whoever_may_not_change_changes_nothing() {
    let world = world().await;
    let fields = [
        ("seen", "1"),
        ("last_name", "Чужой"),
        ("first_name", "Иван"),
        ("shift", "1"),
    ];
    let before = world.number("select count(*) from kernel.history").await;
    for (token, path, expected) in [
        ("teacher:18", IVANOVA, StatusCode::FORBIDDEN),
        ("teacher:18", PETROV, StatusCode::NOT_FOUND),
        ("parent:201", EREMIN, StatusCode::FORBIDDEN),
        ("pupil:101", EREMIN, StatusCode::FORBIDDEN),
        ("director:17", EREMIN, StatusCode::FORBIDDEN),
        ("secretary:17", STRANGER, StatusCode::NOT_FOUND),
    ] {
        let mut browser = browser(&world, token);
        let path = format!("/o/g7/people/pupils/{path}/edit");
        assert_eq!(
            browser.post_form(&path, &fields).await.status,
            expected,
            "{token} {path}"
        );
    }
    assert_eq!(
        world.number("select count(*) from kernel.history").await,
        before
    );
}

/// The lists hold whom the reach covers, and nobody else.
#[tokio::test]
async fn lists_are_cut_to_the_reach() {
    let world = world().await;
    let list = async |token: &str| {
        browser(&world, token)
            .get("/o/g7/people/pupils")
            .await
            .text()
    };
    let all = list("secretary:17").await;
    assert!(all.contains("Ерёмин Артём") && all.contains("Петров Иван"));
    let own = list("teacher:18").await;
    assert!(own.contains("Ерёмин Артём") && own.contains("Иванова Мария"));
    assert!(!own.contains("Петров Иван"));
    let child = list("parent:201").await;
    assert!(child.contains("Ерёмин Артём") && !child.contains("Иванова Мария"));
}

/// The contract names no organisation: the row policies alone keep the other school out.
#[tokio::test]
async fn the_database_shows_no_row_of_another_school() {
    let world = world().await;
    let actor = world.actor(17, kernel::Role::Secretary);
    let mut tx = world.begin(&actor).await;
    let seen = Cards
        .cards(&mut tx, &[STRANGER.into(), EREMIN.into()])
        .await
        .expect("cards");
    assert_eq!(
        seen.iter().map(|it| it.id.get()).collect::<Vec<_>>(),
        [EREMIN]
    );
    let there = testkit::actor(OTHER_SCHOOL, 17, kernel::Role::Secretary);
    let mut tx = world.begin(&there).await;
    let seen = Cards.pupils(&mut tx).await.expect("pupils");
    assert_eq!(
        seen.iter().map(|it| it.id.get()).collect::<Vec<_>>(),
        [STRANGER]
    );
}

/// A parent whose tie has ended sees the child no more.
#[tokio::test]
async fn an_ended_kinship_closes_the_card() {
    let world = world().await;
    world
        .sql("update people.kinship set until = '2026-11-19'")
        .await;
    assert_eq!(
        status(&world, "parent:201", "/pupils/101").await,
        StatusCode::NOT_FOUND
    );
    let mut office = secretary(&world);
    let page = office.get("/o/g7/people/pupils/101").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("Ерёмина Анна"));
}

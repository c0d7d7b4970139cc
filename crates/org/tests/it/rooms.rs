use axum::http::StatusCode;
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use super::support::{browser, world};

const ROOMS: &str = "/o/g7/timetable/rooms";

/// ORG-3: a room is added, changed and taken out of use.
#[tokio::test]
async fn a_room_lives_its_life() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    assert!(admin.get(ROOMS).await.text().contains("Кабинетов пока нет"));
    assert_eq!(
        admin.get(&format!("{ROOMS}/new")).await.status,
        StatusCode::OK
    );
    let added = admin
        .post_form(
            ROOMS,
            &[("number", "12"), ("kind", "class"), ("seats", "30")],
        )
        .await;
    assert_eq!(added.location(), Some(ROOMS), "{}", added.text());
    let id = world.number("select room_id from org.room").await;
    let room = format!("{ROOMS}/{id}");
    assert!(admin.get(&room).await.text().contains("value=\"30\""));
    let closed = [
        ("number", "12"),
        ("kind", "gym"),
        ("seats", "25"),
        ("closed", "1"),
        ("version", "1"),
    ];
    assert_eq!(
        admin.post_form(&room, &closed).await.status,
        StatusCode::SEE_OTHER
    );
    let list = admin.get(ROOMS).await.text();
    assert!(
        list.contains("Спортивный зал") && list.contains("Не используется"),
        "{list}"
    );
    let stale = admin.post_form(&room, &closed).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text().contains("name=\"version\" value=\"2\""));
    let history = world
        .number("select count(*) from kernel.history where tbl = 'org.room'")
        .await;
    assert_eq!(history, 2);
}

/// ORG-3: what is wrong is said at its field.
#[tokio::test]
async fn a_wrong_room_is_refused() {
    let world = world().await;
    let mut admin = browser(&world, "admin");
    let room = [("number", "12"), ("kind", "class"), ("seats", "30")];
    admin.post_form(ROOMS, &room).await;
    let twice = admin.post_form(ROOMS, &room).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        twice
            .text()
            .contains("Кабинет с таким номером в этом корпусе уже есть")
    );
    let wrong = admin
        .post_form(
            ROOMS,
            &[("number", ""), ("kind", "class"), ("seats", "много")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = wrong.text();
    assert!(
        text.contains("number-error") && text.contains("seats-error"),
        "{text}"
    );
    assert_eq!(world.number("select count(*) from org.room").await, 1);
}

/// SEC-2: a foreign room is the same 404 as a missing one.
#[tokio::test]
async fn a_foreign_room_is_not_there() {
    let world = world().await;
    let foreign = world
        .number(&format!(
            "insert into org.room (org_id, number) values ({OTHER_SCHOOL}, '1') returning room_id"
        ))
        .await;
    let own = world
        .number(&format!(
            "insert into org.room (org_id, number) values ({SCHOOL}, '2') returning room_id"
        ))
        .await;
    let mut admin = browser(&world, "admin");
    assert_eq!(
        admin.get(&format!("{ROOMS}/{own}")).await.status,
        StatusCode::OK
    );
    for id in [foreign, 999_999] {
        let room = format!("{ROOMS}/{id}");
        assert_eq!(admin.get(&room).await.status, StatusCode::NOT_FOUND);
        let form = [("number", "3"), ("kind", "class"), ("version", "1")];
        assert_eq!(
            admin.post_form(&room, &form).await.status,
            StatusCode::NOT_FOUND
        );
    }
    assert!(!admin.get(ROOMS).await.text().contains("Школа № 2"));
    assert_eq!(
        browser(&world, "").get(ROOMS).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        browser(&world, "parent").get(ROOMS).await.status,
        StatusCode::FORBIDDEN
    );
    let refused = browser(&world, "director")
        .post_form(ROOMS, &[("number", "5"), ("kind", "class")])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

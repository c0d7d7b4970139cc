//! SEC-1, `security.md` §4.5: who looked at a card is told to whom it concerns.

use axum::http::StatusCode;
use chrono::Duration;
use kernel::Role;
use people::{CardKind, Purpose};
use testkit::world::SCHOOL;

use crate::support::{EREMIN, MOTHER, TEACHER, browser, directory, secretary, world};

const SECTION: &str = "/o/g7/people/pupils/101/restricted";
const VIEWERS: &str = "/o/g7/people/pupils/101/viewers";

/// Nothing is shown before the purpose is named, and nothing is on record.
#[tokio::test]
async fn restricted_data_ask_for_the_purpose() {
    let world = world().await;
    let mut office = secretary(&world);
    let asked = office.get(SECTION).await;
    assert_eq!(asked.status, StatusCode::OK);
    let text = asked.text();
    assert!(
        text.contains("purpose=order") && !text.contains("name=\"birth_certificate\""),
        "{text}"
    );
    let reads = "select count(*) from kernel.audit where action = 'people.restricted-read'";
    assert_eq!(world.number(reads).await, 0);
    let shown = office.get(&format!("{SECTION}?purpose=order")).await.text();
    assert!(shown.contains("name=\"birth_certificate\""), "{shown}");
    assert_eq!(world.number(reads).await, 1);
    let kept = "select count(*) from kernel.audit where action = 'people.restricted-read'
                and details = '{\"kind\": \"pupils\", \"parts\": [\"documents\", \"health\"], \"purpose\": \"order\"}'";
    assert_eq!(world.number(kept).await, 1);
    let made_up = office.get(&format!("{SECTION}?purpose=fun")).await.text();
    assert!(!made_up.contains("name=\"birth_certificate\""));
}

/// Looks within ten minutes are one, another purpose is another look.
#[tokio::test]
async fn looks_in_a_row_are_one_look() {
    let world = world().await;
    let people = directory(&world);
    let office = world.actor(17, Role::Secretary);
    let look = async |purpose| {
        people
            .restricted(&office, CardKind::Pupil, EREMIN.into(), Some(purpose))
            .await
            .expect("opens");
    };
    let reads = async || {
        world
            .number("select count(*) from kernel.audit where action = 'people.restricted-read'")
            .await
    };
    look(Purpose::File).await;
    world.clock().advance(Duration::minutes(9));
    look(Purpose::File).await;
    assert_eq!(reads().await, 1);
    look(Purpose::Order).await;
    assert_eq!(reads().await, 2);
    world.clock().advance(Duration::minutes(2));
    look(Purpose::File).await;
    assert_eq!(reads().await, 3);
}

/// The parent sees post, part and purpose, never the name; the director sees it.
#[tokio::test]
async fn the_parent_sees_who_looked_at_the_child() {
    let world = world().await;
    let mut office = secretary(&world);
    office.get("/o/g7/people/pupils/101").await;
    office.get(&format!("{SECTION}?purpose=order")).await;
    browser(&world, &format!("teacher:{TEACHER}"))
        .get("/o/g7/people/pupils/101")
        .await;
    let mut mother = browser(&world, &format!("parent:{MOTHER}"));
    let seen = mother.get(VIEWERS).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let text = seen.text();
    for expected in [
        "секретарь",
        "учитель физики",
        "Приказ или справка",
        "документы",
        "Гимназия № 7",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(
        !text.contains("Соколова") && !text.contains("Ким"),
        "{text}"
    );
    let mine = mother.get("/my/viewers").await.text();
    assert!(
        mine.contains(VIEWERS) && mine.contains("/o/g7/people/parents/201/viewers"),
        "{mine}"
    );
    let named = browser(&world, "director:17").get(VIEWERS).await.text();
    assert!(named.contains("Ким"), "{named}");
    let watched = "select count(*) from kernel.audit where action = 'people.viewers-read'";
    assert_eq!(world.number(watched).await, 1, "who watches is watched");
}

/// SEC-1: a look of the municipality and data taken out stand on the same
/// page, with the organisation and the reason; what the owner did is no look.
#[tokio::test]
async fn looks_from_above_and_exports_are_told() {
    let world = world().await;
    let log = |account: i64, person: i64, action: &str, details: &str| {
        format!(
            "insert into kernel.audit (org_id, account_id, person_id, action, object, details)
             values ({SCHOOL}, {account}, {person}, '{action}', 'people.person:{EREMIN}', '{details}');"
        )
    };
    let above = r#"{"reason": "обращение № 214", "by": "Орлова Т. К.", "from": 1, "unit": "Управление образования"}"#;
    let mut looks = log(9001, 9001, "hub.person-opened", above);
    looks += &log(9002, MOTHER, "privacy.exported", r#"{"as": "json"}"#);
    looks += &log(9004, EREMIN, "privacy.exported", r#"{"as": "print"}"#);
    // The journal of the person is full of what is no look.
    for _ in 0..250 {
        looks += &log(9003, 17, "people.viewers-read", "{}");
    }
    world.sql(&looks).await;
    let told = [
        "Управление образования",
        "обращение № 214",
        "ФИО, класс и год рождения",
        "Выгрузка данных",
        "всё, что хранится",
        "родитель",
    ];
    for token in [
        format!("parent:{MOTHER}"),
        format!("pupil:{EREMIN}"),
        "director:17".to_owned(),
    ] {
        let answer = browser(&world, &token).get(VIEWERS).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{token} {text}");
        for told in told {
            assert!(text.contains(told), "{token}: {told} in {text}");
        }
        assert_eq!(text.matches("Выгрузка данных").count(), 1, "{token} {text}");
        let named = token.starts_with("director");
        assert_eq!(text.contains("Орлова"), named, "{token}");
        // A look from above is not a look of the own school.
        let line = text.split("<tr>").find(|it| it.contains("№ 214"));
        assert!(!line.expect("the line").contains("Гимназия"), "{token}");
    }
    for token in ["secretary:17", "teacher:18"] {
        let answer = browser(&world, token).get(VIEWERS).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
    }
}

#[tokio::test]
async fn only_the_owner_and_the_watcher_see_who_looked() {
    let world = world().await;
    let (ok, no, missing) = (StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND);
    for (token, path, expected) in [
        ("teacher:18", "/staff/18", ok),
        ("teacher:18", "/staff/17", missing),
        ("teacher:18", "/pupils/101", no),
        ("secretary:17", "/pupils/101", no),
        ("secretary:17", "/staff/17", ok),
        ("deputy:17", "/pupils/101", no),
        ("director:17", "/pupils/103", ok),
        ("parent:201", "/parents/201", ok),
        ("parent:201", "/pupils/102", missing),
        ("pupil:101", "/pupils/101", ok),
        ("director:17", "/pupils/901", missing),
    ] {
        let path = format!("/o/g7/people{path}/viewers");
        let answer = browser(&world, token).get(&path).await;
        assert_eq!(answer.status, expected, "{token} {path}");
    }
}

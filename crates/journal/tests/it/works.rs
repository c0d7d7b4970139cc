use serde_json::{Value, json};
use testkit::Client;

use crate::support::*;

const WORKS: &str = "/o/school/journal/lesson/501/works";
const GRID: &str = "/o/school/journal/51/1";

fn keyed(id: u128, lesson: i64, pupil: i64, key: u128, value: &str) -> Value {
    let mut op = mark(id, lesson, pupil, 0, value);
    op["key"] = json!(uuid::Uuid::from_u128(key));
    op
}

async fn change(client: &mut Client, fields: &[(&str, &str)]) -> u16 {
    client.post_form(WORKS, fields).await.status.as_u16()
}

/// JRN-1, check 7: «5 5» is a second work of the lesson, one for all pupils.
#[tokio::test]
async fn a_second_mark_makes_one_more_work() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        mark(1, TODAY, ABRAMOV, 0, "5"),
        keyed(2, TODAY, ABRAMOV, 77, "4"),
        keyed(3, TODAY, BORISOVA, 77, "3"),
    ];
    let results = send(&mut teacher, &ops).await;
    assert!(results.iter().all(|it| it["status"] == "ok"), "{results:?}");
    assert_ne!(results[0]["work"], results[1]["work"]);
    assert_eq!(results[1]["work"], results[2]["work"]);
    assert!(results[1]["work"].as_i64().is_some_and(|it| it > 0));
    // sent again it is the same, and so is a later one under the key.
    assert_eq!(send(&mut teacher, &ops).await, results);
    let later = send(&mut teacher, &[keyed(4, TODAY, LATECOMER, 77, "2")]).await;
    assert_eq!(later[0]["work"], results[1]["work"]);
    let works = "select count(*) from journal.work where lesson_id = 500";
    assert_eq!(school.count(works).await, 2);
    let page = teacher.get(GRID).await.text();
    assert!(page.contains("colspan=\"2\""), "{page}");
}

/// Never a partial surprise: a refused mark leaves no empty work behind.
#[tokio::test]
async fn a_refused_second_mark_makes_no_work() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let results = send(&mut teacher, &[keyed(1, TODAY, ABRAMOV, 77, "9")]).await;
    assert_eq!(results[0]["status"], "invalid");
    assert_eq!(
        school
            .count("select count(*) from journal.work where lesson_id = 500")
            .await,
        0
    );
}

#[tokio::test]
async fn a_work_changes_is_removed_and_comes_back_with_its_marks() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    assert!(teacher.get(WORKS).await.text().contains("Контрольная"));
    let kept = [
        ("work", "70"),
        ("version", "1"),
        ("kind", "1"),
        ("weight", "1,5"),
        ("topic", "Дроби"),
    ];
    assert_eq!(change(&mut teacher, &kept).await, 303);
    assert!(teacher.get(GRID).await.text().contains("О ×1,5"));
    assert_eq!(change(&mut teacher, &kept).await, 409, "a stale version");
    let wrong = [
        ("work", "70"),
        ("version", "2"),
        ("kind", "1"),
        ("weight", "101"),
    ];
    assert_eq!(change(&mut teacher, &wrong).await, 422);

    let remove = [("do", "remove"), ("work", "70"), ("version", "2")];
    assert_eq!(change(&mut teacher, &remove).await, 303);
    let page = teacher.get(GRID).await.text();
    assert!(
        !page.contains("data-w=70") && !page.contains("4,00"),
        "{page}"
    );
    let gone = json!({"ops": [{
        "op_id": uuid::Uuid::from_u128(5), "lesson": YESTERDAY, "work": 70, "pupil": ABRAMOV,
        "field": "mark", "base": 1, "value": "5",
    }]});
    let answer = teacher.post_json(OPS, &gone).await.json();
    assert_eq!(answer["results"][0]["status"], "invalid");

    let restore = [("do", "restore"), ("work", "70"), ("version", "3")];
    assert_eq!(change(&mut teacher, &restore).await, 303);
    assert!(teacher.get(GRID).await.text().contains("4,00"));
    testkit::assert_history_replays(&school.world.test, "journal.work").await;
}

#[tokio::test]
async fn a_new_work_is_made_once_however_often_its_form_is_sent() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let key = uuid::Uuid::from_u128(9).to_string();
    let new = [("key", key.as_str()), ("kind", "2"), ("weight", "")];
    for _ in 0..3 {
        assert_eq!(change(&mut teacher, &new).await, 303);
    }
    let weight = "select sum(weight)::bigint from journal.work where lesson_id = 501";
    assert_eq!(school.count(weight).await, 6, "that of the kind");
}

/// AC-07, AC-08: whoever may not write in the lesson may not change its works.
#[tokio::test]
async fn works_belong_to_who_teaches_the_lesson() {
    let school = School::open().await;
    let fields = [("kind", "1"), ("weight", "1")];
    for (person, status) in [
        (CLASS_TEACHER, 403),
        (STRANGER, 404),
        (MOTHER, 403),
        (99, 404),
    ] {
        let mut client = school.signed_in(person);
        assert_eq!(change(&mut client, &fields).await, status, "{person}");
    }
    assert_eq!(change(&mut school.signed_in(DEPUTY), &fields).await, 303);
}

/// §2.3: where the school says so an open debt is a «2», but not before its day.
#[tokio::test]
async fn a_debt_counts_when_its_day_has_passed() {
    let school = School::open().await;
    school
        .world
        .sql("insert into org.setting (org_id, key, value) values (1001, 'marks.dot_as_two', 'true')")
        .await;
    let mut teacher = school.signed_in(TEACHER);
    let ops = [json!({
        "op_id": uuid::Uuid::from_u128(1), "lesson": YESTERDAY, "work": 70, "pupil": BORISOVA,
        "field": "mark", "base": 0, "value": ".",
    })];
    send(&mut teacher, &ops).await;
    assert!(teacher.get(GRID).await.text().contains(">2,00<"));
    let later = [
        ("work", "70"),
        ("version", "1"),
        ("kind", "2"),
        ("weight", "3"),
        ("due_on", "2026-12-01"),
    ];
    assert_eq!(change(&mut teacher, &later).await, 303);
    assert!(!teacher.get(GRID).await.text().contains(">2,00<"));
}

//! «Ознакомлен(а)»: parents have seen the final marks (JRN-5).

use testkit::{Answer, Client, assert_history_replays, world::OTHER_SCHOOL};

use crate::{
    finals::{final_op, open, send_finals, signed},
    support::*,
};

const MINE: &str = "/my/diary/finals?child=school:11";
const FORM: &str = "/my/diary/finals";
const OF_CLASS: &str = "/o/school/journal/51/finals/acknowledgements";

/// The moment of the marks on the page, as its form sends it.
fn seen(page: &Answer) -> String {
    let text = page.text();
    let (_, after) = text.split_once("name=\"seen\" value=\"").expect("a form");
    after.split('"').next().unwrap_or_default().to_owned()
}

async fn acknowledge(client: &mut Client, child: &str, seen: &str) -> Answer {
    let fields = [("child", child), ("slot", "quarter-1"), ("seen", seen)];
    client.post_form(FORM, &fields).await
}

async fn rows(school: &School) -> i64 {
    school
        .count("select count(*) from journal.acknowledgement")
        .await
}

#[tokio::test]
async fn a_parent_sees_final_marks_and_says_so_once() {
    let school = open().await;
    signed(&school).await;
    let mut mother = school.signed_in(MOTHER);
    let page = mother.get(MINE).await;
    assert_eq!(page.status, 200, "{}", page.text());
    for text in ["Алгебра", "1 четверть", "Ознакомлен(а)"] {
        assert!(
            page.text().contains(text),
            "{text} is missing in {}",
            page.text()
        );
    }
    let statements = page.header("x-statements").and_then(|it| it.parse().ok());
    assert!(statements.is_some_and(|it: u32| it <= 8), "{statements:?}");
    let seen = seen(&page);
    for _ in 0..2 {
        let done = acknowledge(&mut mother, "school:11", &seen).await;
        assert_eq!(done.location(), Some(MINE), "{}", done.text());
    }
    assert_eq!(rows(&school).await, 1);
    let page = mother.get(MINE).await.text();
    assert!(
        page.contains("Абрамова\u{a0}И.\u{a0}Л., 20.11.2026"),
        "{page}"
    );
    assert!(
        !page.contains("name=\"seen\""),
        "nothing is asked any more: {page}"
    );
    assert_history_replays(&school.world.test, "journal.acknowledgement").await;
}

/// A mark that was changed asks to be seen again, and an old page does not answer for it.
#[tokio::test]
async fn changed_marks_ask_once_more() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    send_finals(
        &mut teacher,
        &[final_op(1, 1, ABRAMOV, "quarter-1", 0, "5")],
    )
    .await;
    let mut mother = school.signed_in(MOTHER);
    let first = seen(&mother.get(MINE).await);
    acknowledge(&mut mother, "school:11", &first).await;
    school.world.clock().advance(chrono::TimeDelta::hours(1));
    send_finals(
        &mut teacher,
        &[final_op(2, 1, ABRAMOV, "quarter-1", 1, "4")],
    )
    .await;
    let page = mother.get(MINE).await;
    assert!(page.text().contains("после этого отметки изменились"));
    let stale = acknowledge(&mut mother, "school:11", &first).await;
    assert_eq!(stale.status, 303);
    let warned = mother.get(MINE).await;
    assert!(
        warned.text().contains("успели измениться"),
        "{}",
        warned.text()
    );
    let second = seen(&page);
    acknowledge(&mut mother, "school:11", &second).await;
    let page = mother.get(MINE).await.text();
    assert!(
        !page.contains("name=\"seen\"") && !page.contains("после этого"),
        "{page}"
    );
    assert_eq!(rows(&school).await, 1);
}

/// AC-01: a foreign child is not there; the pupil and the staff do not say it for the parent.
#[tokio::test]
async fn nobody_acknowledges_for_a_parent() {
    let school = open().await;
    signed(&school).await;
    let seen = seen(&school.signed_in(MOTHER).get(MINE).await);
    for (person, child, status) in [
        (MOTHER, "school:12", 404),
        (MOTHER, "other:91", 404),
        (MOTHER, "nowhere:1", 404),
        (ABRAMOV, "school:11", 403),
        (BORISOVA, "school:11", 403),
        (TEACHER, "school:11", 404),
        (CLASS_TEACHER, "school:11", 404),
        (DEPUTY, "school:11", 404),
    ] {
        let mut client = school.signed_in(person);
        let answer = acknowledge(&mut client, child, &seen).await;
        assert_eq!(answer.status, status, "{person} {child}");
    }
    assert_eq!(rows(&school).await, 0);
    let own = school.signed_in(ABRAMOV).get(FORM).await;
    assert_eq!(own.status, 200);
    assert!(!own.text().contains("name=\"seen\""), "{}", own.text());
    let foreign = school
        .signed_in(MOTHER)
        .get("/my/diary/finals?child=school:12")
        .await;
    assert_eq!(foreign.status, 404);
    assert_eq!(
        school.signed_in(TEACHER).get(FORM).await.location(),
        Some("/o/school/")
    );
    let mut mother = school.signed_in(MOTHER);
    for slot in ["quarter-9", "x", "exam", ""] {
        let fields = [("child", "school:11"), ("slot", slot), ("seen", &seen)];
        let answer = mother.post_form(FORM, &fields).await;
        assert_eq!(answer.status, 404, "{slot}");
    }
    assert_eq!(rows(&school).await, 0);
}

#[tokio::test]
async fn the_class_teacher_sees_who_acknowledged() {
    let school = open().await;
    signed(&school).await;
    let mut leader = school.signed_in(CLASS_TEACHER);
    let page = leader.get(OF_CLASS).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("Ознакомились: 0 из 2"),
        "{}",
        page.text()
    );
    let mut mother = school.signed_in(MOTHER);
    let seen = seen(&mother.get(MINE).await);
    acknowledge(&mut mother, "school:11", &seen).await;
    let page = leader.get(OF_CLASS).await;
    assert!(
        page.text().contains("Ознакомились: 1 из 2"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Абрамова\u{a0}И.\u{a0}Л., 20.11.2026"));
    let statements = page.header("x-statements").and_then(|it| it.parse().ok());
    assert!(statements.is_some_and(|it: u32| it <= 8), "{statements:?}");
    let finals = leader
        .get("/o/school/journal/51/finals?slot=quarter-1")
        .await;
    assert!(finals.text().contains(OF_CLASS), "{}", finals.text());
    assert_eq!(school.signed_in(DEPUTY).get(OF_CLASS).await.status, 200);
    for stranger in [TEACHER, STRANGER] {
        let answer = school.signed_in(stranger).get(OF_CLASS).await;
        assert_eq!(answer.status, 404);
    }
    assert_eq!(school.signed_in(MOTHER).get(OF_CLASS).await.status, 403);
    let odd = leader.get(&format!("{OF_CLASS}?slot=quarter-9")).await;
    assert_eq!(odd.status, 404);
}

/// RLS: another school sees no row and writes none.
#[tokio::test]
async fn the_database_keeps_schools_apart() {
    let school = open().await;
    signed(&school).await;
    let mut mother = school.signed_in(MOTHER);
    let seen = seen(&mother.get(MINE).await);
    acknowledge(&mut mother, "school:11", &seen).await;
    let stranger = testkit::actor(OTHER_SCHOOL, 92, kernel::Role::Deputy);
    let mut tx = school.world.begin(&stranger).await;
    let found: i64 = sqlx::query_scalar("select count(*) from journal.acknowledgement")
        .fetch_one(tx.conn())
        .await
        .expect("asked");
    assert_eq!(found, 0);
    let written = sqlx::query(
        "insert into journal.acknowledgement
                (org_id, pupil_id, year_id, kind, number, parent_id, marks_at, acknowledged_at)
         values (1001, 11, 1, 'year', 0, 21, now(), now())",
    )
    .execute(tx.conn())
    .await;
    assert!(written.is_err(), "a row of another school");
    let own = school.world.actor(MOTHER, kernel::Role::Parent);
    let mut tx = school.world.begin(&own).await;
    let found: i64 = sqlx::query_scalar("select count(*) from journal.acknowledgement")
        .fetch_one(tx.conn())
        .await
        .expect("asked");
    assert_eq!(found, 1);
    let deleted = sqlx::query("delete from journal.acknowledgement")
        .execute(tx.conn())
        .await;
    assert!(deleted.is_err(), "nothing is destroyed");
}

use kernel::Clock as _;

use crate::support::*;

const JOURNAL: &str = "/o/school/journal/51/1";

fn stream(tab: u64) -> String {
    format!("{JOURNAL}/stream?tab={tab}")
}

/// JRN-1, `ux.md` §4.7: a change of one page reaches the others, and says no name or value.
#[tokio::test]
async fn a_change_reaches_the_other_page_which_then_asks_for_it() {
    let school = School::open().await;
    let (status, mut page) = school.listen(DEPUTY, &stream(2)).await;
    assert_eq!(status, 200);
    page.event("hello").await.expect("begins");
    // Whoever listens first learns that it listens now.
    page.event("changed").await.expect("the gap before");

    let mut teacher = school.signed_in(TEACHER);
    let since = school.world.clock().now().timestamp_millis();
    send(&mut teacher, &[mark(1, TODAY, ABRAMOV, 0, "5")]).await;
    assert_eq!(page.event("changed").await.as_deref(), Some("{}"));
    let changes = format!("{JOURNAL}/changes?since={since}");
    let told = school.signed_in(DEPUTY).get(&changes).await.json();
    assert_eq!(told["cells"][0]["value"], "5");
    assert_eq!(told["cells"][0]["by"], "Петрова\u{a0}А.\u{a0}И.");
    assert_eq!(told["works"][0]["removed"], false);
    for (person, status) in [(STRANGER, 404), (MOTHER, 403), (99, 404)] {
        let answer = school.signed_in(person).get(&changes).await;
        assert_eq!(answer.status, status, "{person}");
        assert_eq!(school.listen(person, &stream(1)).await.0, status);
    }
}

#[tokio::test]
async fn pages_learn_of_each_other_and_of_a_page_that_goes() {
    let school = School::open().await;
    let (_, mut first) = school.listen(TEACHER, &stream(1)).await;
    first.event("hello").await.expect("begins");
    first.event("changed").await.expect("listens");
    let (_, mut second) = school.listen(DEPUTY, &stream(2)).await;
    second.event("hello").await.expect("begins");
    let deputy = "[\"Завучева\u{a0}Н.\u{a0}П.\"]";
    assert_eq!(first.event("present").await.as_deref(), Some(deputy));
    let teacher = "[\"Петрова\u{a0}А.\u{a0}И.\"]";
    assert_eq!(second.event("present").await.as_deref(), Some(teacher));
    drop(second);
    assert_eq!(first.event("present").await.as_deref(), Some("[]"));
}

#[tokio::test]
async fn an_account_has_so_many_streams_and_no_more() {
    let school = School::open().await;
    let mut open = vec![];
    for tab in 0..8 {
        let (status, events) = school.listen(TEACHER, &stream(tab)).await;
        assert_eq!(status, 200);
        open.push(events);
    }
    assert_eq!(school.listen(TEACHER, &stream(9)).await.0, 429);
    assert_eq!(school.listen(DEPUTY, &stream(9)).await.0, 200);
    open.pop();
    assert_eq!(school.listen(TEACHER, &stream(9)).await.0, 200);
}

/// What another account left in the page's queue is not sent in somebody's name.
#[tokio::test]
async fn changes_of_another_account_are_not_taken() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let body = serde_json::json!({"account": DEPUTY, "ops": [mark(1, TODAY, ABRAMOV, 0, "5")]});
    assert_eq!(teacher.post_json(OPS, &body).await.status, 401);
    let body = serde_json::json!({"account": TEACHER, "ops": [mark(1, TODAY, ABRAMOV, 0, "5")]});
    assert_eq!(teacher.post_json(OPS, &body).await.status, 200);
}

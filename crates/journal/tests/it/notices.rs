//! Check 14: what a family is told of a mark waits for fifteen minutes.

use chrono::Duration;
use kernel::OrgId;
use testkit::world::SCHOOL;

use crate::support::*;

async fn told(school: &School) -> usize {
    school
        .journal
        .tell_marks(OrgId::from(SCHOOL))
        .await
        .expect("told")
}

/// The first look takes what was there before.
async fn open() -> School {
    let school = School::open().await;
    told(&school).await;
    school
}

async fn set(school: &School, id: u128, base: i32, value: &str) {
    let results = send(
        &mut school.signed_in(TEACHER),
        &[mark(id, TODAY, ABRAMOV, base, value)],
    )
    .await;
    assert_eq!(results[0]["status"], "ok", "{results:?}");
}

/// How often the job looks, for so many minutes.
async fn minutes(school: &School, count: i64) -> usize {
    let mut all = 0;
    for _ in 0..count {
        school.world.clock().advance(Duration::minutes(1));
        all += told(school).await;
    }
    all
}

async fn values(school: &School) -> i64 {
    school
        .count("select count(*) from journal.notice where lesson_id = 500 and old_value = '' and new_value = '4'")
        .await
}

#[tokio::test]
async fn a_mark_corrected_after_five_minutes_is_one_notice_with_the_last_value() {
    let school = open().await;
    set(&school, 1, 0, "3").await;
    assert_eq!(minutes(&school, 5).await, 0);
    set(&school, 2, 1, "4").await;
    assert_eq!(minutes(&school, 14).await, 0);
    assert_eq!(minutes(&school, 10).await, 1);
    assert_eq!(values(&school).await, 1);
    assert_eq!(
        school
            .count("select count(*) from kernel.outbox where kind = 'journal.marks-told' and payload ->> 'pupil' = '11'")
            .await,
        school
            .count("select count(distinct at) from journal.notice where pupil_id = 11")
            .await
    );
}

#[tokio::test]
async fn an_undone_mark_is_no_notice() {
    let school = open().await;
    set(&school, 1, 0, "2").await;
    assert_eq!(minutes(&school, 10).await, 0);
    set(&school, 2, 1, "").await;
    assert_eq!(minutes(&school, 60).await, 0);
    let page = school.signed_in(MOTHER).get("/my/notifications").await;
    assert!(!page.text().contains("снята"), "{}", page.text());
}

#[tokio::test]
async fn a_later_change_says_what_it_was_and_all_can_be_read() {
    let school = open().await;
    set(&school, 1, 0, "3").await;
    assert_eq!(minutes(&school, 30).await, 1);
    let mut mother = school.signed_in(MOTHER);
    let day = mother.get("/my/day").await;
    assert!(day.text().contains("mark-new"), "{}", day.text());
    assert_eq!(mother.post_form("/my/notifications", &[]).await.status, 303);
    set(&school, 2, 1, "4").await;
    // What stands is shown at once; that it is news waits.
    let week = mother.get("/my/diary/week?child=school:11").await;
    assert!(week.text().contains(">4<"), "{}", week.text());
    assert!(!mother.get("/my/day").await.text().contains("mark-new"));
    assert_eq!(minutes(&school, 16).await, 1);
    let page = mother.get("/my/notifications").await;
    assert!(page.text().contains("было 3, стало 4"), "{}", page.text());
    assert!(page.text().contains("Новые"));
    assert!(page.text().contains("Прочитанные"));
    let day = mother.get("/my/day").await;
    assert!(day.text().contains("было 3, стало 4"), "{}", day.text());
    let statements: u32 = page
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told");
    assert!(statements <= 8, "{statements}");
    assert_eq!(mother.post_form("/my/notifications", &[]).await.status, 303);
    let page = mother.get("/my/notifications").await;
    assert!(!page.text().contains("Новые"), "{}", page.text());
}

#[tokio::test]
async fn whoever_has_no_child_there_is_told_nothing() {
    let school = open().await;
    set(&school, 1, 0, "5").await;
    minutes(&school, 20).await;
    for person in [BORISOVA, TEACHER, FOREIGN] {
        let page = school.signed_in(person).get("/my/notifications").await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Новостей нет"), "{}", page.text());
    }
    assert_eq!(school.nobody().get("/my/notifications").await.status, 303);
}

/// The job looks at the state: a second look at once, or two nodes, tell nothing twice.
#[tokio::test]
async fn a_second_look_tells_nothing() {
    let school = open().await;
    set(&school, 1, 0, "5").await;
    school.world.clock().advance(Duration::minutes(16));
    let org = OrgId::from(SCHOOL);
    let (one, two) = tokio::join!(
        school.journal.tell_marks(org),
        school.journal.tell_marks(org)
    );
    assert_eq!(one.expect("told") + two.expect("told"), 1);
    assert_eq!(told(&school).await, 0);
    // A node that stood still for a day catches up.
    set(&school, 2, 1, "4").await;
    school.world.clock().advance(Duration::days(1));
    assert_eq!(told(&school).await, 1);
}

/// PPL-3: what the school answered to proposals about cards is news for
/// whoever proposed, and for nobody else.
#[tokio::test]
async fn the_answer_to_a_proposal_is_news_until_it_is_read() {
    let school = open().await;
    school
        .world
        .sql(&format!(
            "insert into people.proposal (org_id, subject_id, card, proposed_by, changes, state, decided_at, reason)
             values ({SCHOOL}, 11, 'pupils', {MOTHER}, '[]', 'refused', kernel.now(), 'нужна справка'),
                    ({SCHOOL}, 11, 'pupils', {MOTHER}, '[]', 'accepted', kernel.now(), ''),
                    ({SCHOOL}, 11, 'pupils', {MOTHER}, '[]', 'open', null, ''),
                    ({SCHOOL}, 11, 'pupils', {MOTHER}, '[]', 'refused', timestamptz '2026-01-01', 'давно')"
        ))
        .await;
    let mut mother = school.signed_in(MOTHER);
    let page = mother.get("/my/notifications").await;
    let text = page.text();
    assert!(
        text.contains("нужна справка") && text.contains("принято, записано"),
        "{text}"
    );
    assert!(
        text.contains("Прочитать все") && !text.contains("давно"),
        "{text}"
    );
    let statements: u32 = page
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told");
    assert!(statements <= 8, "{statements}");
    assert_eq!(mother.post_form("/my/notifications", &[]).await.status, 303);
    let read = mother.get("/my/notifications").await.text();
    assert!(
        read.contains("нужна справка") && !read.contains("Прочитать все"),
        "{read}"
    );
    for other in [TEACHER, FOREIGN] {
        let page = school.signed_in(other).get("/my/notifications").await;
        assert!(!page.text().contains("нужна справка"));
    }
}

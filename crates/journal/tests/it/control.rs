//! JRN-6: what the journals lack, and remarks.

use crate::support::*;

const FILLING: &str = "/o/school/control/filling?from=16.11.2026&to=20.11.2026";

fn statements(answer: &testkit::Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told")
}

/// Each number of the map opens the lessons that it counts.
#[tokio::test]
async fn the_map_counts_what_lacks_and_forgets_it_when_it_is_mended() {
    let school = School::open().await;
    school
        .world
        .sql("delete from journal.mark where lesson_id = 501; delete from journal.work where lesson_id = 501")
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    let page = deputy.get(FILLING).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(statements(&page) <= 8, "{}", statements(&page));
    let text = page.text();
    assert!(
        text.contains("Петрова") && text.contains("нет переклички"),
        "{text}"
    );
    assert!(
        text.contains("href=\"/o/school/journal/lesson/501\""),
        "{text}"
    );
    assert!(
        !text.contains("href=\"/o/school/journal/lesson/504\""),
        "cancelled"
    );

    school
        .signed_in(TEACHER)
        .post_form("/o/school/journal/lesson/501/rolled", &[])
        .await;
    let mended = deputy.get(FILLING).await.text();
    assert!(
        !mended.contains("href=\"/o/school/journal/lesson/501\""),
        "{mended}"
    );
    for (person, status) in [(TEACHER, 403), (CLASS_TEACHER, 403), (MOTHER, 403)] {
        assert_eq!(school.signed_in(person).get(FILLING).await.status, status);
    }
}

/// Check 17: the first page says who did not fill the last school day and
/// leads to the one way of reminding, that of the deadlines.
#[tokio::test]
async fn the_first_page_leads_to_reminding_of_unfilled_lessons() {
    let school = School::open().await;
    school
        .world
        .sql("update journal.entry set topic = '' where lesson_id = 501")
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    let home = deputy.get("/o/school/").await;
    assert!(statements(&home) <= 8, "{}", statements(&home));
    let home = home.text().replace('\u{a0}', " ");
    assert!(home.contains("1 урок у 1 учителя"), "{home}");
    let remind = "/o/school/control/reminders?day=2026-11-19";
    assert!(home.contains(remind), "{home}");
    assert!(home.contains("Напомнить об уроках (1)"), "{home}");
    let filling = deputy.get(FILLING).await.text();
    assert!(filling.contains("/control/reminders?day="), "{filling}");
    let old = deputy.get("/o/school/control/remind").await;
    assert_eq!(old.status, 404, "there is no second way");
}

/// Z7: a remark reaches its teacher, who answers; the rest mends itself.
#[tokio::test]
async fn a_remark_is_made_answered_and_closed() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let new = "/o/school/journal/remarks/new";
    assert_eq!(deputy.get(&format!("{new}?lesson=501")).await.status, 200);
    let remark = [("lesson", "501"), ("text", "Тема не по плану")];
    for _ in 0..2 {
        assert_eq!(deputy.post_form(new, &remark).await.status, 303);
    }
    assert_eq!(
        deputy
            .post_form(new, &[("lesson", "501"), ("text", " ")])
            .await
            .status,
        422
    );
    assert_eq!(
        deputy
            .post_form(new, &[("lesson", "900"), ("text", "x")])
            .await
            .status,
        404
    );
    assert_eq!(school.count("select count(*) from journal.remark").await, 1);
    let id = school
        .count("select max(remark_id) from journal.remark")
        .await;
    let mut teacher = school.signed_in(TEACHER);
    let home = teacher.get("/o/school/").await.text();
    assert!(home.contains("Замечания без ответа: 1"), "{home}");
    let answer = format!("/o/school/journal/remarks/{id}/answer");
    let text = [("answer", "Исправила")];
    assert_eq!(
        school
            .signed_in(STRANGER)
            .post_form(&answer, &text)
            .await
            .status,
        404
    );
    assert_eq!(teacher.post_form(&answer, &text).await.status, 303);
    let list = "/o/school/journal/remarks";
    let page = deputy.get(list).await;
    assert!(statements(&page) <= 8, "{}", statements(&page));
    assert!(page.text().contains("Исправила"), "{}", page.text());
    assert!(
        !school
            .signed_in(STRANGER)
            .get(list)
            .await
            .text()
            .contains("Тема не по плану")
    );
    let close = format!("/o/school/journal/remarks/{id}/close");
    assert_eq!(teacher.post_form(&close, &[]).await.status, 403);
    assert_eq!(deputy.post_form(&close, &[]).await.status, 303);
    let closed = "select count(*) from journal.remark where closed_at is not null";
    assert_eq!(school.count(closed).await, 1);
    deputy.post_form(&close, &[("open", "1")]).await;
    assert_eq!(school.count(closed).await, 0);
}

/// What lacks by itself is computed: it comes back when it is broken again.
#[tokio::test]
async fn automatic_remarks_follow_the_lessons() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let list = "/o/school/journal/remarks";
    let lesson = "href=\"/o/school/journal/lesson/501\"";
    assert!(!teacher.get(list).await.text().contains(lesson));
    let homework = async |text: &str| {
        let set = format!("update journal.entry set homework = '{text}' where lesson_id = 501");
        school.world.sql(&set).await;
    };
    homework("").await;
    assert!(teacher.get(list).await.text().contains(lesson));
    homework("№ 6").await;
    assert!(!teacher.get(list).await.text().contains(lesson));
}

//! JRN-6: what the journals lack, reminders and remarks.

use crate::support::*;

const FILLING: &str = "/o/school/control/filling?from=16.11.2026&to=20.11.2026";
const REMIND: &str = "/o/school/control/remind";

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

/// Check 17: two presses, one message to each, not twice by chance.
#[tokio::test]
async fn those_who_owe_are_reminded_once() {
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
    assert!(home.contains("/control/remind?day=2026-11-19"), "{home}");
    let page = deputy.get(&format!("{REMIND}?day=2026-11-19")).await;
    assert!(
        page.text().contains("Напомнить об уроках (1)"),
        "{}",
        page.text()
    );
    assert!(statements(&page) <= 8, "{}", statements(&page));
    let send = [("day", "2026-11-19"), ("seen", "0")];
    for _ in 0..2 {
        assert_eq!(deputy.post_form(REMIND, &send).await.status, 303);
    }
    let reminders = "select count(*) from journal.reminder where teacher_id = 1";
    assert_eq!(
        school.count(reminders).await,
        1,
        "pressed twice is sent once"
    );
    let events = "select count(*) from kernel.outbox where kind = 'journal.lessons-unfilled'";
    assert_eq!(school.count(events).await, 1);
    let page = deputy.get(&format!("{REMIND}?day=2026-11-19")).await.text();
    assert!(page.contains("Повторить?"), "{page}");

    let mut teacher = school.signed_in(TEACHER);
    let told = teacher.get("/o/school/").await;
    assert!(told.text().contains("напоминает"), "{}", told.text());
    assert!(statements(&told) <= 8, "{}", statements(&told));
    school
        .world
        .sql("update journal.entry set topic = 'Сложение' where lesson_id = 501")
        .await;
    let told = teacher.get("/o/school/").await.text();
    assert!(!told.contains("напоминает"), "mended, it is gone: {told}");
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

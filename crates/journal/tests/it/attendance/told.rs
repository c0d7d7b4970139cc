//! What parents tell of absences (P3): notices, certificates, answers.

use super::*;

/// P3: a parent reports, the class teacher accepts with one press.
#[tokio::test]
async fn a_notice_becomes_a_document() {
    let school = School::open().await;
    absent(&school, 2, TODAY).await;
    let mut mother = school.signed_in(MOTHER);
    let page = mother.get("/my/absence?child=school:11").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let notice = [
        ("child", "school:11"),
        ("day", "2026-11-20"),
        ("first_on", ""),
        ("last_on", ""),
        ("reason", "ill"),
        ("text", "Температура"),
    ];
    for _ in 0..2 {
        let sent = mother.post_form("/my/absence", &notice).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
    let late = "select count(*) from journal.absence_notice where late";
    assert_eq!(
        school.count(late).await,
        1,
        "lessons had begun; sent twice is one"
    );
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let home = class_teacher.get("/o/school/").await;
    assert!(home.text().contains("Температура"), "{}", home.text());
    assert!(statements(&home) <= 8, "{}", statements(&home));
    let id = school
        .count("select max(notice_id) from journal.absence_notice")
        .await;
    let accept = format!("/o/school/journal/51/notices/{id}/accept");
    assert_eq!(
        school
            .signed_in(TEACHER)
            .post_form(&accept, &[])
            .await
            .status,
        404
    );
    for _ in 0..2 {
        let accepted = class_teacher.post_form(&accept, &[("back", "home")]).await;
        assert_eq!(accepted.location(), Some("/o/school/"));
    }
    assert_eq!(school.count(&format!("{CODE} 'Б'")).await, 1);
    assert_eq!(
        school
            .count("select count(*) from journal.absence_document")
            .await,
        1
    );
    assert!(mother.get("/my/absence").await.text().contains("принято"));
    let refuse = format!("/o/school/journal/51/notices/{id}/refuse");
    class_teacher.post_form(&refuse, &[("answer", "Нет")]).await;
    let accepted = "select count(*) from journal.absence_notice where state = 'accepted'";
    assert_eq!(school.count(accepted).await, 1, "an answer stays");
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_is_shown_to_the_parent() {
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    let notice = [
        ("child", "school:11"),
        ("day", "other"),
        ("first_on", "23.11.2026"),
        ("last_on", "25.11.2026"),
        ("reason", "excused"),
        ("text", ""),
    ];
    assert_eq!(mother.post_form("/my/absence", &notice).await.status, 303);
    let id = school
        .count("select max(notice_id) from journal.absence_notice")
        .await;
    let refuse = format!("/o/school/journal/51/notices/{id}/refuse");
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let refused =
        "select count(*) from journal.absence_notice where state = 'refused' and not late";
    class_teacher.post_form(&refuse, &[("answer", " ")]).await;
    assert_eq!(school.count(refused).await, 0);
    class_teacher
        .post_form(&refuse, &[("answer", "Нужно заявление")])
        .await;
    assert_eq!(school.count(refused).await, 1);
    assert!(
        mother
            .get("/my/absence")
            .await
            .text()
            .contains("Нужно заявление")
    );
}

fn certificate(child: &'static str, form: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("child", child),
        ("form", form),
        ("day", "2026-11-20"),
        ("first_on", ""),
        ("last_on", ""),
        ("reason", "ill"),
        ("text", ""),
    ]
}

/// P3, R-14: a parent adds the photo of a certificate, at once or later; the
/// class teacher has it, and the document that comes of the notice keeps it.
#[tokio::test]
async fn a_notice_brings_the_photo_of_a_certificate() {
    const FIRST: &str = "00000000-0000-4000-8000-0000000000c1";
    const LATER: &str = "00000000-0000-4000-8000-0000000000c2";
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    let path = "/my/absence";
    let odd = ("file", "справка.png", b"MZ\x90".as_slice());
    let refused = mother
        .post_file(path, &certificate("school:11", FIRST), odd)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("не принимаются"));
    let notices = "select count(*) from journal.absence_notice";
    assert_eq!(school.count(notices).await, 0, "nothing is sent by half");

    let photo = ("file", "справка.png", PNG);
    for _ in 0..2 {
        let sent = mother
            .post_file(path, &certificate("school:11", FIRST), photo)
            .await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    }
    let files = "select count(*) from journal.notice_file";
    assert_eq!(
        (school.count(notices).await, school.count(files).await),
        (1, 1),
        "sent twice it is one"
    );
    assert!(mother.get(path).await.text().contains("справка.png"));
    // Neither a foreign child nor a pupil's own word brings anything.
    for (person, child) in [(MOTHER, "school:12"), (ABRAMOV, "school:11")] {
        let mut client = school.signed_in(person);
        let sent = client
            .post_file(path, &certificate(child, LATER), photo)
            .await;
        assert_eq!(sent.status, 404, "{person} {child}");
    }

    let notice = school
        .count("select max(notice_id) from journal.absence_notice")
        .await;
    let file = school
        .count("select max(file_id) from journal.notice_file")
        .await;
    let href = format!("/o/school/journal/51/notices/{notice}/files/{file}");
    let mut leader = school.signed_in(CLASS_TEACHER);
    for page in ["/o/school/", PAGE] {
        let shown = leader.get(page).await;
        assert!(shown.text().contains(&href), "{page}: {}", shown.text());
        assert!(statements(&shown) <= 8, "{page}: {}", statements(&shown));
    }
    for (person, status) in [
        (CLASS_TEACHER, 200),
        (DEPUTY, 200),
        (TEACHER, 404),
        (STRANGER, 404),
        (MOTHER, 403),
        (ABRAMOV, 403),
    ] {
        let answer = school.signed_in(person).get(&href).await;
        assert_eq!(answer.status, status, "{person}");
        if status == 200 {
            assert_eq!(answer.bytes.as_ref(), PNG);
        }
    }
    let elsewhere = href.replace(&format!("notices/{notice}"), "notices/9999");
    assert_eq!(leader.get(&elsewhere).await.status, 404);

    let accept = format!("/o/school/journal/51/notices/{notice}/accept");
    assert_eq!(leader.post_form(&accept, &[]).await.status, 303);
    let kept = "select count(*) from journal.absence_file where removed_at is null";
    assert_eq!(school.count(kept).await, 1, "the document has the photo");
    // The certificate itself comes when the child is well again.
    let second = ("file", "стр 2.png", PNG);
    let sent = mother
        .post_file(path, &certificate("school:11", LATER), second)
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(school.count(kept).await, 2);
    assert_eq!(school.count(notices).await, 1);
    assert!(leader.get(PAGE).await.text().contains("стр 2.png"));
    for table in ["journal.notice_file", "journal.absence_file"] {
        testkit::assert_history_replays(&school.world.test, table).await;
    }
}

/// Nobody reports about a child that is not the own one.
#[tokio::test]
async fn only_parents_report_and_only_about_their_children() {
    let school = School::open().await;
    for (person, child) in [
        (MOTHER, "school:12"),
        (MOTHER, "other:91"),
        (ABRAMOV, "school:11"),
        (TEACHER, "school:11"),
    ] {
        let form = [
            ("child", child),
            ("day", "2026-11-20"),
            ("reason", "ill"),
            ("text", ""),
        ];
        let mut client = school.signed_in(person);
        assert_eq!(client.post_form("/my/absence", &form).await.status, 404);
        let page = client.get(&format!("/my/absence?child={child}")).await;
        assert_eq!(page.status, 404, "{person} {child}");
    }
    let none = "select count(*) from journal.absence_notice";
    assert_eq!(school.count(none).await, 0);
}

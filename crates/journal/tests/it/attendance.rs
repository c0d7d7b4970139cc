//! JRN-4: reasons of absences, notices of parents, who is in school.

mod told;

use crate::support::*;

const PAGE: &str = "/o/school/journal/51/attendance";
const CODE: &str = "select count(*) from journal.attendance where pupil_id = 11 and code =";

fn document(
    reason: &'static str,
    first: &'static str,
    last: &'static str,
) -> Vec<(&'static str, &'static str)> {
    vec![
        ("pupil", "11"),
        ("reason", reason),
        ("first_on", first),
        ("last_on", last),
        ("basis", "certificate"),
        ("received_on", "20.11.2026"),
        ("note", ""),
    ]
}

fn statements(answer: &testkit::Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told")
}

async fn absent(school: &School, id: u128, lesson: i64) {
    let mut teacher = school.signed_in(TEACHER);
    let ops = [op(id, lesson, ABRAMOV, "attendance", 0, "н")];
    assert_eq!(send(&mut teacher, &ops).await[0]["status"], "ok");
}

/// C1, S3:8.3: a document changes the absences of its days and nothing else;
/// withdrawn, it leaves what was before. All of it stands in the history.
#[tokio::test]
async fn a_document_tells_the_reason_of_all_absences_of_its_days() {
    let school = School::open().await;
    absent(&school, 1, YESTERDAY).await;
    absent(&school, 2, TODAY).await;
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let only_today = document("ill", "20.11.2026", "24.11.2026");
    let saved = class_teacher.post_form(PAGE, &only_today).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(
        school
            .count(&format!("{CODE} 'Б' and lesson_id = 500"))
            .await,
        1
    );
    assert_eq!(
        school
            .count(&format!("{CODE} 'ОТ' and lesson_id = 501"))
            .await,
        1
    );

    let again = class_teacher.post_form(PAGE, &only_today).await;
    assert_eq!(again.status, 303);
    let all = "select count(*) from journal.absence_document";
    assert_eq!(school.count(all).await, 1, "entered twice, it is one");

    let page = class_teacher
        .get(&format!("{PAGE}?span=week&on=2026-11-20"))
        .await;
    assert!(statements(&page) <= 8, "{}", statements(&page));
    let text = page.text();
    assert!(
        text.contains("Абрамов Артём") && text.contains("справка"),
        "{text}"
    );

    let id = school
        .count("select max(document_id) from journal.absence_document")
        .await;
    let withdraw = format!("{PAGE}/{id}/withdraw");
    for _ in 0..2 {
        assert_eq!(class_teacher.post_form(&withdraw, &[]).await.status, 303);
    }
    assert_eq!(
        school
            .count(&format!("{CODE} 'ОТ' and document_id is null"))
            .await,
        2
    );
    let changes =
        "select count(*) from kernel.history where tbl = 'journal.attendance' and key like '%500%'";
    assert_eq!(school.count(changes).await, 3, "absent, ill, absent again");
    testkit::assert_history_replays(&school.world.test, "journal.attendance").await;
}

/// An absence that a teacher notes later gets the reason at once.
#[tokio::test]
async fn a_document_tells_the_reason_of_absences_to_come() {
    let school = School::open().await;
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let days = document("excused", "19.11.2026", "20.11.2026");
    assert_eq!(class_teacher.post_form(PAGE, &days).await.status, 303);
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        op(1, TODAY, ABRAMOV, "attendance", 0, "н"),
        op(2, TODAY, BORISOVA, "attendance", 0, "н"),
    ];
    let results = send(&mut teacher, &ops).await;
    assert_eq!(results[0]["value"], "УП");
    assert_eq!(results[1]["value"], "ОТ");
    assert_eq!(
        school
            .count(&format!("{CODE} 'УП' and document_id is not null"))
            .await,
        1
    );
}

/// Two documents about one day: one must be chosen.
#[tokio::test]
async fn of_two_reasons_one_is_chosen() {
    for (choice, code) in [("keep", "Б"), ("replace", "УП")] {
        let school = School::open().await;
        absent(&school, 2, TODAY).await;
        let mut class_teacher = school.signed_in(CLASS_TEACHER);
        let ill = document("ill", "18.11.2026", "20.11.2026");
        assert_eq!(class_teacher.post_form(PAGE, &ill).await.status, 303);
        let mut other = document("excused", "20.11.2026", "21.11.2026");
        let asked = class_teacher.post_form(PAGE, &other).await;
        assert_eq!(asked.status, 422);
        assert!(
            asked.text().contains("есть другой документ"),
            "{}",
            asked.text()
        );
        other.push(("overlap", choice));
        assert_eq!(class_teacher.post_form(PAGE, &other).await.status, 303);
        assert_eq!(
            school.count(&format!("{CODE} '{code}'")).await,
            1,
            "{choice}"
        );
    }
}

#[tokio::test]
async fn wrong_days_are_said_at_the_field() {
    let school = School::open().await;
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let backwards = document("ill", "20.11.2026", "18.11.2026");
    let answer = class_teacher.post_form(PAGE, &backwards).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text().contains("не раньше первого"),
        "{}",
        answer.text()
    );
}

/// AC-07: teachers of the class, parents and other schools do not get in;
/// a pupil of another class is not there.
#[tokio::test]
async fn reasons_are_told_by_the_class_teacher_and_the_deputy() {
    let school = School::open().await;
    let days = document("ill", "20.11.2026", "20.11.2026");
    for (person, status) in [
        (TEACHER, 404),
        (STRANGER, 404),
        (MOTHER, 403),
        (DEPUTY, 303),
    ] {
        let answer = school.signed_in(person).post_form(PAGE, &days).await;
        assert_eq!(answer.status, status, "{person}");
    }
    for (person, status) in [(STRANGER, 404), (MOTHER, 403), (CLASS_TEACHER, 200)] {
        assert_eq!(school.signed_in(person).get(PAGE).await.status, status);
    }
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let mut of_grade_one = days.clone();
    of_grade_one[0] = ("pupil", "14");
    assert_eq!(
        class_teacher.post_form(PAGE, &of_grade_one).await.status,
        404
    );
    let foreign = "/o/school/journal/99/attendance";
    assert_eq!(class_teacher.get(foreign).await.status, 404);
    assert_eq!(class_teacher.post_form(foreign, &days).await.status, 404);
    // A document of another class cannot be withdrawn by way of the own one.
    school
        .world
        .sql("insert into journal.absence_document
                  (org_id, document_id, pupil_id, reason, first_on, last_on, basis, received_on, set_by, set_at)
              overriding system value
              values (1001, 77, 14, 'ill', '2026-11-20', '2026-11-20', 'certificate', '2026-11-20', 1, '2026-11-20')")
        .await;
    let stolen = class_teacher
        .post_form(&format!("{PAGE}/77/withdraw"), &[])
        .await;
    assert_eq!(stolen.status, 404);
}

/// The day of the school, and the explicit fact that a roll was called.
#[tokio::test]
async fn the_day_of_the_school_tells_who_is_missing_and_what_was_not_rolled() {
    let school = School::open().await;
    let day = "/o/school/attendance/day?date=20.11.2026";
    let mut deputy = school.signed_in(DEPUTY);
    absent(&school, 2, TODAY).await;
    let page = deputy.get(day).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(statements(&page) <= 8, "{}", statements(&page));
    assert!(page.text().contains("5А") && page.text().contains("1Б"));
    assert_eq!(school.signed_in(TEACHER).get(day).await.status, 403);
    let rolled = "/o/school/journal/lesson/503/rolled";
    assert_eq!(
        school
            .signed_in(STRANGER)
            .post_form(rolled, &[])
            .await
            .status,
        404
    );
    assert_eq!(
        school
            .signed_in(TEACHER)
            .post_form(rolled, &[])
            .await
            .status,
        303
    );
    assert_eq!(
        school
            .count("select count(*) from journal.rolled where lesson_id = 503")
            .await,
        1
    );
    let to = school
        .signed_in(CLASS_TEACHER)
        .get("/o/school/attendance")
        .await;
    assert_eq!(to.location(), Some(PAGE));
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

/// S3:8.3: the photo of a document comes with it or later; only those who tell
/// reasons have it.
#[tokio::test]
async fn a_document_keeps_its_scan_for_those_who_tell_reasons() {
    let school = School::open().await;
    let mut leader = school.signed_in(CLASS_TEACHER);
    let form = document("ill", "20.11.2026", "20.11.2026");
    let page = ("file", "справка.png", b"<html><script>".as_slice());
    let refused = leader.post_file(PAGE, &form, page).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.text().contains("не принимаются"),
        "{}",
        refused.text()
    );
    let all = "select count(*) from journal.absence_document";
    assert_eq!(school.count(all).await, 0, "nothing is entered by half");
    let saved = leader
        .post_file(PAGE, &form, ("file", "справка.png", PNG))
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let id = school
        .count("select max(document_id) from journal.absence_document")
        .await;
    // the same form twice adds one file.
    let form = [("form", "00000000-0000-4000-8000-0000000000ab")];
    for _ in 0..2 {
        let path = format!("{PAGE}/{id}/files");
        let file = ("file", "стр 2.png", PNG);
        let later = leader.post_file(&path, &form, file).await;
        assert_eq!(later.status, 303, "{}", later.text());
    }
    let odd = leader
        .post_file(
            &format!("{PAGE}/{id}/files"),
            &[],
            ("file", "a.exe", b"MZ..."),
        )
        .await;
    assert_eq!(odd.status, 303);
    let files = "select count(*) from journal.absence_file where removed_at is null";
    assert_eq!(school.count(files).await, 2);

    let file = school
        .count("select min(file_id) from journal.absence_file")
        .await;
    let href = format!("{PAGE}/{id}/files/{file}");
    let shown = leader.get(PAGE).await;
    assert!(shown.text().contains(&href), "{}", shown.text());
    assert!(statements(&shown) <= 8, "{}", statements(&shown));
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
            assert!(
                answer
                    .header("content-disposition")
                    .is_some_and(|it| it.starts_with("attachment"))
            );
        }
    }
    // Neither another document nor another class leads to it.
    for path in [
        format!("{PAGE}/9999/files/{file}"),
        format!("/o/school/journal/11/attendance/{id}/files/{file}"),
    ] {
        assert_eq!(
            school.signed_in(DEPUTY).get(&path).await.status,
            404,
            "{path}"
        );
    }
    let removed = leader.post_form(&format!("{href}/remove"), &[]).await;
    assert_eq!(removed.status, 303);
    assert_eq!(leader.get(&href).await.status, 404);
    assert_eq!(
        leader
            .post_form(&format!("{href}/remove"), &[])
            .await
            .status,
        404
    );
    testkit::assert_history_replays(&school.world.test, "journal.absence_file").await;
}

/// On a day off everybody means the last school day; a day that was asked for
/// stays, with the way there.
#[tokio::test]
async fn on_a_sunday_the_last_school_day_is_shown() {
    let school = School::open().await;
    school.world.clock().advance(chrono::TimeDelta::days(2));
    let mut deputy = school.signed_in(DEPUTY);
    let day = "/o/school/attendance/day";
    let to = deputy.get(day).await;
    assert_eq!(
        to.location(),
        Some("/o/school/attendance/day?date=2026-11-20"),
        "{}",
        to.text()
    );
    let shown = deputy.get(to.location().expect("a way")).await;
    assert!(shown.text().contains("5А"), "{}", shown.text());
    let sunday = deputy.get(&format!("{day}?date=22.11.2026")).await;
    assert_eq!(sunday.status, 200);
    assert!(
        sunday.text().contains("Последний учебный день"),
        "{}",
        sunday.text()
    );
    assert!(statements(&sunday) <= 8, "{}", statements(&sunday));
}

/// The tables are closed to other schools by the database itself.
#[tokio::test]
async fn row_policies_close_the_new_tables() {
    let school = School::open().await;
    for table in [
        "absence_document",
        "absence_file",
        "absence_notice",
        "notice_file",
        "rolled",
        "reminder",
        "remark",
    ] {
        let query = format!(
            "select count(*) from pg_class c join pg_policy p on p.polrelid = c.oid
              where c.oid = 'journal.{table}'::regclass and c.relrowsecurity and c.relforcerowsecurity"
        );
        assert_eq!(school.count(&query).await, 1, "{table}");
    }
}

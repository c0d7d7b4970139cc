use serde_json::{Value, json};
use testkit::{Answer, Client, assert_history_replays};

use crate::support::*;

pub(crate) const ALGEBRA: &str = "/o/school/journal/51/1/finals";
pub(crate) const HISTORY: &str = "/o/school/journal/51/2/finals";
pub(crate) const CLASS: &str = "/o/school/journal/51/finals";
pub(crate) const FINAL_OPS: &str = "/o/school/journal/finals/ops";

/// The first quarter is over, and its marks are due.
pub(crate) async fn open() -> School {
    let school = School::open().await;
    school.world.sql(include_str!("finals.sql")).await;
    school
}

fn statements(answer: &Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("statements are told")
}

pub(crate) fn final_op(
    id: u128,
    subject: i64,
    pupil: i64,
    slot: &str,
    base: i32,
    value: &str,
) -> Value {
    json!({
        "op_id": uuid::Uuid::from_u128(id), "subject": subject, "pupil": pupil, "slot": slot,
        "base": base, "value": value,
    })
}

pub(crate) async fn send_finals(client: &mut Client, ops: &[Value]) -> Vec<Value> {
    let answer = client
        .post_json(FINAL_OPS, &json!({ "class": 51, "ops": ops }))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["results"]
        .as_array()
        .expect("results")
        .clone()
}

/// Both pupils get their mark, and the teacher signs the first quarter of algebra.
pub(crate) async fn signed(school: &School) -> Client {
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        final_op(901, 1, ABRAMOV, "quarter-1", 0, "5"),
        final_op(902, 1, BORISOVA, "quarter-1", 0, "4"),
    ];
    send_finals(&mut teacher, &ops).await;
    let done = teacher.post_form(ALGEBRA, &[("sign", "1.quarter-1")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    teacher
}

async fn value(school: &School, pupil: i64, slot: &str) -> String {
    let query = format!(
        "select value from journal.final_mark where pupil_id = {pupil} and subject_id = 1
         and kind || case when number > 0 then '-' || number else '' end = '{slot}'"
    );
    sqlx::query_scalar(sqlx::AssertSqlSafe(query))
        .fetch_optional(school.world.test.admin())
        .await
        .expect("asked")
        .unwrap_or_default()
}

/// JRN-3, check 15: one click takes all proposals but the borderline ones.
#[tokio::test]
async fn all_proposals_but_the_doubtful_are_taken_at_once() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get(ALGEBRA).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    for part in [
        "value=\"11.1.quarter-1\" data-value=\"5\" title=\"средний 5,00, отметок 12\"",
        "средний 4,50, отметок 12, пропущено 1 из 12 уроков; спорная",
        "не выставлено 2, из них без сомнений 1",
        "name=\"accept_all\" value=\"1.quarter-1\"",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(statements(&page) <= 8, "{} statements", statements(&page));
    let done = teacher
        .post_form(ALGEBRA, &[("accept_all", "1.quarter-1")])
        .await;
    assert_eq!(done.location(), Some(ALGEBRA), "{}", done.text());
    assert_eq!(value(&school, ABRAMOV, "quarter-1").await, "5");
    assert_eq!(value(&school, BORISOVA, "quarter-1").await, "");
    let one = teacher
        .post_form(ALGEBRA, &[("accept", "12.1.quarter-1")])
        .await;
    assert_eq!(one.status, 303);
    assert_eq!(
        value(&school, BORISOVA, "quarter-1").await,
        "5",
        "the teacher decided"
    );
    assert_history_replays(&school.world.test, "journal.final_mark").await;
}

/// Check 15: who has no mark is told with a link, and nothing is signed.
#[tokio::test]
async fn a_period_with_blanks_is_not_signed() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    let refused = teacher
        .post_form(
            ALGEBRA,
            &[("sign", "1.quarter-1"), ("f.11.1.quarter-1.0", "5")],
        )
        .await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("<a href=\"#f-12-1-quarter-1\">Борисова Вера</a>"),
        "{text}"
    );
    assert!(
        !text.contains("#f-11-1-quarter-1\""),
        "what was typed is saved: {text}"
    );
    assert!(
        !text.contains("Ветров Глеб</a>"),
        "who came later needs no mark"
    );
    assert_eq!(
        school
            .count("select count(*) from journal.signed_period")
            .await,
        0
    );
    let ahead = teacher.post_form(ALGEBRA, &[("sign", "1.quarter-2")]).await;
    assert_eq!(ahead.status, 422);
    assert!(
        ahead.text().contains("ещё будут уроки: 1"),
        "{}",
        ahead.text()
    );
    signed(&school).await;
    assert_eq!(
        school
            .count("select count(*) from journal.signed_period")
            .await,
        1
    );
    assert_history_replays(&school.world.test, "journal.signed_period").await;
}

/// JRN-7: signing closes the final marks and the current ones of the period.
#[tokio::test]
async fn what_is_signed_is_closed() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    let results = send(
        &mut teacher,
        &[
            mark(1, 600, ABRAMOV, 1, "4"),
            mark(2, 600, ABRAMOV, 1, "5"),
            op(3, 600, ABRAMOV, "attendance", 0, "н"),
            mark(4, TODAY, ABRAMOV, 0, "5"),
        ],
    )
    .await;
    let statuses: Vec<&Value> = results.iter().map(|it| &it["status"]).collect();
    assert_eq!(statuses, ["locked", "ok", "ok", "ok"], "{results:?}");
    let ask = "/o/school/journal/corrections/new?lesson=600&pupil=11&work=600";
    assert_eq!(results[0]["ask"], ask);
    assert!(
        results[0]["text"]
            .as_str()
            .is_some_and(|it| it.contains("подписан"))
    );
    let finals = send_finals(
        &mut teacher,
        &[
            final_op(5, 1, ABRAMOV, "quarter-1", 1, "4"),
            final_op(6, 1, ABRAMOV, "quarter-2", 0, "4"),
        ],
    )
    .await;
    assert_eq!(finals[0]["status"], "locked");
    assert_eq!(finals[1]["status"], "ok", "another period stays open");
    let term = school
        .count("select period_id from curriculum.period where number = 1 and org_id = 1001")
        .await;
    let grid = teacher
        .get(&format!("/o/school/journal/51/1?period={term}"))
        .await;
    assert!(grid.text().contains("Период подписан"), "{}", grid.text());
    let lesson = teacher.get("/o/school/journal/lesson/600").await.text();
    assert!(lesson.contains("readonly"), "{lesson}");
    assert!(
        lesson.contains("lesson=600&amp;pupil=11") || lesson.contains("lesson=600&pupil=11"),
        "{lesson}"
    );
    let page = teacher.get(ALGEBRA).await.text();
    assert!(
        page.contains("slot=quarter-1"),
        "a closed mark leads to a request: {page}"
    );
    assert!(!page.contains("name=\"f.11.1.quarter-1"));
}

/// The form without a script keeps what was typed.
#[tokio::test]
async fn a_form_with_mistakes_comes_back_as_typed() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    let fields = [
        ("f.11.1.quarter-1.0", "7"),
        ("f.12.1.quarter-1.0", "н/а у"),
        ("accept_all", "1.quarter-1"),
    ];
    let refused = teacher.post_form(ALGEBRA, &fields).await;
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(
        text.contains("value=\"7\"") && text.contains("aria-invalid"),
        "{text}"
    );
    assert!(text.contains("Абрамов Артём, «7»"), "{text}");
    assert_eq!(
        value(&school, BORISOVA, "quarter-1").await,
        "н/а",
        "the good one is saved"
    );
    assert_eq!(
        school
            .count("select count(*) from journal.final_mark where reason = 'excused'")
            .await,
        1
    );
    assert_eq!(
        value(&school, ABRAMOV, "quarter-1").await,
        "",
        "nothing more was done"
    );

    let mut deputy = school.signed_in(DEPUTY);
    send_finals(&mut deputy, &[final_op(1, 1, ABRAMOV, "quarter-1", 0, "4")]).await;
    let stale = teacher
        .post_form(ALGEBRA, &[("f.11.1.quarter-1.0", "5")])
        .await;
    assert_eq!(stale.status, 409);
    assert!(stale.text().contains("Завучева"), "{}", stale.text());
    assert_eq!(value(&school, ABRAMOV, "quarter-1").await, "4");
}

/// sent five times, done once; the id with another content is refused.
#[tokio::test]
async fn an_operation_sent_again_does_nothing() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        final_op(1, 1, ABRAMOV, "quarter-1", 0, "5"),
        final_op(2, 1, BORISOVA, "quarter-1", 0, "4"),
    ];
    let first = send_finals(&mut teacher, &ops).await;
    for _ in 0..4 {
        assert_eq!(send_finals(&mut teacher, &ops).await, first);
    }
    assert_eq!(
        school
            .count("select count(*) from kernel.history where tbl = 'journal.final_mark'")
            .await,
        2
    );
    let other = json!({"class": 51, "ops": [final_op(1, 1, ABRAMOV, "quarter-1", 0, "3")]});
    assert_eq!(teacher.post_json(FINAL_OPS, &other).await.status, 422);
    let conflict = send_finals(
        &mut school.signed_in(DEPUTY),
        &[final_op(3, 1, ABRAMOV, "quarter-1", 0, "3")],
    )
    .await;
    assert_eq!(
        (&conflict[0]["status"], &conflict[0]["value"]),
        (&json!("conflict"), &json!("5"))
    );
    assert!(
        conflict[0]["by"]
            .as_str()
            .is_some_and(|it| it.starts_with("Петрова"))
    );
}

/// S3:8.5–8.6: the class teacher sets the marks of all subjects of the own class.
#[tokio::test]
async fn the_class_teacher_sets_all_subjects_and_signs_none() {
    let school = open().await;
    let mut class_teacher = school.signed_in(CLASS_TEACHER);
    let page = class_teacher.get(&format!("{CLASS}?slot=quarter-1")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(statements(&page) <= 8, "{} statements", statements(&page));
    assert!(page.text().contains("История") && page.text().contains("отметок меньше 3"));
    let accepted = class_teacher
        .post_form(
            CLASS,
            &[
                ("slot", "quarter-1"),
                ("accept_all", "*.quarter-1"),
                ("f.12.2.quarter-1.0", "3"),
            ],
        )
        .await;
    assert_eq!(
        accepted.location(),
        Some("/o/school/journal/51/finals?slot=quarter-1")
    );
    assert_eq!(
        school
            .count("select count(*) from journal.final_mark")
            .await,
        3
    );
    let signing = class_teacher
        .post_form(ALGEBRA, &[("sign", "1.quarter-1")])
        .await;
    assert_eq!(signing.status, 403, "that is for who teaches it");
    let journals = class_teacher.get("/o/school/journal").await.text();
    assert!(journals.contains(CLASS), "{journals}");
}

/// JRN-3: the year from its periods; n/a is left out with a warning.
#[tokio::test]
async fn the_year_is_proposed_when_all_periods_are_set() {
    let school = open().await;
    school.world.clock().advance(chrono::Duration::days(200));
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        final_op(1, 1, ABRAMOV, "quarter-1", 0, "4"),
        final_op(2, 1, ABRAMOV, "quarter-2", 0, "5"),
        final_op(3, 1, BORISOVA, "quarter-1", 0, "н/а"),
        final_op(4, 1, BORISOVA, "quarter-2", 0, "5"),
    ];
    let results = send_finals(&mut teacher, &ops).await;
    assert!(results.iter().all(|it| it["status"] == "ok"), "{results:?}");
    let page = teacher.get(ALGEBRA).await.text();
    assert!(
        page.contains("value=\"11.1.year\" data-value=\"5\" title=\"средний 4,50; спорная"),
        "{page}"
    );
    assert!(
        page.contains("value=\"12.1.year\" data-value=\"5\" title=\"средний 5,00; есть период"),
        "{page}"
    );
}

/// JRN-2, S3:8.2: grade 1 has no final marks, and its page says so.
#[tokio::test]
async fn grade_one_has_no_final_marks() {
    let school = open().await;
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get("/o/school/journal/11/1/finals").await;
    assert!(
        page.text().contains("учится без отметок"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("final-input"));
    let body = json!({"class": 11, "ops": [final_op(1, 1, 14, "quarter-1", 0, "5")]});
    let results = teacher.post_json(FINAL_OPS, &body).await.json();
    assert_eq!(results["results"][0]["status"], "invalid");
    let sign = teacher
        .post_form("/o/school/journal/11/1/finals", &[("sign", "1.quarter-1")])
        .await;
    assert_eq!(sign.status, 404);
}

/// AC-07, AC-08: wrong role, class, school, subject, slot and value.
#[tokio::test]
async fn the_wrong_people_and_places_are_refused() {
    let school = open().await;
    for (person, page, status) in [
        (STRANGER, ALGEBRA, 404),
        (STRANGER, CLASS, 404),
        (TEACHER, CLASS, 404),
        (STRANGER, HISTORY, 200),
        (MOTHER, ALGEBRA, 403),
        (ABRAMOV, CLASS, 403),
        (99, ALGEBRA, 404),
        (DEPUTY, "/o/school/journal/99/9/finals", 404),
        (DEPUTY, "/o/school/journal/99/finals", 404),
        (DEPUTY, "/o/school/journal/51/finals?slot=half-1", 404),
        (DEPUTY, "/o/school/journal/51/finals?slot=x", 404),
    ] {
        let answer = school.signed_in(person).get(page).await;
        assert_eq!(answer.status, status, "{person} at {page}");
    }
    let mut stranger = school.signed_in(STRANGER);
    let results = send_finals(
        &mut stranger,
        &[
            final_op(1, 1, ABRAMOV, "quarter-1", 0, "5"),
            final_op(2, 2, 91, "quarter-1", 0, "5"),
            final_op(3, 2, LATECOMER, "quarter-1", 0, "5"),
            final_op(4, 2, ABRAMOV, "year", 0, "5"),
            final_op(5, 2, ABRAMOV, "quarter-1", 0, "1"),
            final_op(6, 2, ABRAMOV, "half-1", 0, "5"),
            final_op(7, 2, ABRAMOV, "quarter-1", 0, "осв"),
        ],
    )
    .await;
    let statuses: Vec<&str> = results
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        [
            "denied", "locked", "locked", "ok", "invalid", "locked", "ok"
        ],
        "{results:?}"
    );
    for (person, status) in [(MOTHER, 403), (ABRAMOV, 403), (99, 404)] {
        let body = json!({"class": 51, "ops": [final_op(1, 1, ABRAMOV, "quarter-1", 0, "5")]});
        assert_eq!(
            school
                .signed_in(person)
                .post_json(FINAL_OPS, &body)
                .await
                .status,
            status
        );
    }
    let body = json!({"class": 99, "ops": [final_op(1, 9, 91, "quarter-1", 0, "5")]});
    assert_eq!(
        school
            .signed_in(DEPUTY)
            .post_json(FINAL_OPS, &body)
            .await
            .status,
        404,
        "another school's class"
    );
    for body in [
        json!({}),
        json!({"class": 51, "ops": [{"slot": "week-1"}]}),
        json!({"class": 51, "ops": 1}),
    ] {
        let answer = school.signed_in(TEACHER).post_json(FINAL_OPS, &body).await;
        assert!(answer.status.is_client_error(), "{body}");
    }
}

/// Row policies: another school's transaction finds and changes nothing.
#[tokio::test]
async fn another_school_sees_none_of_it() {
    let school = open().await;
    signed(&school).await;
    for table in ["final_mark", "signed_period", "correction"] {
        let forced = format!(
            "select count(*) from pg_class where oid = 'journal.{table}'::regclass and relrowsecurity and relforcerowsecurity"
        );
        assert_eq!(school.count(&forced).await, 1, "{table}");
    }
    let mut foreign = school.signed_in(99);
    let page = foreign.get("/o/other/journal/corrections").await;
    assert_eq!(page.status, 200);
    let reopen = foreign
        .post_form(
            "/o/other/journal/51/1/finals",
            &[("reopen", "1.quarter-1"), ("reopen_reason", "x")],
        )
        .await;
    assert_eq!(reopen.status, 404);
}

/// JRN-7: the deputy head opens a period again, with a reason that is kept.
#[tokio::test]
async fn a_signature_is_taken_back_with_a_reason() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    let wish = [
        ("reopen", "1.quarter-1"),
        ("reopen_reason", "Ошибка в весах"),
    ];
    assert_eq!(teacher.post_form(ALGEBRA, &wish).await.status, 403);
    let mut deputy = school.signed_in(DEPUTY);
    assert_eq!(
        deputy.post_form(ALGEBRA, &wish[..1]).await.status,
        422,
        "a reason is needed"
    );
    assert_eq!(deputy.post_form(ALGEBRA, &wish).await.status, 303);
    let results = send(&mut teacher, &[mark(1, 600, ABRAMOV, 1, "4")]).await;
    assert_eq!(results[0]["status"], "ok");
    signed(&school).await;
    let results = send(&mut teacher, &[mark(2, 600, ABRAMOV, 2, "5")]).await;
    assert_eq!(results[0]["status"], "locked");
    assert_history_replays(&school.world.test, "journal.signed_period").await;
}

use axum::http::StatusCode;
use kernel::Role;
use sqlx::AssertSqlSafe;
use testkit::world::OTHER_SCHOOL;

use crate::support::{
    ABRAMOV, CLASS_TEACHER, COLLEAGUE, DEPUTY, DIRECTOR, MOTHER, OGE, STRANGER, School, TEACHER,
    TEST,
};

/// §10: who sees an exam, and who enters it; nobody learns of the others'.
#[tokio::test]
async fn everybody_sees_and_enters_what_is_theirs() {
    let school = School::open().await;
    let status = async |person: i64, path: &str| school.signed_in(person).get(path).await.status;
    let (ok, missing, denied) = (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN);
    let sheet = format!("{OGE}/classes/51");
    let other_sheet = format!("{OGE}/classes/52");
    for (who, exam, own, other) in [
        (DEPUTY, ok, ok, ok),
        (DIRECTOR, ok, denied, denied),
        (TEACHER, ok, ok, missing),
        (COLLEAGUE, ok, missing, ok),
        // She leads 9А and teaches nothing there: she looks.
        (CLASS_TEACHER, ok, missing, missing),
        (MOTHER, denied, denied, denied),
        (ABRAMOV, denied, denied, denied),
    ] {
        assert_eq!(status(who, OGE).await, exam, "{who}");
        assert_eq!(status(who, &sheet).await, own, "{who}");
        assert_eq!(status(who, &other_sheet).await, other, "{who}");
    }
    assert_eq!(
        status(TEACHER, TEST).await,
        missing,
        "history of 9А is a colleague's"
    );
    // A teacher sees own classes only, also in the sum and in files.
    let colleague = school.signed_in(COLLEAGUE).get(OGE).await.text();
    assert!(colleague.contains("Гусев") && !colleague.contains("Абрамов"));
    let csv = school
        .signed_in(CLASS_TEACHER)
        .get(&format!("{OGE}?as=csv"))
        .await
        .text();
    assert!(csv.contains("Абрамов") && !csv.contains("Гусев"));
}

/// another organisation's things are answered like missing ones.
#[tokio::test]
async fn nothing_of_another_school_is_found() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    for path in [
        "/o/school/study/exams/490",
        "/o/school/study/exams/490/edit",
        "/o/school/study/exams/490/classes/99",
        "/o/school/study/exams/400/classes/99",
        "/o/school/study/exams/490/pupils/91",
        "/o/school/study/exams/400/pupils/91",
        "/o/school/study/exams/scales/390",
        "/o/other/study/exams/490",
    ] {
        assert_eq!(
            deputy.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let stranger = school.signed_in(STRANGER).get(OGE).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
}

/// a family sees its own child and no other.
#[tokio::test]
async fn a_family_sees_its_own_child() {
    let school = School::open().await;
    school.world.sql("insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at)
        values (1001, 400, 11, 51, 'present', 14, 1, '2026-11-19'), (1001, 400, 12, 51, 'present', 30, 1, '2026-11-19')").await;
    let mut mother = school.signed_in(MOTHER);
    let own = mother.get("/my/exams?child=school:11").await;
    assert!(own.text().contains("14 из 31 баллов") && !own.text().contains("30 из 31"));
    for child in ["school:12", "other:91", "school:91", "x"] {
        let other = mother.get(&format!("/my/exams?child={child}")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{child}");
    }
    let pupil = school.signed_in(12).get("/my/exams").await.text();
    assert!(pupil.contains("30 из 31 баллов"));
    let staff = school.signed_in(TEACHER).get("/my/exams").await;
    assert_eq!(
        staff.location(),
        Some("/o/school/"),
        "without a child there is no diary"
    );
}

/// row-level security: rows of another school are neither seen nor written.
#[tokio::test]
async fn rows_belong_to_their_school() {
    let school = School::open().await;
    let actor = school.world.actor(DEPUTY, Role::Deputy);
    for table in ["exam", "exam_class", "result", "scale", "appeal"] {
        let mut tx = school.world.begin(&actor).await;
        let query = format!("select count(*) from exams.{table} where org_id = {OTHER_SCHOOL}");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, 0, "{table}");
    }
    let mut tx = school.world.begin(&actor).await;
    let foreign = format!(
        "insert into exams.exam_class (org_id, exam_id, class_id) values ({OTHER_SCHOOL}, 490, 99)"
    );
    let done = sqlx::query(AssertSqlSafe(foreign)).execute(tx.conn()).await;
    assert!(done.is_err(), "the policy refuses it");
}

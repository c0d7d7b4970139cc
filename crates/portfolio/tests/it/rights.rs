use axum::http::StatusCode;
use kernel::Role;
use sqlx::AssertSqlSafe;
use testkit::world::OTHER_SCHOOL;

use crate::support::{
    ABRAMOV, BORISOVA, CLASS_TEACHER, COLLEAGUE, DEPUTY, DIRECTOR, MOTHER, SECRETARY, STRANGER,
    School, TEACHER,
};

/// §10, «Портфолио, достижения»: who sees a portfolio and who brings to it.
#[tokio::test]
async fn everybody_sees_and_brings_what_is_theirs() {
    let school = School::open().await;
    let status = async |person: i64, path: &str| school.signed_in(person).get(path).await.status;
    let (ok, missing, denied) = (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::FORBIDDEN);
    for (who, list, pupil, new, of_staff) in [
        (DIRECTOR, ok, ok, missing, ok),
        (DEPUTY, ok, ok, missing, ok),
        (CLASS_TEACHER, ok, ok, ok, missing),
        // She teaches there: she brings, and the class teacher confirms.
        (TEACHER, ok, ok, ok, ok),
        (COLLEAGUE, ok, missing, missing, missing),
        (SECRETARY, denied, denied, denied, ok),
        (MOTHER, denied, ok, ok, denied),
        (ABRAMOV, denied, ok, ok, denied),
        (BORISOVA, denied, missing, missing, denied),
    ] {
        assert_eq!(status(who, "/o/school/portfolio").await, list, "{who}");
        let own = "/o/school/portfolio/pupils/11";
        assert_eq!(status(who, own).await, pupil, "{who}");
        assert_eq!(status(who, &format!("{own}/new")).await, new, "{who}");
        assert_eq!(
            status(who, "/o/school/portfolio/entries/700").await,
            pupil,
            "{who}"
        );
        assert_eq!(
            status(who, "/o/school/portfolio/staff/1").await,
            of_staff,
            "{who}"
        );
    }
    // A subject teacher confirms nothing.
    let mut teacher = school.signed_in(TEACHER);
    let confirm = "/o/school/portfolio/entries/700/confirm";
    assert_eq!(teacher.post_form(confirm, &[]).await.status, missing);
}

/// another organisation's things are answered like missing ones.
#[tokio::test]
async fn nothing_of_another_school_is_found() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    for path in [
        "/o/school/portfolio/entries/790",
        "/o/school/portfolio/pupils/91",
        "/o/school/portfolio/staff/92",
        "/o/other/portfolio/entries/790",
    ] {
        let answer = deputy.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let stranger = school.signed_in(STRANGER);
    let answer = stranger.clone().get("/o/school/portfolio").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let mut mother = school.signed_in(MOTHER);
    for child in ["school:12", "other:91", "x"] {
        let answer = mother.get(&format!("/my/portfolio?child={child}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{child}");
    }
}

/// row-level security: rows of another school are neither seen nor written.
#[tokio::test]
async fn rows_belong_to_their_school() {
    let school = School::open().await;
    let actor = school.world.actor(DEPUTY, Role::Deputy);
    for table in ["entry", "entry_file"] {
        let mut tx = school.world.begin(&actor).await;
        let query = format!("select count(*) from portfolio.{table} where org_id = {OTHER_SCHOOL}");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, 0, "{table}");
    }
    let mut tx = school.world.begin(&actor).await;
    let foreign = format!(
        "insert into portfolio.entry (org_id, pupil_id, kind, title, held_on, proposed_by)
         values ({OTHER_SCHOOL}, 91, 'sport', 'x', '2026-11-01', 4)"
    );
    let done = sqlx::query(AssertSqlSafe(foreign)).execute(tx.conn()).await;
    assert!(done.is_err(), "the policy refuses it");
}

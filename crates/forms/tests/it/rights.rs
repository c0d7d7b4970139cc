//! §10 «Формы ФСН»: who sees, edits, signs, sums up.

use axum::http::StatusCode;
use sqlx::AssertSqlSafe;
use testkit::world::SCHOOL;

use crate::support::{DEPUTY, DIRECTOR, OPERATOR, STRANGER, TEACHER, Town, actor};

/// the head sees and signs, the deputy edits, nobody else of the school.
#[tokio::test]
async fn everybody_has_what_is_theirs() {
    let town = Town::open().await;
    let id = town.computed().await;
    let list = "/o/school/reports/forms";
    let form = format!("{list}/{id}");
    for (person, expected) in [
        (DIRECTOR, StatusCode::OK),
        (DEPUTY, StatusCode::OK),
        (TEACHER, StatusCode::FORBIDDEN),
        (OPERATOR, StatusCode::NOT_FOUND),
        (STRANGER, StatusCode::NOT_FOUND),
    ] {
        for path in [
            list.to_owned(),
            form.clone(),
            format!("{form}/cell?at=2.5/01/3"),
        ] {
            let answer = town.signed_in(person).get(&path).await;
            assert_eq!(answer.status, expected, "{person} {path}");
        }
    }
    let mut director = town.signed_in(DIRECTOR);
    for path in [
        format!("{form}/recount"),
        format!("{form}/cell?at=2.5/01/3"),
        form.clone(),
    ] {
        let answer = director
            .post_form(
                &path,
                &[("figure", "1"), ("reason", "причина"), ("at", "2.5/01/3")],
            )
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut deputy = town.signed_in(DEPUTY);
    let answer = deputy.post_form(&format!("{form}/sign"), &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // The form of one school is none of another's.
    let stranger = town
        .signed_in(STRANGER)
        .get(&format!("/o/other/reports/forms/{id}"))
        .await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    for person in [DIRECTOR, DEPUTY] {
        let hub = town.signed_in(person).get("/hub/school/forms").await;
        assert_eq!(hub.status, StatusCode::FORBIDDEN, "{person}");
    }
    assert_eq!(
        town.signed_in(OPERATOR)
            .get("/hub/district/forms")
            .await
            .status,
        StatusCode::OK
    );
}

/// row-level security: rows of another organisation are neither seen nor written.
#[tokio::test]
async fn rows_belong_to_their_organisation() {
    let town = Town::open().await;
    let id = town.handed_in().await;
    for person in [STRANGER, OPERATOR] {
        for table in ["form", "correction", "submission"] {
            let mut tx = town.world.begin(&actor(person)).await;
            let query = format!("select count(*) from forms.{table} where org_id = {SCHOOL}");
            let seen: i64 = sqlx::query_scalar(AssertSqlSafe(query))
                .fetch_one(tx.conn())
                .await
                .unwrap();
            assert_eq!(seen, 0, "{person} {table}");
        }
        let mut tx = town.world.begin(&actor(person)).await;
        let foreign = format!(
            "insert into forms.correction (org_id, form_id, place, figure, corrected_by, corrected_at)
             values ({SCHOOL}, {id}, '2.5/01/3', 5, 1, now())"
        );
        let done = sqlx::query(AssertSqlSafe(foreign)).execute(tx.conn()).await;
        assert!(done.is_err(), "the policy refuses it");
    }
}

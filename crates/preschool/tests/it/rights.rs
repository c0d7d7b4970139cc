use axum::http::StatusCode;
use kernel::Role;
use sqlx::AssertSqlSafe;
use testkit::world::OTHER_SCHOOL;

use crate::support::{DEPUTY, EDUCATOR, GROUP, Garden, HEAD, MOTHER, SECRETARY, STRANGER};

/// §10 and R-1: educator, head and office; a class of a school is no group,
/// another organisation is not there.
#[tokio::test]
async fn everybody_sees_what_is_theirs() {
    let garden = Garden::open().await;
    let status = async |person: i64, path: &str| garden.signed_in(person).get(path).await.status;
    for person in [EDUCATOR, DEPUTY, SECRETARY, HEAD] {
        assert_eq!(status(person, GROUP).await, StatusCode::OK, "{person}");
    }
    assert_eq!(status(MOTHER, GROUP).await, StatusCode::FORBIDDEN);
    assert_eq!(status(STRANGER, GROUP).await, StatusCode::NOT_FOUND);
    for path in [
        "/o/garden/preschool/53",
        "/o/garden/preschool/99",
        "/o/garden/preschool/99/day",
        "/o/garden/preschool/99/print",
    ] {
        assert_eq!(status(HEAD, path).await, StatusCode::NOT_FOUND, "{path}");
    }
}

/// a family sees its own child's month and nobody else's.
#[tokio::test]
async fn a_family_sees_its_own_child() {
    let garden = Garden::open().await;
    garden.fill_november().await;
    let mut mother = garden.signed_in(MOTHER);
    let own = mother.get("/my/preschool?month=2026-11").await.text();
    assert!(
        own.contains("Дней в саду: 20, пропущено: 0") && own.contains("Ромашка"),
        "{own}"
    );
    assert!(!own.contains("Борисова"));
    for child in ["garden:12", "other:91", "garden:91", "x"] {
        let other = mother.get(&format!("/my/preschool?child={child}")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "{child}");
    }
    let staff = garden.signed_in(EDUCATOR).get("/my/preschool").await;
    assert_eq!(staff.location(), Some("/o/garden/"));
}

/// row-level security: rows of another organisation are neither seen nor written.
#[tokio::test]
async fn rows_belong_to_their_organisation() {
    let garden = Garden::open().await;
    let actor = garden.world.actor(DEPUTY, Role::Deputy);
    for table in ["code", "attendance", "month"] {
        let mut tx = garden.world.begin(&actor).await;
        let query = format!("select count(*) from preschool.{table} where org_id = {OTHER_SCHOOL}");
        let seen: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .fetch_one(tx.conn())
            .await
            .unwrap();
        assert_eq!(seen, 0, "{table}");
    }
    let mut tx = garden.world.begin(&actor).await;
    let foreign = format!(
        "insert into preschool.attendance (org_id, pupil_id, day, class_id, sign, set_by, set_at)
         values ({OTHER_SCHOOL}, 91, '2026-11-20', 99, '+', 92, now())"
    );
    let done = sqlx::query(AssertSqlSafe(foreign)).execute(tx.conn()).await;
    assert!(done.is_err(), "the policy refuses it");
}

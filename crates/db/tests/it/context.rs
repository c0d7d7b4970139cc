use kernel::Role;
use sqlx::Row;
use testkit::{TestDb, actor, morning};

#[tokio::test]
async fn a_transaction_knows_who_acts_and_when() {
    let test = TestDb::new().await;
    let mut tx = test.db().begin(&actor(7, 3, Role::Teacher)).await.unwrap();
    let row = sqlx::query(
        "select current_user::text, kernel.org(), kernel.account(), kernel.person(), kernel.now()",
    )
    .fetch_one(tx.conn())
    .await
    .unwrap();
    assert_eq!(row.get::<String, _>(0), "zvonok_app");
    assert_eq!(row.get::<i64, _>(1), 7);
    assert_eq!(row.get::<i64, _>(2), 3);
    assert_eq!(row.get::<i64, _>(3), 3);
    assert_eq!(row.get::<chrono::DateTime<chrono::Utc>, _>(4), morning());
    tx.commit().await.unwrap();
}

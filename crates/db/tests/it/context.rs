use std::str::FromStr;

use db::{Db, Durability, Request, Unfit};
use kernel::Role;
use sqlx::{ConnectOptions, Executor, Row};
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

#[tokio::test]
async fn without_a_context_there_is_nothing() {
    let test = TestDb::new().await;
    test.sql(
        "create table kernel.probe (org_id bigint, probe_id bigint, primary key (org_id, probe_id));
         select kernel.protect('kernel.probe');
         insert into kernel.probe values (1, 1), (2, 2)",
    )
    .await;
    let count = "select count(*) from kernel.probe";

    let mut own = test.db().begin_system(1.into()).await.unwrap();
    assert_eq!(
        sqlx::query_scalar::<_, i64>(count)
            .fetch_one(own.conn())
            .await
            .unwrap(),
        1
    );
    let foreign = sqlx::query("insert into kernel.probe values (2, 3)")
        .execute(own.conn())
        .await;
    assert!(
        foreign
            .unwrap_err()
            .to_string()
            .contains("row-level security")
    );
    own.rollback().await.unwrap();

    let mut own = test.db().begin_system(1.into()).await.unwrap();
    let moved = sqlx::query("update kernel.probe set org_id = 2")
        .execute(own.conn())
        .await;
    assert!(
        moved
            .unwrap_err()
            .to_string()
            .contains("row-level security")
    );
    own.rollback().await.unwrap();

    let mut own = test.db().begin_system(1.into()).await.unwrap();
    let foreign = sqlx::query("update kernel.probe set probe_id = 9 where probe_id = 2")
        .execute(own.conn())
        .await
        .unwrap();
    assert_eq!(foreign.rows_affected(), 0);
    let deleted = sqlx::query("delete from kernel.probe")
        .execute(own.conn())
        .await;
    assert!(
        deleted
            .unwrap_err()
            .to_string()
            .contains("permission denied")
    );
    own.rollback().await.unwrap();

    for outside in [
        test.db().begin_auth().await.unwrap(),
        test.db().begin_worker().await.unwrap(),
    ] {
        let mut tx = outside;
        let seen = sqlx::query(count).execute(tx.conn()).await;
        assert!(seen.unwrap_err().to_string().contains("permission denied"));
    }

    // The application's role without an organisation in its context.
    let url = sqlx::postgres::PgConnectOptions::from_str(test.url()).unwrap();
    let mut conn = url.connect().await.unwrap();
    sqlx::query("set role zvonok_app")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(
        sqlx::query_scalar::<_, i64>(count)
            .fetch_one(&mut conn)
            .await
            .unwrap(),
        0
    );
    conn.execute("set row_security = off").await.unwrap();
    assert!(conn.execute("select * from kernel.probe").await.is_err());
}

#[tokio::test]
async fn the_request_goes_into_the_context_cleaned() {
    let test = TestDb::new().await;
    let request = Request::new("abc-1'); drop table x; --", "203.0.113.9".parse().ok());
    let id: Option<String> = request
        .scope(async {
            let mut tx = test.db().begin_system(1.into()).await.unwrap();
            sqlx::query_scalar("select kernel.request()")
                .fetch_one(tx.conn())
                .await
                .unwrap()
        })
        .await;
    assert_eq!(id.unwrap(), "abc-1droptablex--");
}

#[tokio::test]
async fn statements_are_counted_but_not_begin_and_commit() {
    let test = TestDb::new().await;
    let (answer, statements) = db::statements::counted(async {
        let mut tx = test.db().begin_system(1.into()).await?;
        for _ in 0..3 {
            sqlx::query("select 1").execute(tx.conn()).await?;
        }
        tx.commit().await
    })
    .await;
    answer.unwrap();
    assert_eq!(statements, 3);
}

#[tokio::test]
async fn a_restarted_server_costs_no_request() {
    let test = TestDb::new().await;
    let db = test.db();
    // All connections of the pool die, as when the server restarts.
    let open = (0..4).map(|_| db.begin_system(1.into()));
    drop(futures_util::future::join_all(open).await);
    test.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and usename = 'zvonok_login'",
    )
    .await;
    for _ in 0..8 {
        let mut tx = db.begin_system(1.into()).await.unwrap();
        sqlx::query("select 1").execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_guard_refuses_a_login_that_policies_do_not_bind() {
    let test = TestDb::new().await;
    test.db().check_server(Durability::Volatile).await.unwrap();
    let powerful = Db::connect(&test.admin_url(), 1, testkit::clock())
        .await
        .unwrap();
    let refusal = powerful
        .check_server(Durability::Volatile)
        .await
        .unwrap_err();
    assert!(
        matches!(
            refusal,
            Unfit::TooPowerful {
                power: "is a superuser",
                ..
            }
        ),
        "{refusal}"
    );
    powerful.close().await;
    drop(test);
}

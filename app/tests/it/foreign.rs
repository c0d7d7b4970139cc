//! R-3 beside R-1: what the matrix asks through the pages is asked here of the
//! database itself, as the role that the application has there. Whatever code
//! forgets, no row of another organisation is read or written.

use kernel::OrgId;
use sqlx::{AssertSqlSafe, Row};

use crate::world::World;

/// Tables that every organisation may read: public papers and the tree (S2:4.1).
const PUBLIC: [&str; 3] = ["org.organisation", "deadlines.rule", "deadlines.day"];

/// Every table that has rows of organisations, from the catalogue.
async fn tables(world: &World) -> Vec<String> {
    sqlx::query_scalar(
        "select c.table_schema || '.' || quote_ident(c.table_name) from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.column_name = 'org_id' and t.table_type = 'BASE TABLE'
           and c.table_schema not in ('pg_catalog', 'information_schema', 'public')
         order by 1",
    )
    .fetch_all(world.test.admin())
    .await
    .unwrap()
}

/// What the database answers to the application in the name of the first school.
async fn asked(world: &World, statement: &str) -> Result<i64, String> {
    let own = OrgId::from(world.own.org);
    let mut tx = world.test.db().begin_system(own).await.unwrap();
    let answer = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .fetch_all(tx.conn())
        .await;
    tx.rollback().await.unwrap();
    match answer {
        Ok(rows) => {
            let number = rows.first().and_then(|it| it.try_get::<i64, _>(0).ok());
            Ok(number.unwrap_or_else(|| i64::try_from(rows.len()).unwrap_or(i64::MAX)))
        }
        Err(sqlx::Error::Database(it)) => Err(it.code().unwrap_or_default().into_owned()),
        Err(other) => panic!("{statement}: {other}"),
    }
}

/// `insufficient_privilege`: by the grant or by the row policy.
const REFUSED: &str = "42501";

/// SEC-3: reads, inserts, updates and deletes of foreign rows, table by table.
#[tokio::test]
async fn the_database_itself_keeps_schools_apart() {
    let world = World::new().await;
    let other = world.other.org;
    let mut met = 0;
    let mut wrong = vec![];
    let tables = tables(&world).await;
    assert!(tables.len() > 80, "only {} tables", tables.len());
    for table in &tables {
        let count = format!("select count(*) from {table} where org_id = {other}");
        let there = world.number(&count).await > 0;
        met += usize::from(there);
        let public = PUBLIC.contains(&table.as_str());
        let mut ask =
            async |what: &str, statement: String, fine: fn(&Result<i64, String>) -> bool| {
                let answer = asked(&world, &statement).await;
                if !fine(&answer) {
                    wrong.push(format!("{table}: {what}: {answer:?}"));
                }
            };
        let nothing = |it: &Result<i64, String>| match it {
            Ok(rows) => *rows == 0,
            Err(code) => code == REFUSED,
        };
        // A trigger or a foreign key may be faster than the policy.
        let kept = |it: &Result<i64, String>| !matches!(it, Ok(1..));
        let refused = |it: &Result<i64, String>| matches!(it, Err(code) if code == REFUSED);
        if !public {
            ask("reads", count, nothing).await;
        }
        ask(
            "inserts",
            format!("insert into {table} (org_id) overriding system value values ({other})"),
            refused,
        )
        .await;
        // The number of an organisation is drawn and cannot be set.
        let column = if table == "org.organisation" {
            "name"
        } else {
            "org_id"
        };
        ask(
            "updates",
            format!(
                "update {table} set {column} = {column} where org_id = {other} returning 1::bigint"
            ),
            nothing,
        )
        .await;
        ask(
            "gives away",
            format!(
                "with own as (update {table} set org_id = {other} where org_id = {} returning 1)
                 select count(*) from own",
                world.own.org
            ),
            kept,
        )
        .await;
        ask(
            "deletes",
            format!("delete from {table} where org_id = {other} returning 1::bigint"),
            nothing,
        )
        .await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(met > 40, "only {met} tables have rows of the other school");
}

/// SEC-3: without an organisation in its context the application sees nothing at all.
#[tokio::test]
async fn without_an_organisation_there_is_nothing() {
    let world = World::new().await;
    for table in tables(&world).await {
        if PUBLIC.contains(&table.as_str()) {
            continue;
        }
        let mut tx = world.test.db().begin_auth().await.unwrap();
        sqlx::query("set local role zvonok_login")
            .execute(tx.conn())
            .await
            .unwrap();
        sqlx::query("set local role zvonok_app")
            .execute(tx.conn())
            .await
            .unwrap();
        let found =
            sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(tx.conn())
                .await;
        tx.rollback().await.unwrap();
        match found {
            Ok(rows) => assert_eq!(rows, 0, "{table}"),
            Err(sqlx::Error::Database(it)) => {
                assert_eq!(it.code().as_deref(), Some(REFUSED), "{table}");
            }
            Err(other) => panic!("{table}: {other}"),
        }
    }
}

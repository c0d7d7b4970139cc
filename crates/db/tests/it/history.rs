//! whatever way a tracked row changes, its history says so.

use chrono::Duration;
use db::{Bulk, history};
use kernel::Role;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use testkit::{TestDb, actor, assert_history_replays, clock, morning};

async fn with_marks() -> TestDb {
    let test = TestDb::new().await;
    test.sql(
        "create table journal.probe (
             org_id bigint not null, probe_id bigint not null, value int, note text, secret text,
             version int not null default 1, primary key (org_id, probe_id));
         select kernel.protect('journal.probe');
         grant delete on journal.probe to zvonok_app;
         select kernel.track('journal.probe', 'probe_id', '-secret')",
    )
    .await;
    test
}

#[tokio::test]
async fn a_change_tells_who_when_what_and_from_what() {
    let test = with_marks().await;
    let teacher = actor(5, 42, Role::Teacher);
    let mut tx = test.db().begin(&teacher).await.unwrap();
    sqlx::query(
        "insert into journal.probe (org_id, probe_id, value, secret) values (5, 1, 4, 'a')",
    )
    .execute(tx.conn())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    test.clock().advance(Duration::minutes(5));
    let mut tx = test.db().begin(&teacher).await.unwrap();
    // One changes, one names the same value again.
    for value in [5, 5] {
        sqlx::query("update journal.probe set value = $1, secret = 'b' where probe_id = 1")
            .bind(value)
            .execute(tx.conn())
            .await
            .unwrap();
    }
    sqlx::query("delete from journal.probe")
        .execute(tx.conn())
        .await
        .unwrap();
    let changes = history::of(&mut tx, "journal.probe", &json!({"probe_id": 1}))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(
        changes.iter().map(|it| it.op).collect::<Vec<_>>(),
        [
            history::Op::Inserted,
            history::Op::Updated,
            history::Op::Deleted
        ]
    );
    assert!(
        changes
            .iter()
            .all(|it| it.person == Some(42.into()) && it.account == Some(42.into()))
    );
    assert_eq!(changes[0].at, morning());
    assert_eq!(changes[1].at, morning() + Duration::minutes(5));
    assert_eq!(
        Value::from(changes[0].new.clone()),
        json!({"probe_id": 1, "value": 4, "secret": "*", "version": 1})
    );
    assert_eq!(
        Value::from(changes[1].old.clone()),
        json!({"value": 4, "secret": "*"})
    );
    assert_eq!(
        Value::from(changes[1].new.clone()),
        json!({"value": 5, "secret": "*"})
    );
    assert_eq!(changes[2].old["value"], 5);

    // Another organisation sees none of it.
    let mut other = test.db().begin_system(6.into()).await.unwrap();
    let seen = history::of(&mut other, "journal.probe", &json!({"probe_id": 1}))
        .await
        .unwrap();
    assert!(seen.is_empty());
}

#[tokio::test]
async fn ten_thousand_random_changes_replay_to_what_is_there() {
    let test = with_marks().await;
    let bulk = Bulk::connect(&test.admin_url(), clock()).await.unwrap();
    let mut chance = StdRng::seed_from_u64(20);
    let mut next_copied = 1_000_000_i64;
    for _ in 0..500 {
        let org: i64 = chance.random_range(1..4);
        let mut tx = test
            .db()
            .begin(&actor(org, 1, Role::Teacher))
            .await
            .unwrap();
        for _ in 0..20 {
            let (at, value) = (chance.random_range(0..200_i64), chance.random_range(1..6));
            let statement = match chance.random_range(0..5) {
                0 | 1 => "insert into journal.probe (org_id, probe_id, value) values (kernel.org(), $1, $2)
                          on conflict (org_id, probe_id) do update set value = excluded.value, version = probe.version + 1",
                2 => "update journal.probe set value = $2, note = case when $2 > 3 then 'x' end where probe_id between $1 and $1 + 5",
                // The key itself changes.
                3 => "update journal.probe set probe_id = probe_id + 300 + $2 * 200 where probe_id = $1 and not exists
                      (select from journal.probe it where it.probe_id = $1 + 300 + $2 * 200)",
                _ => "delete from journal.probe where probe_id = $1 and $2 > 0",
            };
            sqlx::query(statement)
                .bind(at)
                .bind(value)
                .execute(tx.conn())
                .await
                .unwrap();
        }
        if chance.random_bool(0.9) {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        if chance.random_bool(0.05) {
            let mut tx = bulk.begin(org.into()).await.unwrap();
            let mut copy = tx
                .conn()
                .copy_in_raw("copy journal.probe (org_id, probe_id, value) from stdin")
                .await
                .unwrap();
            let row = |it: i64| format!("{org}\t{}\t4\n", next_copied + it);
            let rows: Vec<String> = (0..10).map(row).collect();
            next_copied += 10;
            copy.send(rows.concat().as_bytes()).await.unwrap();
            copy.finish().await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    bulk.close().await;
    let replayed = assert_history_replays(&test, "journal.probe").await;
    assert!(replayed > 5_000, "only {replayed} changes");
}

#[tokio::test]
async fn history_and_audit_only_grow() {
    let test = with_marks().await;
    test.sql(
        "insert into journal.probe (org_id, probe_id) values (1, 1);
         insert into kernel.audit (org_id, action) values (1, 'test.done')",
    )
    .await;
    for log in ["kernel.history", "kernel.history_2026", "kernel.audit"] {
        for change in [
            "update {} set account_id = 1",
            "delete from {}",
            "truncate {}",
        ] {
            let change = change.replace("{}", log);
            // Even a superuser, unless the triggers are taken away first.
            let outcome = sqlx::query(sqlx::AssertSqlSafe(change.clone()))
                .execute(test.admin())
                .await;
            // A session without an application's clock writes into today's partition.
            if let Ok(done) = &outcome {
                assert!(
                    log == "kernel.history_2026" && done.rows_affected() == 0,
                    "{change}"
                );
            }
        }
    }
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    let forged = sqlx::query(
        "insert into kernel.history (org_id, tbl, key, op, at) values (1, 'journal.probe', '{}', 'I', now())",
    );
    let refusal = forged.execute(tx.conn()).await.unwrap_err();
    assert!(
        refusal.to_string().contains("permission denied"),
        "{refusal}"
    );
}

#[tokio::test]
async fn every_tracked_table_has_all_its_triggers() {
    let test = TestDb::new().await;
    let broken: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_trigger t on t.tgrelid = c.oid
         where t.tgname in ('track_insert', 'track_update', 'track_delete')
         group by c.oid having count(*) <> 3 or bool_or(t.tgenabled <> 'O')",
    )
    .fetch_all(test.admin())
    .await
    .unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}

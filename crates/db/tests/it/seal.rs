//! seals over the history and the audit log.

use std::time::Duration;

use db::{
    audit,
    seal::{self, Flaw, Head, Key, Log, What},
};
use kernel::{OrgId, Role};
use serde_json::json;
use testkit::{TestDb, actor};

const ORG: i64 = 5;
const OTHER: i64 = 6;

fn key() -> Key {
    Key::from_bytes([7; 32])
}

/// Three organisations' worth of rows in both logs, and gaps between their numbers.
async fn book() -> TestDb {
    let test = TestDb::new().await;
    test.sql(
        "create table journal.probe (
             org_id bigint not null, probe_id bigint generated always as identity, value int,
             primary key (org_id, probe_id));
         select kernel.protect('journal.probe');
         select kernel.track('journal.probe', 'probe_id')",
    )
    .await;
    test
}

async fn write(test: &TestDb, rounds: usize) {
    for round in 0..rounds {
        for org in [ORG, OTHER] {
            let who = actor(org, 42, Role::Admin);
            let mut tx = test.db().begin(&who).await.unwrap();
            audit::record(&mut tx, "probe.done", "probe:1", &json!({ "round": round }))
                .await
                .unwrap();
            sqlx::query(
                "insert into journal.probe (org_id, value) select $1, generate_series(1, 3)",
            )
            .bind(org)
            .execute(tx.conn())
            .await
            .unwrap();
            // What is undone has drawn numbers too.
            if round % 2 == 0 {
                tx.commit().await.unwrap();
            } else {
                tx.rollback().await.unwrap();
            }
        }
        let mut tx = test.db().begin_auth().await.unwrap();
        audit::record_for(&mut tx, None, None, "probe.nobody", &json!({}))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

async fn sealed() -> (TestDb, Vec<Head>) {
    let test = book().await;
    let mut heads = vec![];
    for _ in 0..3 {
        write(&test, 4).await;
        heads = seal::seal(test.db(), &key()).await.unwrap().heads;
    }
    (test, heads)
}

async fn flaws(test: &TestDb, anchors: &[Head]) -> Vec<Flaw> {
    seal::verify(test.db(), &key(), anchors)
        .await
        .unwrap()
        .flaws
}

/// What a superuser does who has switched the triggers off.
async fn harm(test: &TestDb, statements: &str) {
    test.sql(
        "alter table kernel.history disable trigger append_only;
         alter table kernel.audit disable trigger append_only;
         alter table kernel.seal disable trigger append_only",
    )
    .await;
    test.sql(statements).await;
}

/// everything that was written is sealed, once, and a clean log is clean.
#[tokio::test]
async fn everything_written_is_sealed() {
    let (test, heads) = sealed().await;
    assert_eq!(heads.len(), 5, "{heads:?}");
    let report = seal::verify(test.db(), &key(), &heads).await.unwrap();
    assert_eq!(report.flaws, []);
    assert_eq!((report.chains, report.batches), (5, 15));
    let rows = "select (select count(*) from kernel.history) + (select count(*) from kernel.audit)";
    assert_eq!(i64::try_from(report.rows).unwrap(), test.number(rows).await);
    let again = seal::seal(test.db(), &key()).await.unwrap();
    assert!(again.rows == 0 && again.heads.is_empty());
    // Rows that came since wait for the next round, and that is no flaw.
    write(&test, 1).await;
    assert_eq!(flaws(&test, &heads).await, []);
}

/// each kind of harm is found, and the first bad batch is named.
#[tokio::test]
async fn harm_of_every_kind_is_found() {
    let second = "(select last_id from kernel.seal where org_id = 5 and log = '{log}' and n = 2)";
    for (what, log, n, statements) in [
        (
            What::RowsChanged,
            Log::History,
            2,
            "update kernel.history set new = '{\"value\": 5}' where history_id = {second}",
        ),
        (
            What::RowsChanged,
            Log::Audit,
            2,
            "update kernel.audit set account_id = 43 where audit_id = {second}",
        ),
        (
            What::RowsRemoved,
            Log::History,
            2,
            "delete from kernel.history where history_id = {second}",
        ),
        (
            What::RowsRemoved,
            Log::Audit,
            2,
            "delete from kernel.audit where audit_id = {second}",
        ),
        (
            What::RowsAdded,
            Log::Audit,
            2,
            "insert into kernel.audit (audit_id, org_id, action, at) overriding system value
             select it, 5, 'identity.granted', '2026-09-01' from generate_series(1, {second}) it
             where not exists (select from kernel.audit a where a.audit_id = it) order by it desc limit 1",
        ),
        (
            What::RowsAdded,
            Log::History,
            0,
            "insert into kernel.history (history_id, org_id, tbl, key, op, at) overriding system value
             select max(history_id), 5, 'journal.mark', '{}', 'D', '2026-09-01' from kernel.history
             where history_id > (select max(last_id) from kernel.seal where org_id = 5 and log = 'history')",
        ),
        (
            What::SealMissing,
            Log::Audit,
            3,
            "delete from kernel.audit where org_id = 5 and audit_id <= {second}
                 and audit_id > (select last_id from kernel.seal where org_id = 5 and log = 'audit' and n = 1);
             delete from kernel.seal where org_id = 5 and log = 'audit' and n = 2",
        ),
        (
            What::SealForged,
            Log::Audit,
            2,
            "update kernel.seal set digest = sha256('x') where org_id = 5 and log = 'audit' and n = 2",
        ),
    ] {
        let (test, _) = sealed().await;
        let second = second.replace("{log}", log.code());
        harm(&test, &statements.replace("{second}", &second)).await;
        let found = flaws(&test, &[]).await;
        assert_eq!(found.len(), 1, "{what:?} {log:?}: {found:?}");
        let flaw = &found[0];
        assert_eq!(
            (flaw.org, flaw.log, flaw.n, flaw.what),
            (ORG, log, n, what),
            "{statements}"
        );
    }
}

/// a chain does not see its own end cut off; the head that was kept
/// outside does.
#[tokio::test]
async fn a_cut_tail_is_seen_by_the_anchor() {
    let (test, heads) = sealed().await;
    harm(
        &test,
        "delete from kernel.audit where org_id = 5 and audit_id >
             (select last_id from kernel.seal where org_id = 5 and log = 'audit' and n = 2);
         delete from kernel.seal where org_id = 5 and log = 'audit' and n = 3",
    )
    .await;
    assert_eq!(flaws(&test, &[]).await, []);
    let found = flaws(&test, &heads).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].n, found[0].what), (3, What::TailCut));
}

/// another key makes other seals: who has the database alone cannot
/// write the chain anew.
#[tokio::test]
async fn a_chain_written_with_another_key_is_found() {
    let test = book().await;
    write(&test, 1).await;
    let forger = Key::from_bytes([8; 32]);
    seal::seal(test.db(), &forger).await.unwrap();
    let found = flaws(&test, &[]).await;
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|it| it.what == What::SealForged));
}

/// a transaction that drew a number and commits late is waited for, so
/// that nothing turns up between sealed rows.
#[tokio::test]
async fn late_commits_are_no_flaws() {
    let test = book().await;
    let mut late = test.db().begin_system(OrgId::from(ORG)).await.unwrap();
    audit::record(&mut late, "probe.late", "", &json!({}))
        .await
        .unwrap();
    write(&test, 1).await;
    let key = key();
    let round = seal::seal(test.db(), &key);
    let commit = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        late.commit().await.unwrap();
    };
    let (done, ()) = tokio::join!(round, commit);
    let done = done.unwrap();
    assert!(!done.waiting);
    let report = seal::verify(test.db(), &key, &done.heads).await.unwrap();
    assert_eq!(report.flaws, []);
    let rows = "select (select count(*) from kernel.history) + (select count(*) from kernel.audit)";
    assert_eq!(i64::try_from(report.rows).unwrap(), test.number(rows).await);
}

/// SEC-3: nobody changes a seal or a sealed row, whoever asks.
#[tokio::test]
async fn sealed_rows_are_append_only() {
    let (test, _) = sealed().await;
    for statement in [
        "update kernel.audit set action = 'x'",
        "delete from kernel.audit",
        "truncate kernel.audit",
        "update kernel.history set op = 'D'",
        "delete from kernel.history",
        "update kernel.seal set rows = 1",
        "delete from kernel.seal",
        "truncate kernel.seal",
        "delete from kernel.seal_round",
    ] {
        let refused = sqlx::query(statement).execute(test.admin()).await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("append-only"), "{statement}: {told}");
        let mut tx = test.db().begin_system(OrgId::from(ORG)).await.unwrap();
        let refused = sqlx::query(statement).execute(tx.conn()).await;
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("permission denied"),
            "{statement}"
        );
    }
}

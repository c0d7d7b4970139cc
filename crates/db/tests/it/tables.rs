//! What the outbox, jobs, ticks, audit and files promise.

use bytes::Bytes;
use chrono::Duration;
use db::{
    Db, Error, audit,
    files::Files,
    jobrun::{self, Progress, State},
    outbox, tick,
};
use kernel::{Fault, Kind, Role};
use serde_json::json;
use testkit::{TestDb, actor, morning};

#[tokio::test]
async fn a_tick_is_taken_once_over_many_nodes() {
    let test = TestDb::with_connections(8).await;
    let claims = (0..20).map(|_| async {
        let mut tx = test.db().begin_worker().await.unwrap();
        let mine = tick::claim(&mut tx, "test.job", morning()).await.unwrap();
        tx.commit().await.unwrap();
        mine
    });
    let taken = futures_util::future::join_all(claims).await;
    assert_eq!(taken.into_iter().filter(|it| *it).count(), 1);

    let mut tx = test.db().begin_worker().await.unwrap();
    assert!(
        tick::claim(&mut tx, "test.job", morning() + Duration::minutes(1))
            .await
            .unwrap()
    );
    assert_eq!(
        tick::last(&mut tx, "test.job").await.unwrap(),
        Some(morning() + Duration::minutes(1))
    );
    let gone = tick::prune(&mut tx, morning() + Duration::days(1))
        .await
        .unwrap();
    assert_eq!(gone, 1, "all but the last");
}

async fn emit(db: &Db, org: i64, key: &str) -> bool {
    let mut tx = db.begin_system(org.into()).await.unwrap();
    let new = outbox::emit(&mut tx, "test.happened", key, &json!({"key": key}))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test]
async fn an_event_is_said_once_and_taken_by_one_worker() {
    let test = TestDb::with_connections(8).await;
    let db = test.db();
    for number in 0..100 {
        assert!(emit(db, 1 + number % 2, &number.to_string()).await);
    }
    assert!(!emit(db, 1, "0").await, "the same event again");
    assert!(
        emit(db, 2, "0").await,
        "the same key in another organisation"
    );

    let workers = (0..6).map(|_| async {
        let mut taken = Vec::new();
        loop {
            let mut tx = db.begin_worker().await.unwrap();
            let events = outbox::claim(&mut tx, &["test.happened"], 7, Duration::minutes(1))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            if events.is_empty() {
                return taken;
            }
            for event in events {
                let mut tx = db.begin_worker().await.unwrap();
                assert!(outbox::done(&mut tx, &event).await.unwrap());
                tx.commit().await.unwrap();
                taken.push(event.id);
            }
        }
    });
    let mut taken: Vec<_> = futures_util::future::join_all(workers).await.concat();
    assert_eq!(taken.len(), 101);
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), 101, "taken twice");
}

/// Also where the database joins by nested loops, as it does while it knows
/// nothing of the tables: then the limit began anew for each event.
#[tokio::test]
async fn a_worker_takes_no_more_than_it_asked_for() {
    let test = TestDb::new().await;
    let db = test.db();
    for number in 0..50 {
        assert!(emit(db, 1, &number.to_string()).await);
    }
    let mut tx = db.begin_worker().await.unwrap();
    for how in ["hashjoin", "mergejoin"] {
        let off = format!("set local enable_{how} = off");
        sqlx::query(sqlx::AssertSqlSafe(off))
            .execute(tx.conn())
            .await
            .unwrap();
    }
    let taken = outbox::claim(&mut tx, &["test.happened"], 7, Duration::minutes(1))
        .await
        .unwrap();
    assert_eq!(taken.len(), 7);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_dead_workers_event_goes_to_another() {
    let test = TestDb::new().await;
    let db = test.db();
    emit(db, 1, "a").await;
    let claim = async || {
        let mut tx = db.begin_worker().await.unwrap();
        let events = outbox::claim(&mut tx, &["test.happened"], 9, Duration::minutes(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        events
    };
    let dead = claim().await.remove(0);
    assert!(claim().await.is_empty(), "the lease holds");
    test.clock().advance(Duration::seconds(61));
    let next = claim().await.remove(0);
    assert_eq!((next.id, next.attempt), (dead.id, 2));

    let mut tx = db.begin_worker().await.unwrap();
    assert!(
        !outbox::done(&mut tx, &dead).await.unwrap(),
        "the dead one's word counts no more"
    );
    let retry = tx.now() + Duration::minutes(10);
    assert!(outbox::failed(&mut tx, &next, "smtp", retry).await.unwrap());
    assert_eq!(
        outbox::waiting(&mut tx).await.unwrap(),
        (1, Some(morning()))
    );
    tx.commit().await.unwrap();
    assert!(claim().await.is_empty());
    test.clock().advance(Duration::minutes(10));
    assert_eq!(claim().await.len(), 1);

    let mut undone = db.begin_system(1.into()).await.unwrap();
    outbox::emit(&mut undone, "test.happened", "b", &json!({}))
        .await
        .unwrap();
    undone.rollback().await.unwrap();
    let mut tx = db.begin_worker().await.unwrap();
    assert_eq!(
        outbox::waiting(&mut tx).await.unwrap().0,
        1,
        "an undone event never happened"
    );
}

#[tokio::test]
async fn a_run_is_leased_reported_and_ended_once() {
    let test = TestDb::new().await;
    let db = test.db();
    let admin = actor(1, 3, Role::Admin);
    let mut tx = db.begin(&admin).await.unwrap();
    let id = jobrun::start(
        &mut tx,
        jobrun::NewRun {
            kind: "test.import",
            title: "pupils.xlsx",
            by: "Орлова А. И.",
            params: &json!({"file": 1}),
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let claim = async || {
        let mut tx = db.begin_worker().await.unwrap();
        let run = jobrun::claim(&mut tx, &["test.import"], Duration::minutes(1))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        run
    };
    let dead = claim().await.unwrap();
    assert_eq!(
        (dead.id, dead.attempt, dead.started_by),
        (id, 1, Some(3.into()))
    );
    assert!(claim().await.is_none(), "the lease holds");
    test.clock().advance(Duration::minutes(2));
    let run = claim().await.unwrap();

    let mut tx = db.begin_system(1.into()).await.unwrap();
    let lease = Duration::minutes(1);
    assert!(
        !jobrun::progress(&mut tx, &dead, Progress::default(), lease)
            .await
            .unwrap()
    );
    assert!(!jobrun::finish(&mut tx, &dead, &json!(null)).await.unwrap());
    let half = Progress {
        done: 5,
        total: Some(10),
        note: Some("row 5"),
    };
    assert!(jobrun::progress(&mut tx, &run, half, lease).await.unwrap());
    let seen = jobrun::get(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (seen.state, seen.done, seen.total, seen.log.as_str()),
        (State::Running, 5, Some(10), "row 5\n")
    );
    assert!(
        jobrun::finish(&mut tx, &run, &json!({"rows": 10}))
            .await
            .unwrap()
    );
    assert!(!jobrun::cancel(&mut tx, id).await.unwrap(), "it is over");
    let seen = jobrun::list(&mut tx, None, 10).await.unwrap().remove(0);
    assert_eq!(
        (seen.state, seen.done, seen.result),
        (State::Done, 10, Some(json!({"rows": 10})))
    );
    tx.commit().await.unwrap();

    let mut other = db.begin_system(2.into()).await.unwrap();
    assert!(
        jobrun::get(&mut other, id).await.unwrap().is_none(),
        "another organisation's run"
    );
}

#[tokio::test]
async fn a_cancelled_run_tells_its_worker_to_stop() {
    let test = TestDb::new().await;
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    let id = jobrun::start(
        &mut tx,
        jobrun::NewRun {
            kind: "test.import",
            title: "",
            by: "Орлова А. И.",
            params: &json!({}),
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut tx = test.db().begin_worker().await.unwrap();
    let run = jobrun::claim(&mut tx, &["test.import"], Duration::minutes(1))
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    assert!(jobrun::cancel(&mut tx, id).await.unwrap());
    assert!(
        !jobrun::progress(&mut tx, &run, Progress::default(), Duration::minutes(1))
            .await
            .unwrap()
    );
    assert!(!jobrun::fail(&mut tx, &run, "late", None).await.unwrap());
    assert_eq!(
        jobrun::get(&mut tx, id).await.unwrap().unwrap().state,
        State::Cancelled
    );
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what() {
    let test = TestDb::new().await;
    let mut tx = test.db().begin(&actor(1, 8, Role::Director)).await.unwrap();
    audit::record(
        &mut tx,
        "people.export",
        "people.pupil:5",
        &json!({"rows": 3}),
    )
    .await
    .unwrap();
    audit::record(&mut tx, "org.print", "", &json!({}))
        .await
        .unwrap();
    let exports = audit::Filter {
        actions: vec!["people.".to_owned(), "hub.".to_owned()],
        ..Default::default()
    };
    let found = audit::list(&mut tx, &exports, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].person, found[0].object.as_deref()),
        (Some(8.into()), Some("people.pupil:5"))
    );
    assert_eq!(found[0].at, morning());
    assert_eq!(
        audit::list(&mut tx, &audit::Filter::default(), 10)
            .await
            .unwrap()[0]
            .object,
        None
    );
    tx.commit().await.unwrap();

    let request = db::Request::new("r1", "198.51.100.7".parse().ok());
    request
        .scope(async {
            let mut tx = test.db().begin_auth().await.unwrap();
            audit::record_for(
                &mut tx,
                Some(8.into()),
                None,
                "identity.refused",
                &json!({}),
            )
            .await
            .unwrap();
            audit::record_for(
                &mut tx,
                Some(8.into()),
                Some(1.into()),
                "identity.sign-in",
                &json!({}),
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    let newest = audit::list(&mut tx, &audit::Filter::default(), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (newest.action.as_str(), newest.ip.as_deref()),
        ("identity.sign-in", Some("198.51.100.7"))
    );
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_and_to_its_own_only() {
    let test = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let files = Files::local(folder.path(), 100).unwrap();
    let mut tx = test.db().begin(&actor(1, 8, Role::Teacher)).await.unwrap();
    let bytes = Bytes::from_static(b"homework");
    let id = files
        .put(&mut tx, "../work.txt", "text/plain", bytes.clone())
        .await
        .unwrap();
    let (file, found) = files.get(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (file.name.as_str(), file.size, file.created_by),
        ("work.txt", 8, Some(8.into()))
    );
    assert_eq!(found, bytes);

    let large = files
        .put(&mut tx, "x", "text/plain", vec![0; 101].into())
        .await
        .unwrap_err();
    assert_eq!(
        (large.kind(), large.code()),
        (Kind::Invalid, "db.file-too-large")
    );
    tx.commit().await.unwrap();

    let mut other = test.db().begin_system(2.into()).await.unwrap();
    assert!(files.get(&mut other, id).await.unwrap().is_none());

    // Bytes that changed behind our back are not handed out.
    test.sql("alter table kernel.file disable trigger all")
        .await;
    let path: String = sqlx::query_scalar("select store_path from kernel.file")
        .fetch_one(test.admin())
        .await
        .unwrap();
    std::fs::write(folder.path().join(path), b"homewerk").unwrap();
    let mut tx = test.db().begin_system(1.into()).await.unwrap();
    let spoiled = files.get(&mut tx, id).await.unwrap_err();
    assert!(
        matches!(
            spoiled,
            Error::Corrupt {
                column: "sha256",
                ..
            }
        ),
        "{spoiled}"
    );
}

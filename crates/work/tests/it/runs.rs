//! Exactly once, whoever dies, closes, cancels or loses the rights.

use std::time::Duration;

use chrono::TimeDelta;
use db::jobrun;
use kernel::Role;
use serde_json::json;
use testkit::world::World;
use work::{Ended, State};

use crate::support::*;

#[tokio::test]
async fn a_short_job_is_over_while_the_page_waits() {
    let world = World::new().await;
    let node = node(&world, &Writes::new(&world, 1), &Known::default());
    let node = node.with_patience(Duration::from_mins(1));
    let started = queued(&world, &node, &json!({})).await;
    let Some(Ended::Done(done)) = started.ended else {
        panic!("{started:?}");
    };
    assert_eq!(
        (done.path.as_str(), effects(&world).await),
        ("/timetable", 1)
    );
    assert_eq!(state(&world, started.run).await, State::Done);
    let mine = "select count(*) from kernel.audit where action = 'test.done' and account_id = 10 and request like 'job-%'";
    assert_eq!(
        world.number(mine).await,
        1,
        "in the name of whoever started it"
    );
}

#[tokio::test]
async fn a_long_job_goes_on_when_the_page_waits_no_longer() {
    let world = World::new().await;
    let work = Writes::new(&world, 0);
    let node = node(&world, &work, &Known::default());
    let started = queued(&world, &node, &json!({})).await;
    assert!(started.ended.is_none());
    work.is_begun().await;
    assert_eq!(state(&world, started.run).await, State::Running);
    assert_eq!(effects(&world).await, 0, "nothing shows before the end");
    work.let_it_end();
    node.idle().await;
    assert_eq!(state(&world, started.run).await, State::Done);
    assert_eq!(effects(&world).await, 1);
}

/// The worker dies with its transaction open: another node takes the run when
/// the lease is over, and what the dead one still says is undone.
#[tokio::test]
async fn what_a_killed_worker_left_is_done_by_another_once() {
    let world = World::new().await;
    let id = left_behind(&world, &json!({})).await;
    let lease = TimeDelta::seconds(30);
    let mut tx = world.db().begin_worker().await.unwrap();
    let dead = jobrun::claim(&mut tx, &[KIND], lease)
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    let actor = world.actor(DEPUTY, Role::Deputy);
    let mut late = world.begin(&actor).await;
    db::audit::record(&mut late, "test.done", "test:1", &json!({}))
        .await
        .unwrap();

    let work = Writes::new(&world, 9);
    let node = node(&world, &work, &Known::default());
    assert_eq!(
        node.run_waiting().await.unwrap(),
        0,
        "the lease is not over"
    );
    world.clock().advance(TimeDelta::seconds(31));
    assert_eq!(node.run_waiting().await.unwrap(), 1);
    assert_eq!(state(&world, id).await, State::Done);
    let ours = jobrun::finish(&mut late, &dead, &json!({})).await.unwrap();
    assert!(!ours, "the dead worker has nothing to end");
    late.rollback().await.unwrap();
    assert_eq!(effects(&world).await, 1);
    assert_eq!(node.run_waiting().await.unwrap(), 0);
}

/// Two nodes look at the same time, ten runs wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_the_runs() {
    let world = World::new().await;
    let (work, known) = (Writes::new(&world, 99), Known::default());
    let (one, other) = (node(&world, &work, &known), node(&world, &work, &known));
    for _ in 0..10 {
        left_behind(&world, &json!({})).await;
    }
    let (done, also) = tokio::join!(one.run_waiting(), other.run_waiting());
    assert_eq!(done.unwrap() + also.unwrap(), 10);
    assert_eq!(effects(&world).await, 10);
}

/// A job acts with the rights of the moment in which it runs.
#[tokio::test]
async fn rights_that_were_lost_meanwhile_stop_the_job() {
    let world = World::new().await;
    let known = Known::default();
    let node = node(&world, &Writes::new(&world, 9), &known);
    for (role, why) in [(None, "work.no-rights"), (Some(Role::Teacher), "denied")] {
        let id = left_behind(&world, &json!({})).await;
        known.is_now(DEPUTY, role);
        assert_eq!(node.run_waiting().await.unwrap(), 1);
        assert_eq!(state(&world, id).await, State::Failed);
        assert_eq!(reason(&world, id).await, why);
    }
    assert_eq!(effects(&world).await, 0);
}

/// A node that closes waits, and then hands back what it has: another ends it.
#[tokio::test]
async fn a_closing_node_hands_its_job_back() {
    let world = World::new().await;
    let (work, known) = (Writes::new(&world, 0), Known::default());
    let closing = node(&world, &work, &known);
    let started = queued(&world, &closing, &json!({})).await;
    work.is_begun().await;
    closing.close(Duration::ZERO).await;
    assert_eq!(state(&world, started.run).await, State::Queued);
    let refused = queued(&world, &closing, &json!({})).await;
    assert_eq!(
        state(&world, refused.run).await,
        State::Queued,
        "it takes nothing new"
    );
    work.may_end.add_permits(9);
    assert_eq!(node(&world, &work, &known).run_waiting().await.unwrap(), 2);
    assert_eq!(effects(&world).await, 2);
}

#[tokio::test]
async fn a_closing_node_waits_for_its_job() {
    let world = World::new().await;
    let work = Writes::new(&world, 0);
    let node = node(&world, &work, &Known::default());
    let started = queued(&world, &node, &json!({})).await;
    work.is_begun().await;
    let (closed, ()) = tokio::join!(node.close(Duration::from_mins(1)), async {
        work.let_it_end();
    });
    assert_eq!(closed, ());
    assert_eq!(state(&world, started.run).await, State::Done);
}

/// A bug in the work ends the run and nothing else; a run that kills its node
/// each time is given up.
#[tokio::test]
async fn bugs_end_the_run_alone() {
    let world = World::new().await;
    let node = node(&world, &Writes::new(&world, 9), &Known::default());
    let panics = left_behind(&world, &json!({ "panic": true })).await;
    let kills = left_behind(&world, &json!({})).await;
    world
        .sql(&format!(
            "update kernel.job_run set attempt = 5 where run_id = {kills}"
        ))
        .await;
    let fine = left_behind(&world, &json!({})).await;
    assert_eq!(node.run_waiting().await.unwrap(), 3);
    assert_eq!(reason(&world, panics).await, "bug");
    assert_eq!(reason(&world, kills).await, "work.too-often");
    assert_eq!(state(&world, fine).await, State::Done);
    assert_eq!(effects(&world).await, 1);
}

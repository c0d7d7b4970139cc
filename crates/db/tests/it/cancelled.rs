//! requests that are dropped at random points neither show a tenant
//! another's rows nor lose a write that was acknowledged.
//!
//! sqlx up to 0.9.0 leaves an open transaction on a pooled connection when
//! `begin` is dropped in flight (transact-rs/sqlx 4385, 4393). The third test
//! is the control: the same work without our guards must show the fault, or
//! the first two prove nothing.

use std::{
    collections::HashSet,
    future::Future,
    pin::pin,
    str::FromStr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use db::Db;
use kernel::Role;
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use sqlx::{
    AssertSqlSafe, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use testkit::{TestDb, actor};

const TENANTS: i64 = 3;
const CONNECTIONS: u32 = 3;
const WORKERS: usize = 6;

/// What a run has seen.
#[derive(Default)]
struct Ledger {
    acknowledged: Mutex<Vec<i64>>,
    foreign_reads: AtomicUsize,
    cancelled: AtomicUsize,
    next: AtomicI64,
}

impl Ledger {
    fn ticket(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn acknowledge(&self, ticket: i64) {
        self.acknowledged.lock().unwrap().push(ticket);
    }

    fn see(&self, rows: &[i64], own: Option<i64>) {
        if rows.iter().any(|it| Some(*it) != own) {
            self.foreign_reads.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn lost(&self, test: &TestDb) -> usize {
        let stored: Vec<i64> = sqlx::query_scalar(
            "select ticket from kernel.r6 union all select ticket from kernel.r6_plain",
        )
        .fetch_all(test.admin())
        .await
        .unwrap();
        let stored: HashSet<i64> = stored.into_iter().collect();
        self.acknowledged
            .lock()
            .unwrap()
            .iter()
            .filter(|it| !stored.contains(it))
            .count()
    }
}

/// Drops the work after that many polls, or after that time, if it has not
/// ended before.
async fn cancel_somewhere(work: impl Future<Output = ()>, chance: &mut StdRng, ledger: &Ledger) {
    // A third runs to its end.
    let (polls, time) = match chance.random_range(0..3) {
        0 => (usize::MAX, Duration::from_mins(1)),
        1 => (chance.random_range(1..8), Duration::from_mins(1)),
        _ => (
            usize::MAX,
            Duration::from_micros(chance.random_range(0..3_000)),
        ),
    };
    let mut work = pin!(work);
    let mut left = polls;
    let limited = std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(true),
        Poll::Pending if left <= 1 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    });
    if !tokio::time::timeout(time, limited).await.unwrap_or(false) {
        ledger.cancelled.fetch_add(1, Ordering::Relaxed);
    }
}

async fn table(connections: u32) -> TestDb {
    let test = TestDb::with_connections(connections).await;
    test.sql(
        "create table kernel.r6 (org_id bigint not null, ticket bigint not null, primary key (org_id, ticket));
         select kernel.protect('kernel.r6');
         create table kernel.r6_plain (ticket bigint primary key);
         grant usage on schema kernel to zvonok_login;
         grant select, insert on kernel.r6_plain to zvonok_app, zvonok_login;
         grant select on kernel.r6 to zvonok_login;
         insert into kernel.r6 select org, -org from generate_series(1, 3) org",
    )
    .await;
    test
}

/// Runs `operations` pieces of work by several workers, each cut short at
/// random, and waits until all is quiet.
async fn run<W, F>(ledger: &Arc<Ledger>, operations: usize, work: W)
where
    W: Fn(u32, i64, Arc<Ledger>) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let mut workers = tokio::task::JoinSet::new();
    for number in 0..WORKERS {
        let (ledger, work) = (ledger.clone(), work.clone());
        workers.spawn(async move {
            let mut chance = StdRng::seed_from_u64(number as u64);
            for _ in 0..=operations / WORKERS {
                let kind = chance.next_u32() % 4;
                let tenant = chance.random_range(1..=TENANTS);
                cancel_somewhere(work(kind, tenant, ledger.clone()), &mut chance, &ledger).await;
            }
        });
    }
    workers.join_all().await;
}

/// One use case through our door: reads without a `where`, or writes.
async fn through_the_door(db: &Db, kind: u32, tenant: i64, ledger: &Ledger) {
    let Ok(mut tx) = db.begin(&actor(tenant, tenant, Role::Teacher)).await else {
        return;
    };
    if kind < 2 {
        let rows = sqlx::query_scalar("select org_id from kernel.r6 limit 5")
            .fetch_all(tx.conn())
            .await;
        let Ok(rows) = rows else { return };
        ledger.see(&rows, Some(tenant));
        // A read may end without a commit.
        if kind == 0 {
            let _ = tx.commit().await;
        }
        return;
    }
    let ticket = ledger.ticket();
    let insert = sqlx::query("insert into kernel.r6 (org_id, ticket) values ($1, $2)");
    if insert
        .bind(tenant)
        .bind(ticket)
        .execute(tx.conn())
        .await
        .is_err()
    {
        return;
    }
    if tx.commit().await.is_ok() {
        ledger.acknowledge(ticket);
    }
}

/// What naive code does with a pool: transactions with a context, and
/// statements on their own between them.
async fn naively(pool: &PgPool, kind: u32, tenant: i64, ledger: &Ledger) {
    if kind == 2 {
        let ticket = ledger.ticket();
        let insert = sqlx::query("insert into kernel.r6_plain values ($1)").bind(ticket);
        if insert.execute(pool).await.is_ok() {
            ledger.acknowledge(ticket);
        }
        return;
    }
    if kind == 3 {
        let rows = sqlx::query_scalar("select org_id from kernel.r6 limit 5")
            .fetch_all(pool)
            .await;
        ledger.see(&rows.unwrap_or_default(), None);
        return;
    }
    let begin = format!(
        "begin; select set_config('role', 'zvonok_app', true), set_config('zvonok.org', '{tenant}', true)"
    );
    let Ok(mut tx) = pool.begin_with(AssertSqlSafe(begin)).await else {
        return;
    };
    let rows = sqlx::query_scalar("select org_id from kernel.r6 limit 5")
        .fetch_all(&mut *tx)
        .await;
    ledger.see(&rows.unwrap_or_default(), Some(tenant));
    let _ = tx.commit().await;
}

async fn naive_run(options: PgPoolOptions, operations: usize) -> (usize, usize, usize) {
    let test = table(1).await;
    let login = PgConnectOptions::from_str(test.url()).unwrap();
    let pool = options.connect_with(login).await.unwrap();
    let ledger = Arc::new(Ledger::default());
    let shared = pool.clone();
    run(&ledger, operations, move |kind, tenant, ledger| {
        let pool = shared.clone();
        async move { naively(&pool, kind, tenant, &ledger).await }
    })
    .await;
    pool.close().await;
    let lost = ledger.lost(&test).await;
    (
        ledger.foreign_reads.load(Ordering::Relaxed),
        lost,
        ledger.cancelled.load(Ordering::Relaxed),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_requests_cross_no_tenant_and_lose_nothing() {
    let test = table(CONNECTIONS).await;
    let ledger = Arc::new(Ledger::default());
    let db = test.db().clone();
    run(&ledger, 20_000, move |kind, tenant, ledger| {
        let db = db.clone();
        async move { through_the_door(&db, kind, tenant, &ledger).await }
    })
    .await;
    test.db().close().await;
    let cancelled = ledger.cancelled.load(Ordering::Relaxed);
    let acknowledged = ledger.acknowledged.lock().unwrap().len();
    assert!(cancelled >= 3_000, "only {cancelled} were cancelled");
    assert!(
        acknowledged >= 3_000,
        "only {acknowledged} were acknowledged"
    );
    assert_eq!(
        ledger.foreign_reads.load(Ordering::Relaxed),
        0,
        "reads of another tenant"
    );
    assert_eq!(ledger.lost(&test).await, 0, "acknowledged writes lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_alone_guards_even_naive_code() {
    let (foreign, lost, cancelled) = naive_run(Db::pool_options(CONNECTIONS), 5_000).await;
    assert!(cancelled >= 500, "only {cancelled} were cancelled");
    assert_eq!((foreign, lost), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_guards_the_fault_shows() {
    let bare = PgPoolOptions::new().max_connections(CONNECTIONS);
    let (foreign, lost, _) = naive_run(bare, 5_000).await;
    assert!(
        foreign + lost > 0,
        "the harness has no teeth: it does not see the known fault"
    );
}

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use db::{Db, MIGRATOR, vault::Keyring};
use kernel::TestClock;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::clock;

/// The password of the application's login in a cluster that only tests use.
const LOGIN_PASSWORD: &str = "zvonok";
/// Guards the making of templates among all tests of the cluster.
const TEMPLATE_LOCK: i64 = 7042;
/// How many templates of other migrations are left for other checkouts.
const KEPT_TEMPLATES: i64 = 3;

/// A database of its own for one test, cloned from a template that has all
/// migrations and no rows.
///
/// [`TestDb::db`] is bound by row policies exactly as in production: it
/// connects as `zvonok_login`. [`TestDb::admin`] is a superuser, for what a
/// test has to put there or look at behind the policies.
pub struct TestDb {
    db: Db,
    admin: PgPool,
    clock: Arc<TestClock>,
    keys: Keyring,
    name: String,
    server: PgConnectOptions,
    url: String,
}

impl TestDb {
    /// Clones the template on the server that `DATABASE_URL` names, whose
    /// login must be a superuser.
    pub async fn new() -> Self {
        Self::with_connections(4).await
    }

    /// Like [`TestDb::new`], with so many connections for the application.
    pub async fn with_connections(max: u32) -> Self {
        let url = std::env::var("DATABASE_URL").expect(
            "DATABASE_URL names a superuser of a cluster for tests: run `cargo xtask test`",
        );
        let server = PgConnectOptions::from_str(&url)
            .expect("DATABASE_URL is a URL")
            .database("postgres");
        let template = template(&server).await.expect("the template is made");
        let name = clone(&server, &template)
            .await
            .expect("the template is cloned");
        let url = login(&server, &name).to_url_lossy().to_string();
        let clock = clock();
        let db = Db::connect(&url, max, clock.clone())
            .await
            .expect("the application connects");
        let keys = Keyring::volatile().expect("random bytes");
        let db = db.with_keys(keys.clone());
        let admin = PgPoolOptions::new()
            .max_connections(4)
            .connect_with(server.clone().database(&name))
            .await
            .expect("the administrator connects");
        Self {
            db,
            admin,
            clock,
            keys,
            name,
            server,
            url,
        }
    }

    /// The application's door, bound by row policies.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// A superuser's pool, bound by nothing.
    pub const fn admin(&self) -> &PgPool {
        &self.admin
    }

    /// The clock of [`TestDb::db`].
    pub const fn clock(&self) -> &Arc<TestClock> {
        &self.clock
    }

    /// The master keys of [`TestDb::db`].
    pub const fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The URL that the application's login connects by.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of the superuser.
    pub fn admin_url(&self) -> String {
        self.server
            .clone()
            .database(&self.name)
            .to_url_lossy()
            .to_string()
    }

    /// Runs statements as superuser and fails the test where they fail.
    pub async fn sql(&self, statements: &str) {
        if let Err(refusal) = self
            .admin
            .execute(AssertSqlSafe(statements.to_owned()))
            .await
        {
            panic!("{refusal}\nin\n{statements}");
        }
    }

    /// One number from a query, as superuser: a count or a new id.
    pub async fn number(&self, query: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_one(&self.admin)
            .await
            .unwrap_or_else(|it| panic!("{it}\nin\n{query}"))
    }

    /// The id of a statement with `returning`, as superuser.
    pub async fn insert(&self, statement: &str) -> i64 {
        self.number(statement).await
    }

    /// Drops the database now instead of at the end of the scope.
    pub async fn close(self) {
        self.db.close().await;
        self.admin.close().await;
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A thread with a runtime of its own: the test's may be ending.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut conn = server.connect().await.map_err(std::io::Error::other)?;
                drop_database(&mut conn, &name)
                    .await
                    .map_err(std::io::Error::other)
            })
        });
        // What could not be dropped, the next test's sweep drops.
        let _ = dropper.join();
    }
}

fn login(server: &PgConnectOptions, name: &str) -> PgConnectOptions {
    server
        .clone()
        .username("zvonok_login")
        .password(LOGIN_PASSWORD)
        .database(name)
}

/// The template of exactly these migrations, made if it is not there yet.
async fn template(server: &PgConnectOptions) -> sqlx::Result<String> {
    let name = format!("zvonok_template_{:016x}", checksum());
    let mut conn = server.connect().await?;
    if !is_template(&mut conn, &name).await? {
        sqlx::query("select pg_advisory_lock($1)")
            .bind(TEMPLATE_LOCK)
            .execute(&mut conn)
            .await?;
        if !is_template(&mut conn, &name).await? {
            make_template(server, &mut conn, &name).await?;
        }
    }
    conn.close().await?;
    Ok(name)
}

/// The checksums of all migrations name the template, so an edited migration
/// makes a new one.
fn checksum() -> u64 {
    MIGRATOR
        .iter()
        .flat_map(|it| it.checksum.iter())
        .fold(0xcbf2_9ce4_8422_2325, |sum, &byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

async fn is_template(conn: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (select from pg_database where datname = $1 and datistemplate)",
    )
    .bind(name)
    .fetch_one(conn)
    .await
}

async fn make_template(
    server: &PgConnectOptions,
    conn: &mut PgConnection,
    name: &str,
) -> sqlx::Result<()> {
    drop_old_templates(conn).await?;
    drop_database(conn, name).await?;
    conn.execute(AssertSqlSafe(format!("create database {name}")))
        .await?;
    let url = server.clone().database(name).to_url_lossy().to_string();
    db::migrate(&url)
        .await
        .map_err(|it| sqlx::Error::Configuration(Box::new(it)))?;
    conn.execute(AssertSqlSafe(format!(
        "alter role zvonok_login password '{LOGIN_PASSWORD}';
         alter database {name} is_template true"
    )))
    .await?;
    Ok(())
}

async fn drop_old_templates(conn: &mut PgConnection) -> sqlx::Result<()> {
    let old: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname like 'zvonok\\_template\\_%'
         order by oid desc offset $1",
    )
    .bind(KEPT_TEMPLATES)
    .fetch_all(&mut *conn)
    .await?;
    for name in old {
        conn.execute(AssertSqlSafe(format!(
            "alter database {name} is_template false"
        )))
        .await?;
        drop_database(conn, &name).await?;
    }
    Ok(())
}

/// A database named by this process, so that one whose process is gone can be
/// told from one in use.
async fn clone(server: &PgConnectOptions, template: &str) -> sqlx::Result<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("zvonok_test_{}_{number}", std::process::id());
    let mut conn = server.connect().await?;
    if number == 0 {
        sweep(&mut conn).await?;
    }
    conn.execute(AssertSqlSafe(format!(
        "create database {name} template {template} strategy file_copy"
    )))
    .await?;
    conn.close().await?;
    Ok(name)
}

/// Drops databases of test processes that are gone, and those left by an
/// earlier process that had our number.
async fn sweep(conn: &mut PgConnection) -> sqlx::Result<()> {
    let names: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname like 'zvonok\\_test\\_%'",
    )
    .fetch_all(&mut *conn)
    .await?;
    for name in names {
        let process = name.split('_').nth(2).and_then(|it| it.parse::<u32>().ok());
        let is_alive = process.is_some_and(|it| {
            it != std::process::id() && Path::new(&format!("/proc/{it}")).exists()
        });
        if !is_alive {
            drop_database(conn, &name).await?;
        }
    }
    Ok(())
}

async fn drop_database(conn: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    conn.execute(AssertSqlSafe(format!(
        "drop database if exists {name} with (force)"
    )))
    .await?;
    Ok(())
}

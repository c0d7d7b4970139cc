//! The private server: first and second start, sharing, and what happens to
//! it when its process is killed.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, Stdio},
};

use db::{
    Db, Durability, Unfit,
    embedded::{Config, EmbeddedError, Server},
};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use testkit::clock;

/// A folder that the account of the server can walk to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
    folder
}

async fn query(url: &str, query: &'static str) -> i64 {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(query)
        .fetch_one(&mut conn)
        .await
        .unwrap()
}

fn is_alive(process: u32) -> bool {
    // A zombie whose parent is gone is being reaped.
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|it| !it.contains(") Z "))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_serves_stops_and_starts_again() {
    let folder = folder();
    let config = Config::durable(folder.path().join("pg"));
    let server = Server::start(&config).await.unwrap();
    assert!(server.is_ours());
    db::migrate(&server.admin_url()).await.unwrap();
    db::migrate(&server.admin_url()).await.unwrap();

    let app = Db::connect(&server.app_url(), 2, clock()).await.unwrap();
    app.check_server(Durability::Kept).await.unwrap();
    let mut tx = app.begin_system(1.into()).await.unwrap();
    db::jobrun::start(
        &mut tx,
        db::jobrun::NewRun {
            kind: "test.kept",
            title: "",
            by: "",
            params: &serde_json::json!({}),
        },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    app.close().await;

    let admin = Db::connect(&server.admin_url(), 1, clock()).await.unwrap();
    assert!(matches!(
        admin.check_server(Durability::Kept).await,
        Err(Unfit::TooPowerful { .. })
    ));
    admin.close().await;

    // Not root, and closed to others.
    let process = server.process().unwrap();
    assert_ne!(fs::metadata(format!("/proc/{process}")).unwrap().uid(), 0);
    assert_eq!(mode(server.folder()), 0o700);
    assert_eq!(mode(&server.folder().join("superuser.password")), 0o600);
    assert_eq!(mode(&server.folder().join("login.password")), 0o600);
    let login: PgConnectOptions = server.app_url().parse().unwrap();
    let stranger = login.password("guess").to_url_lossy().to_string();
    assert!(Db::connect(&stranger, 1, clock()).await.is_err());

    // A second process shares it and does not stop it.
    let second = Server::start(&config).await.unwrap();
    assert!(!second.is_ours());
    second.stop().await;
    assert!(is_alive(process));

    server.stop().await;
    assert!(!is_alive(process));

    // After a restart of the machine the pid file may name a stranger.
    let pid_file = folder.path().join("pg/15/data/postmaster.pid");
    if pid_file.parent().unwrap().exists() {
        fs::write(
            &pid_file,
            format!("{}\n{}\n1\n5432\n", std::process::id(), pid_file.display()),
        )
        .unwrap();
    }
    let again = Server::start(&config).await.unwrap();
    assert_eq!(
        query(&again.admin_url(), "select count(*) from kernel.job_run").await,
        1
    );
    drop(again);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_starters_one_starts() {
    let folder = folder();
    // A path too long for a socket.
    let config = Config {
        keep: db::embedded::Keep::Volatile,
        ..Config::durable(folder.path().join("long".repeat(30)))
    };
    let (first, second) = tokio::join!(Server::start(&config), Server::start(&config));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first.is_ours() != second.is_ours());
    assert_eq!(query(&first.maintenance_url(), "select 1::bigint").await, 1);

    db::migrate(&first.admin_url()).await.unwrap();
    let app = Db::connect(&second.app_url(), 1, clock()).await.unwrap();
    let refusal = app.check_server(Durability::Kept).await.unwrap_err();
    assert!(
        matches!(&refusal, Unfit::NotDurable { setting, .. } if setting == "fsync"),
        "{refusal}"
    );
    app.check_server(Durability::Volatile).await.unwrap();
    app.close().await;
    second.stop().await;
    first.stop().await;
}

/// Not a test by itself: the process that the next one kills.
#[tokio::test(flavor = "multi_thread")]
async fn holder() {
    let Ok(folder) = std::env::var("ZVONOK_TEST_HOLD") else {
        return;
    };
    let config = Config {
        keep: db::embedded::Keep::Volatile,
        ..Config::durable(folder)
    };
    let server = Server::start(&config).await.unwrap();
    #[expect(clippy::print_stdout, reason = "the parent process reads it")]
    {
        println!("\nserver={}", server.process().unwrap());
    }
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_application_leaves_no_server_behind() {
    let folder = folder();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "embedded::holder", "--nocapture"])
        .env("ZVONOK_TEST_HOLD", folder.path().join("pg"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let process: u32 = lines
        .map_while(Result::ok)
        .find_map(|it| it.strip_prefix("server=").and_then(|it| it.parse().ok()))
        .unwrap();
    assert!(is_alive(process));
    child.kill().unwrap();
    child.wait().unwrap();

    // At once, while the old server may still be going down.
    let config = Config {
        keep: db::embedded::Keep::Volatile,
        ..Config::durable(folder.path().join("pg"))
    };
    let server = Server::start(&config).await.unwrap();
    assert!(server.is_ours());
    assert!(!is_alive(process));
    assert_ne!(server.process(), Some(process));
    assert_eq!(
        query(&server.maintenance_url(), "select 1::bigint").await,
        1
    );
    server.stop().await;
}

#[tokio::test]
async fn without_programs_the_message_says_what_to_install() {
    let folder = folder();
    // Data of a version that no machine has.
    let data = folder.path().join("pg/999/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "999").unwrap();
    let refusal = Server::start(&Config::durable(folder.path().join("pg")))
        .await
        .err()
        .unwrap();
    assert!(
        matches!(refusal, EmbeddedError::OtherVersion { major: 999, .. }),
        "{refusal}"
    );
}

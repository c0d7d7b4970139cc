//! Nodes of the program that share a database and a mail server.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use chrono::NaiveDate;

/// Numbers the lives of all nodes.
static LIVES: AtomicU32 = AtomicU32::new(1);

/// What all nodes share.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) database: String,
    pub(super) folder: PathBuf,
    /// Of the mail server.
    pub(super) port: u16,
}

/// One process, started again after every kill.
pub(super) struct Node {
    post: Post,
    child: Child,
    life: String,
}

impl Node {
    pub(super) fn start(post: &Post, day: NaiveDate) -> Self {
        let life = format!("life-{}.test", LIVES.fetch_add(1, Ordering::SeqCst));
        Self {
            post: post.clone(),
            child: launch(post, &life, day),
            life,
        }
    }

    /// What it calls itself to the mail server in this life.
    pub(super) fn life(&self) -> &str {
        &self.life
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn start_again(&mut self, day: NaiveDate) {
        self.child.wait().unwrap();
        *self = Self::start(&self.post, day);
    }

    pub(super) fn wait_until_it_serves(&mut self) {
        let mut said = BufReader::new(self.child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains("127.0.0.1"), "the node did not start");
        self.child.stdout = Some(said.into_inner());
    }

    pub(super) fn stop(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
    }
}

fn launch(post: &Post, life: &str, day: NaiveDate) -> Child {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let free_port = free.local_addr().unwrap().port();
    drop(free);
    Command::new(env!("CARGO_BIN_EXE_zvonok"))
        .args(["demo", "--village", "--volatile"])
        .args([
            "--today",
            &day.to_string(),
            "--port",
            &free_port.to_string(),
        ])
        .arg("--data")
        .arg(&post.folder)
        .env("DATABASE_URL", &post.database)
        // Nodes of one database hold the same keys.
        .env("ZVONOK_KEYS", format!("test {}", "1f".repeat(32)))
        .env("ZVONOK_SMTP_HOST", "127.0.0.1")
        .env("ZVONOK_SMTP_PORT", post.port.to_string())
        .env("ZVONOK_SMTP_TLS", "none")
        .env("ZVONOK_MAIL_FROM", "zvonok@school.example")
        .env("ZVONOK_SMTP_HELLO", life)
        .env("ZVONOK_MAIL_LEASE_MS", "8000")
        .env("ZVONOK_MAIL_LOOK_MS", "50")
        .env("ZVONOK_MAIL_RETRY_MS", "50")
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

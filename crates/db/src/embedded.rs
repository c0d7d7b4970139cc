//! A private PostgreSQL server from binaries that are already on the machine.
//!
//! Nobody but the account that started it can reach it: a socket in a folder
//! of mode 0700, no TCP, passwords by scram-sha-256 that are generated at the
//! first start and kept in files of mode 0600. PostgreSQL refuses to run as
//! root, so root drops to `postgres` or `nobody`.
//!
//! The first process that starts it also stops it, and where it is killed the
//! server goes down with it; a second process shares the running server.

mod account;
mod keeper;
mod place;
mod secret;
mod server;

use std::path::PathBuf;

pub use server::Server;

/// What the server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Data that must survive a power cut.
    Durable,
    /// Data of a test or a benchmark: no fsync, nothing survives a power cut,
    /// and [`crate::Db::check_server`] refuses it where not told otherwise.
    Volatile,
}

/// Where and how to run the server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the cluster, such as `.zvonok/pg`; data of each major
    /// version lie in a folder of its own under it.
    pub folder: PathBuf,
    pub keep: Keep,
    /// More settings for the command line, such as `("shared_buffers", "256MB")`.
    pub settings: Vec<(String, String)>,
    /// Where the binaries are; looked for in the usual places otherwise.
    pub binaries: Option<PathBuf>,
}

impl Config {
    /// A durable server in that folder.
    pub fn durable(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            keep: Keep::Durable,
            settings: Vec::new(),
            binaries: None,
        }
    }

    /// A volatile server, in memory where there is room for it. `name` tells
    /// it from others of the same machine.
    pub fn volatile(name: &str) -> Self {
        Self {
            folder: place::volatile(name),
            keep: Keep::Volatile,
            settings: Vec::new(),
            binaries: None,
        }
    }
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error("no PostgreSQL server binaries found in {looked_in}; install the package postgresql")]
    NoBinaries { looked_in: String },
    #[error("{folder} holds data of PostgreSQL {major}, whose programs are not in {looked_in}")]
    OtherVersion {
        folder: PathBuf,
        major: u32,
        looked_in: String,
    },
    #[error("{tool} failed: {message}")]
    Tool { tool: &'static str, message: String },
    #[error("the server was not ready in {seconds} s; see {log}")]
    NotReady { seconds: u64, log: PathBuf },
    #[error("{path} belongs to somebody else")]
    Foreign { path: PathBuf },
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the server runs but its database could not be prepared")]
    Prepare(#[from] sqlx::Error),
    #[error("the server runs but the schema could not be made")]
    Migrate(#[from] crate::MigrationError),
}

type Result<T> = std::result::Result<T, EmbeddedError>;

/// Names what was being done when the system refused.
trait Doing<T> {
    fn doing(self, what: impl std::fmt::Display) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl std::fmt::Display) -> Result<T> {
        self.map_err(|source| EmbeddedError::Io {
            what: what.to_string(),
            source,
        })
    }
}

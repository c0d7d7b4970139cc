//! Backups of the whole installation, as whoever makes them records them
//! (S2:1.3). What is not recorded here was not made.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use crate::{Error, Tx};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupKind {
    /// `pg_dump`.
    Dump,
    /// pgBackRest or `pg_basebackup`.
    Base,
    /// A backup was restored elsewhere and looked at.
    Restore,
}

impl BackupKind {
    pub const ALL: [Self; 3] = [Self::Dump, Self::Base, Self::Restore];

    /// The name in the database and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dump => "dump",
            Self::Base => "base",
            Self::Restore => "restore",
        }
    }
}

/// One that was made, or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub kind: BackupKind,
    pub finished_at: DateTime<Utc>,
    pub bytes: Option<i64>,
    /// Where it lies, which machine restored it: at most 200 characters.
    pub note: String,
}

/// Records one over a connection of its own: whoever makes backups logs in as
/// `zvonok_backup`, which steps into none of the working roles.
///
/// # Errors
/// The database cannot be reached or refuses.
pub async fn record(url: &str, it: &Backup) -> Result<i64, Error> {
    let mut conn = PgConnection::connect(url).await?;
    let id = sqlx::query_scalar!(
        r#"select kernel.record_backup($1, $2, $3, $4) as "id!""#,
        it.kind.code(),
        it.finished_at,
        it.bytes,
        it.note,
    )
    .fetch_one(&mut conn)
    .await?;
    conn.close().await?;
    Ok(id)
}

/// When the last backup and the last proof that one can be restored were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latest {
    pub backup: Option<DateTime<Utc>>,
    pub restore: Option<DateTime<Utc>>,
}

/// What is known of backups, in any transaction.
pub async fn latest(tx: &mut Tx) -> Result<Latest, Error> {
    let row = sqlx::query!(
        "select max(finished_at) filter (where kind <> 'restore') as backup,
                max(finished_at) filter (where kind = 'restore') as restore
         from kernel.backup where finished_at <= $1",
        tx.now(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Latest {
        backup: row.backup,
        restore: row.restore,
    })
}

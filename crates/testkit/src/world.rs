//! A small fixed world that domains build on: two schools that must never
//! see each other. Each domain adds its own rows with [`World::sql`] beside
//! its own tests; this crate knows no domain's tables.

use std::sync::Arc;

use db::{Db, Tx};
use kernel::{Actor, Role, TestClock};

use crate::{TestDb, actor};

/// The school that most tests act in.
pub const SCHOOL: i64 = 1001;
/// A second school, whose rows must never show in the first.
pub const OTHER_SCHOOL: i64 = 1002;

/// A fresh database with the clock at [`crate::morning`].
pub struct World {
    pub test: TestDb,
}

impl World {
    pub async fn new() -> Self {
        Self {
            test: TestDb::new().await,
        }
    }

    pub const fn db(&self) -> &Db {
        self.test.db()
    }

    pub const fn clock(&self) -> &Arc<TestClock> {
        self.test.clock()
    }

    /// Runs statements as superuser.
    pub async fn sql(&self, statements: &str) {
        self.test.sql(statements).await;
    }

    /// One number from a query or from `insert … returning`, as superuser.
    pub async fn number(&self, query: &str) -> i64 {
        self.test.number(query).await
    }

    /// An actor of [`SCHOOL`].
    pub fn actor(&self, person: i64, role: Role) -> Actor {
        actor(SCHOOL, person, role)
    }

    /// A transaction on behalf of the actor.
    pub async fn begin(&self, actor: &Actor) -> Tx {
        self.db().begin(actor).await.expect("a transaction begins")
    }
}

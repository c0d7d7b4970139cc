//! One statement without a transaction, for what every request asks.

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};

use crate::{Error, statements, tx::is_lost};

/// A connection in the login's own name. The login owns nothing and no policy
/// shows it a row: all it may do is call the few functions granted to it.
pub struct Alone {
    inner: PoolConnection<Postgres>,
}

impl Alone {
    pub(crate) async fn take(pool: &PgPool) -> Result<Self, Error> {
        let inner = pool.acquire().await?;
        Ok(Self { inner })
    }

    /// The connection, for one statement. For `store` modules only.
    pub fn conn(&mut self) -> &mut PgConnection {
        statements::count_one();
        &mut self.inner
    }

    /// Whether the statement failed because the server went away meanwhile,
    /// so that a read is worth asking again on another connection.
    pub fn is_lost(error: &sqlx::Error) -> bool {
        is_lost(error)
    }
}

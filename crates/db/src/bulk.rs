use std::{str::FromStr, sync::Arc};

use kernel::{Clock, OrgId};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Error, Tx, tx::Who, vault::Keyring};

/// Loading much data at once by COPY, which PostgreSQL refuses under row
/// policies. The login is an administrator's and policies do not bind it:
/// for the demonstration data and for restoring, never for serving.
pub struct Bulk {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    keys: Option<Arc<Keyring>>,
}

impl Bulk {
    pub async fn connect(admin_url: &str, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(admin_url)?
            .application_name("zvonok bulk")
            .options([("jit", "off"), ("timezone", "UTC")]);
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        Ok(Self {
            pool,
            clock,
            keys: None,
        })
    }

    /// The same with the master keys of sealed values.
    #[must_use]
    pub fn with_keys(mut self, keys: Keyring) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// The master keys, for rows that are sealed before they are loaded.
    ///
    /// # Errors
    /// [`Error::NoKeys`].
    pub fn keys(&self) -> Result<Arc<Keyring>, Error> {
        self.keys.clone().ok_or(Error::NoKeys)
    }

    /// A transaction with the organisation in its context but with the rights
    /// of the login. The caller writes `org_id` into every row.
    pub async fn begin(&self, org: OrgId) -> Result<Tx, Error> {
        Tx::begin(&self.pool, Who::Admin(org), self.clock.now()).await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

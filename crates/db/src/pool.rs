use std::{str::FromStr, sync::Arc, time::Duration};

use kernel::{Actor, Clock, OrgId};
use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    Alone, Error,
    tx::{Tx, Who},
    vault::Keyring,
};

/// A handle to the database, cheap to clone. The pool never leaves this
/// crate: the only way to the tables is a [`Tx`] in somebody's name.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    keys: Option<Arc<Keyring>>,
}

/// How busy the connections are, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolGauges {
    pub max: u32,
    pub open: u32,
    pub idle: u32,
}

impl Db {
    /// Connects as the application's login, with at most `max` connections.
    ///
    /// Fails with [`Error::Unreachable`] where there is no server to talk to.
    pub async fn connect(url: &str, max: u32, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let pool = Self::pool_options(max)
            .connect_with(connect_options(url)?)
            .await?;
        Ok(Self {
            pool,
            clock,
            keys: None,
        })
    }

    /// Like [`Db::connect`], but connects only when first used, so that a
    /// page that says «the database is away» can be served.
    pub fn connect_lazy(url: &str, max: u32, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let pool = Self::pool_options(max).connect_lazy_with(connect_options(url)?);
        Ok(Self {
            pool,
            clock,
            keys: None,
        })
    }

    /// The same door with the master keys of sealed values; without them
    /// nothing is sealed and nothing opens.
    #[must_use]
    pub fn with_keys(mut self, keys: Keyring) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// The master keys, for what is sealed beside all organisations.
    ///
    /// # Errors
    /// [`Error::NoKeys`].
    pub fn keyring(&self) -> Result<Arc<Keyring>, Error> {
        self.keys.clone().ok_or(Error::NoKeys)
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The options that every pool of the product starts from.
    ///
    /// The rollback on release is a guard: work that is dropped at the wrong
    /// moment must not hand its open transaction to the next borrower
    /// (transact-rs/sqlx issues 4385 and 4393, not fixed in 0.9.0).
    ///
    /// `begin` before it keeps the server from warning, in the usual case, that
    /// there is nothing to roll back; in the unusual one it warns, and where the
    /// left transaction has failed, the connection is thrown away.
    pub fn pool_options(max: u32) -> PgPoolOptions {
        PgPoolOptions::new()
            .max_connections(max)
            .acquire_timeout(Duration::from_secs(2))
            // `begin_on_living` does it for no round trip.
            .test_before_acquire(false)
            .after_release(|conn, _| {
                Box::pin(async move {
                    conn.execute("begin; rollback").await?;
                    Ok(true)
                })
            })
    }

    /// Opens the transaction of one use case on behalf of the actor: role
    /// `zvonok_app`, rows of the actor's organisation only.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, Error> {
        self.begin_as(Who::Actor(actor)).await
    }

    /// The same rows without a person: for jobs and for what the system does
    /// by itself.
    pub async fn begin_system(&self, org: OrgId) -> Result<Tx, Error> {
        self.begin_as(Who::System(org)).await
    }

    /// Before anybody is known: role `zvonok_auth`, identity's tables only.
    pub async fn begin_auth(&self) -> Result<Tx, Error> {
        self.begin_as(Who::Auth).await
    }

    /// Beside all organisations: role `zvonok_worker`, which sees the outbox,
    /// ticks, runs and the list of organisations.
    pub async fn begin_worker(&self) -> Result<Tx, Error> {
        self.begin_as(Who::Worker).await
    }

    /// A connection without a transaction: one statement that calls a function
    /// granted to the login. A pooled connection may have died since it was
    /// last used; see [`Alone::is_lost`].
    pub async fn alone(&self) -> Result<Alone, Error> {
        Alone::take(&self.pool).await
    }

    async fn begin_as(&self, who: Who<'_>) -> Result<Tx, Error> {
        let tx = Tx::begin(&self.pool, who, self.clock.now()).await?;
        Ok(tx.with_keys(self.keys.clone()))
    }

    /// Whether the database answers now.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    pub fn gauges(&self) -> PoolGauges {
        PoolGauges {
            max: self.pool.options().get_max_connections(),
            open: self.pool.size(),
            idle: u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX),
        }
    }

    /// Waits for running transactions and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

fn connect_options(url: &str) -> Result<PgConnectOptions, Error> {
    Ok(PgConnectOptions::from_str(url)?
        .application_name("zvonok")
        .options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("timezone", "UTC"),
            // It costs a history trigger 12 ms and gains short statements nothing.
            ("jit", "off"),
            // Planning took half of a page's time in the database. Our statements say what they
            // want («any or this one» is two statements), so one plan fits every value.
            ("plan_cache_mode", "force_generic_plan"),
        ]))
}

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use chrono::{DateTime, Utc};
use kernel::{Actor, OrgId};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

use crate::{Error, Request, statements, vault::Keyring};

/// In whose name the transaction runs, down to the role in the database.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    Actor(&'a Actor),
    System(OrgId),
    Auth,
    Worker,
    /// The connecting role itself: bulk loading by an administrator.
    Admin(OrgId),
}

impl Who<'_> {
    fn role(self) -> Option<&'static str> {
        match self {
            Self::Actor(_) | Self::System(_) => Some("zvonok_app"),
            Self::Auth => Some("zvonok_auth"),
            Self::Worker => Some("zvonok_worker"),
            Self::Admin(_) => None,
        }
    }

    fn org(self) -> Option<OrgId> {
        match self {
            Self::Actor(actor) => Some(actor.org),
            Self::System(org) | Self::Admin(org) => Some(org),
            Self::Auth | Self::Worker => None,
        }
    }

    /// The whole context in one message: the role, the organisation and the
    /// actor hold from the first statement and end with the transaction.
    /// Every setting is named, also the empty ones: nothing is inherited.
    ///
    /// Only numbers, a time, an address and a cleaned request id go into the
    /// text, so nothing in it can be a quote.
    fn begin_message(self, now: DateTime<Utc>, request: &Request) -> String {
        let (account, person) = match self {
            Self::Actor(actor) => (actor.account.to_string(), actor.person.to_string()),
            _ => (String::new(), String::new()),
        };
        let org = self.org().map(|it| it.to_string()).unwrap_or_default();
        let mut message = format!(
            "begin; select set_config('zvonok.org','{org}',true),\
             set_config('zvonok.account','{account}',true),\
             set_config('zvonok.person','{person}',true),\
             set_config('zvonok.now','{}',true),\
             set_config('zvonok.request','{}',true),\
             set_config('zvonok.ip','{}',true)",
            now.to_rfc3339(),
            request.id(),
            request.ip_text(),
        );
        if let Some(role) = self.role() {
            message.push_str(",set_config('role','");
            message.push_str(role);
            message.push_str("',true)");
        }
        message
    }
}

/// One transaction on behalf of somebody. Dropped, it rolls back.
#[must_use = "a transaction that is not committed rolls back"]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    org: Option<OrgId>,
    now: DateTime<Utc>,
    kept: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    keys: Option<Arc<Keyring>>,
}

impl Tx {
    /// Begins in a task of its own: a caller that goes away half-way leaves a
    /// task that ends, and its transaction rolls back (transact-rs/sqlx
    /// issues 4385 and 4393, not fixed in 0.9.0).
    pub(crate) async fn begin(
        pool: &PgPool,
        who: Who<'_>,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let message = who.begin_message(now, &Request::current());
        let pool = pool.clone();
        let inner = tokio::spawn(async move { begin_on_living(&pool, message).await })
            .await
            .map_err(|_| sqlx::Error::WorkerCrashed)??;
        Ok(Self {
            inner,
            org: who.org(),
            now,
            kept: HashMap::new(),
            keys: None,
        })
    }

    pub(crate) fn with_keys(mut self, keys: Option<Arc<Keyring>>) -> Self {
        self.keys = keys;
        self
    }

    pub(crate) fn keyring(&self) -> Result<Arc<Keyring>, Error> {
        self.keys.clone().ok_or(Error::NoKeys)
    }

    /// The connection, for one statement. For `store` modules only;
    /// `cargo xtask tidy` keeps it so.
    pub fn conn(&mut self) -> &mut PgConnection {
        statements::count_one();
        &mut self.inner
    }

    /// The organisation whose rows this transaction sees; none in the
    /// transactions of sign-in and of workers.
    pub const fn org(&self) -> Option<OrgId> {
        self.org
    }

    /// The moment of the transaction by the application's clock; the database
    /// has the same as `kernel.now()`.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// What somebody read in this transaction and kept for the others, one of a type.
    pub fn kept<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let found = self.kept.get(&TypeId::of::<T>())?;
        Arc::clone(found).downcast().ok()
    }

    /// Keeps what was read until the transaction ends, so that several who
    /// look at the same in one transaction ask once. For transactions that
    /// look and do not change what was read: nothing here grows old.
    pub fn keep<T: Send + Sync + 'static>(&mut self, it: T) -> Arc<T> {
        let it = Arc::new(it);
        self.kept.insert(TypeId::of::<T>(), it.clone());
        it
    }

    /// Makes everything done here durable. A caller that goes away while
    /// this runs does not stop it half-way.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(tokio::spawn(self.inner.commit())
            .await
            .map_err(|_| sqlx::Error::WorkerCrashed)??)
    }

    /// Undoes everything done here, and waits until it is undone.
    pub async fn rollback(self) -> Result<(), Error> {
        Ok(tokio::spawn(self.inner.rollback())
            .await
            .map_err(|_| sqlx::Error::WorkerCrashed)??)
    }
}

/// A pooled connection may have died since it was last used (the server was
/// restarted). BEGIN has no effect to repeat, so the next one is tried; there
/// are no more dead ones than the pool holds.
async fn begin_on_living(
    pool: &PgPool,
    message: String,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tries = pool.options().get_max_connections();
    loop {
        match pool.begin_with(AssertSqlSafe(message.clone())).await {
            Err(lost) if tries > 0 && is_lost(&lost) => tries -= 1,
            other => return other,
        }
    }
}

pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // admin_shutdown, crash_shutdown, idle_in_transaction_session_timeout
        sqlx::Error::Database(it) => {
            matches!(it.code().as_deref(), Some("57P01" | "57P02" | "25P03"))
        }
        _ => false,
    }
}

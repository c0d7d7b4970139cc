//! Word of mouth between the nodes of one installation, over `NOTIFY`.
//!
//! A notice may be lost, so it only ever says «look again»; it carries ids,
//! never a name or a value. It is told after the commit and in a statement of
//! its own: a `NOTIFY` inside of a transaction makes all commits of the
//! database queue up behind one lock.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::{broadcast, mpsc};

use crate::Db;

/// So many notices wait to be told or heard; more are lost.
const MOST: usize = 1024;
/// So many are told at once.
const AT_ONCE: usize = 64;
const PATIENCE: Duration = Duration::from_secs(1);

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum Heard {
    Notice(Arc<str>),
    /// Some notices may have been lost.
    Gap,
}

/// One channel of notices. Cheap to clone; connects when first used.
#[derive(Clone)]
pub struct Notices {
    inner: Arc<Inner>,
}

struct Inner {
    pool: PgPool,
    channel: &'static str,
    told: OnceLock<mpsc::Sender<String>>,
    heard: OnceLock<broadcast::Sender<Heard>>,
}

impl Db {
    /// The channel of that name: lower-case letters and underscores.
    pub fn notices(&self, channel: &'static str) -> Notices {
        Notices {
            inner: Arc::new(Inner {
                pool: self.pool().clone(),
                channel,
                told: OnceLock::new(),
                heard: OnceLock::new(),
            }),
        }
    }
}

impl Notices {
    /// Tells all nodes, this one too, soon and without waiting for it.
    pub fn tell(&self, notice: String) {
        let told = self.inner.told.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(MOST);
            let (pool, channel) = (self.inner.pool.clone(), self.inner.channel);
            tokio::spawn(tell_all(pool, channel, receiver));
            sender
        });
        if told.try_send(notice).is_err() {
            tracing::warn!(channel = self.inner.channel, "a notice was not told");
        }
    }

    /// Everything told from now on.
    pub fn hear(&self) -> broadcast::Receiver<Heard> {
        let heard = self.inner.heard.get_or_init(|| {
            let (sender, _) = broadcast::channel(MOST);
            let (pool, channel) = (self.inner.pool.clone(), self.inner.channel);
            tokio::spawn(hear_all(pool, channel, sender.clone()));
            sender
        });
        heard.subscribe()
    }
}

/// Ends when nobody can tell anything any more.
async fn tell_all(pool: PgPool, channel: &'static str, mut told: mpsc::Receiver<String>) {
    let mut batch = Vec::with_capacity(AT_ONCE);
    while told.recv_many(&mut batch, AT_ONCE).await > 0 {
        batch.dedup();
        let done = sqlx::query("select pg_notify($1, it) from unnest($2::text[]) it")
            .bind(channel)
            .bind(std::mem::take(&mut batch))
            .execute(&pool)
            .await;
        if let Err(error) = done {
            tracing::warn!(
                channel,
                error = &error as &dyn std::error::Error,
                "notices were not told"
            );
        }
    }
}

/// Ends with the pool.
async fn hear_all(pool: PgPool, channel: &'static str, heard: broadcast::Sender<Heard>) {
    loop {
        match listen(&pool, channel, &heard).await {
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::warn!(
                channel,
                error = &error as &dyn std::error::Error,
                "no notices are heard"
            ),
            Ok(()) => {}
        }
        tokio::select! {
            () = pool.close_event() => return,
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
}

async fn listen(
    pool: &PgPool,
    channel: &str,
    heard: &broadcast::Sender<Heard>,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    // Nobody hearing is no error: somebody may come.
    let _ = heard.send(Heard::Gap);
    loop {
        let told = match listener.try_recv().await? {
            Some(it) => Heard::Notice(it.payload().into()),
            None => Heard::Gap,
        };
        let _ = heard.send(told);
    }
}

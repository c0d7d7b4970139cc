//! `zvonok keys`: the master keys of what is sealed (ADR 0016).

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use db::{
    Db,
    vault::{self, Keyring},
};
use kernel::{Clock, OrgId, SystemClock};

use crate::{
    Config,
    serve::{self, say},
    wire,
};

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add a new master key to a file, which is made where there is none.
    New {
        file: PathBuf,
        /// How the key is called; the moment by default.
        #[arg(long)]
        id: Option<String>,
    },
    /// Wrap the data keys of all organisations with the newest master key and
    /// seal second factors with it; the older ones may be thrown away an hour
    /// later, when the last sheet of slips is gone. May be broken off and repeated.
    Rotate {
        /// Give every organisation a new data key too and seal all values anew.
        #[arg(long)]
        data: bool,
    },
}

/// `zvonok keys new`.
pub fn new(file: &Path, id: Option<&str>) -> anyhow::Result<()> {
    let id = id.map_or_else(
        || SystemClock.now().format("%Y%m%d-%H%M%S").to_string(),
        str::to_owned,
    );
    Keyring::add_to(file, &id).with_context(|| file.display().to_string())?;
    say(&id);
    Ok(())
}

/// `zvonok keys rotate`.
pub async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Rotate { data } = command else {
        return Ok(());
    };
    let (db, _) = serve::open(config).await?;
    ready(&db, config).await?;
    rotate(&db, config, *data).await
}

/// Seals second factors and wraps every organisation's data keys anew, and seals its values anew where
/// that is wanted. Each batch is a transaction of its own, and what is done is
/// not done again: broken off anywhere, the next run goes on.
pub async fn rotate(db: &Db, config: &Config, data: bool) -> anyhow::Result<()> {
    let services = wire::services(db, config)?;
    let (sealed, lost) = services.identity.seal_factors_anew().await?;
    tracing::info!(sealed, "seeds of second factors were sealed anew");
    if lost > 0 {
        tracing::warn!(lost, "no key opens these second factors: reset them");
    }
    for org in organisations(&services).await? {
        let mut tx = db.begin_system(org).await?;
        let done = vault::rewrap(&mut tx).await?;
        tx.commit().await?;
        let requests = services.transfers.seal_requests_anew(org).await?;
        tracing::info!(%org, requests, "requests of transfers were sealed anew");
        if data {
            let sealed = services.people.seal_anew(org).await?;
            tracing::info!(%org, sealed, "values were sealed anew");
        }
        tracing::info!(%org, keys = done.wrapped_anew, "data keys were wrapped anew");
    }
    Ok(())
}

/// Refuses keys that do not open what is there, then seals what an older
/// version left in the clear.
pub async fn ready(db: &Db, config: &Config) -> anyhow::Result<()> {
    fit(db).await?;
    let services = wire::services(db, config)?;
    for org in organisations(&services).await? {
        let sealed = services.people.seal_in_the_clear(org).await?;
        if sealed > 0 {
            tracing::info!(%org, sealed, "values that lay in the clear were sealed");
        }
    }
    Ok(())
}

/// Whether the keys open the data keys of every organisation.
pub async fn fit(db: &Db) -> anyhow::Result<()> {
    let mut tx = db.begin_worker().await?;
    vault::check(&mut tx)
        .await
        .context("the keys do not fit the restricted data of this database")?;
    Ok(tx.commit().await?)
}

async fn organisations(services: &wire::Services) -> anyhow::Result<Vec<OrgId>> {
    let tree = services.org.tree().await?;
    Ok(tree.into_iter().map(|it| it.id).collect())
}

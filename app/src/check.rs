//! `zvonok check`: whether the installation is fit to serve, `zvonok check
//! audit`: whether anybody changed the logs behind the application, and
//! `zvonok check register`: whether the class register is what the orders say.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use db::seal::{self, Flaw, Head, Key, What};

use crate::{Config, serve, wire};

/// What to check.
#[derive(Args, Debug)]
pub struct Options {
    #[command(subcommand)]
    what: Option<Of>,
}

#[derive(Subcommand, Debug)]
enum Of {
    /// Read the history and the audit log again under their seals; names the
    /// first bad batch of each chain.
    Audit {
        /// Heads of the chains that were kept outside of the database; the
        /// file of `seal_anchor` where it is not given.
        #[arg(long)]
        anchor: Option<PathBuf>,
    },
    /// Build the class register anew from the issued orders and compare it
    /// with the one that is kept; names the pupils that differ.
    Register {
        /// Keep what the orders say where it differs; nothing is changed without.
        #[arg(long)]
        mend: bool,
    },
}

/// `zvonok check`.
pub async fn run(config: &Config, options: &Options) -> anyhow::Result<()> {
    match &options.what {
        None => serve::check(config).await,
        Some(Of::Audit { anchor }) => {
            let anchor = anchor.as_deref().or(config.seal_anchor.as_deref());
            audit(config, anchor).await
        }
        Some(Of::Register { mend }) => register(config, *mend).await,
    }
}

async fn register(config: &Config, mend: bool) -> anyhow::Result<()> {
    let (db, _) = serve::open(config).await?;
    let services = wire::services(&db, config)?;
    // Kindergartens have a register too, and whoever has none is soon checked.
    let all = services.org.tree().await?;
    let mut wrong = 0;
    for it in &all {
        let movement = &services.movement;
        let found = if mend {
            movement.mend_register(it.id).await?
        } else {
            movement.check_register(it.id).await?
        };
        for pupil in found {
            wrong += 1;
            serve::say(&format!(
                "organisation {}: the classes of pupil {pupil} are not what the orders say",
                it.id
            ));
        }
    }
    serve::say(&format!(
        "{} organisations, {wrong} pupils differ",
        all.len()
    ));
    if mend {
        return Ok(());
    }
    if 0 < wrong {
        bail!("the register of {wrong} pupils is not what the orders say");
    }
    Ok(())
}

async fn audit(config: &Config, anchor: Option<&Path>) -> anyhow::Result<()> {
    if !config.seal_key.exists() {
        bail!(
            "there is no seal key at {}: seals can be checked on the host of the application alone",
            config.seal_key.display()
        );
    }
    let key = Key::kept_in(&config.seal_key).context("seal_key")?;
    let anchors = if let Some(file) = anchor {
        heads(file)?
    } else {
        tracing::warn!("no seal_anchor: a log whose end was cut off looks whole");
        vec![]
    };
    let (db, _) = serve::open(config).await?;
    let report = seal::verify(&db, &key, &anchors).await?;
    for flaw in &report.flaws {
        serve::say(&told(flaw));
    }
    let seal::Report {
        chains,
        batches,
        rows,
        ..
    } = report;
    serve::say(&format!(
        "{chains} chains, {batches} batches, {rows} rows, {} anchors",
        anchors.len()
    ));
    if !report.flaws.is_empty() {
        bail!("{} of {chains} chains are broken", report.flaws.len());
    }
    Ok(())
}

/// The last head of each chain in the file; earlier ones say nothing more.
fn heads(file: &Path) -> anyhow::Result<Vec<Head>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the anchors {}", file.display()))?;
    let mut last: Vec<Head> = vec![];
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let head: Head = line.parse()?;
        last.retain(|it| it.org != head.org || it.log != head.log);
        last.push(head);
    }
    Ok(last)
}

fn told(flaw: &Flaw) -> String {
    let what = match flaw.what {
        What::SealMissing => "a seal before it is missing",
        What::SealForged => "the seal is not ours",
        What::RowsRemoved => "rows were removed",
        What::RowsAdded => "rows were added",
        What::RowsChanged => "rows were changed",
        What::TailCut => "the end of the chain was cut off",
    };
    let (after, up_to) = flaw.rows;
    let at = flaw
        .sealed_at
        .map_or_else(String::new, |it| format!(", sealed {}", it.to_rfc3339()));
    format!(
        "organisation {}, {}, batch {}: {what} (rows {}..={up_to}{at})",
        flaw.org,
        flaw.log.code(),
        flaw.n,
        after + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_head_of_a_chain_counts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors");
        let line = |n: i64, byte: &str| format!("5 audit {n} {}\n", byte.repeat(32));
        std::fs::write(&file, line(1, "aa") + &line(2, "bb")).unwrap();
        let found = heads(&file).unwrap();
        assert_eq!((found.len(), found[0].n), (1, 2));
        std::fs::write(&file, "5 audit").unwrap();
        assert!(heads(&file).is_err());
    }
}

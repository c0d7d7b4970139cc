use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    Head, Key, Log,
    chain::{self, Seal},
    round::reader,
    rows, store,
};
use crate::{Db, Error};

pub use super::chain::What;

/// Seals that are read at once.
const PAGE: i64 = 500;

/// The first bad batch of one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// 0: rows of no organisation.
    pub org: i64,
    pub log: Log,
    /// The batch; 0 for rows that are in none and should be.
    pub n: i64,
    pub what: What,
    /// Its rows have numbers above the first and not above the second.
    pub rows: (i64, i64),
    pub sealed_at: Option<DateTime<Utc>>,
}

/// What reading everything again came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub chains: usize,
    pub batches: usize,
    pub rows: usize,
    /// Heads kept outside that were looked for.
    pub anchors: usize,
    pub flaws: Vec<Flaw>,
}

/// Reads both logs again under their seals. `anchors` are heads that were kept
/// outside of the database: the last of each chain is enough, more do no harm.
pub async fn verify(db: &Db, key: &Key, anchors: &[Head]) -> Result<Report, Error> {
    let mut report = Report {
        anchors: anchors.len(),
        ..Report::default()
    };
    for log in Log::ALL {
        let mut tx = db.begin_worker().await?;
        let up_to = store::sealed_up_to(&mut tx, log).await?;
        let mut orgs: BTreeSet<i64> = store::with_rows(&mut tx, log, 0, up_to)
            .await?
            .into_iter()
            .collect();
        orgs.extend(store::with_seals(&mut tx, log).await?);
        tx.commit().await?;
        for org in orgs {
            report.chains += 1;
            if let Some(flaw) = chain_of(db, key, (org, log), up_to, &mut report).await? {
                report.flaws.push(flaw);
            }
        }
    }
    for it in anchors {
        let told = report
            .flaws
            .iter()
            .any(|flaw| flaw.org == it.org && flaw.log == it.log);
        if !told && !is_there(db, it).await? {
            report.flaws.push(Flaw {
                org: it.org,
                log: it.log,
                n: it.n,
                what: What::TailCut,
                rows: (0, 0),
                sealed_at: None,
            });
        }
    }
    Ok(report)
}

async fn chain_of(
    db: &Db,
    key: &Key,
    place: (i64, Log),
    up_to: i64,
    report: &mut Report,
) -> Result<Option<Flaw>, Error> {
    let (org, log) = place;
    let mut before: Option<Seal> = None;
    loop {
        let n = before.as_ref().map_or(0, |it| it.n);
        let mut tx = reader(db, org).await?;
        let page = store::after(&mut tx, place, n, PAGE).await?;
        tx.commit().await?;
        if page.is_empty() {
            break;
        }
        for (seal, sealed_at) in page {
            let after = before.as_ref().map_or(0, |it| it.last_id);
            let mut checked = chain::follows(key, place, before.as_ref(), &seal);
            if checked.is_ok() {
                // One row more than sealed is enough to know.
                let most = i64::from(seal.rows) + 1;
                let mut tx = reader(db, org).await?;
                let rows = rows::between(&mut tx, key, place, after, seal.last_id, most).await?;
                tx.commit().await?;
                checked = chain::covers(&seal, &rows);
                report.rows += rows.len();
            }
            if let Err(what) = checked {
                return Ok(Some(Flaw {
                    org,
                    log,
                    n: seal.n,
                    what,
                    rows: (after, seal.last_id),
                    sealed_at: Some(sealed_at),
                }));
            }
            report.batches += 1;
            before = Some(seal);
        }
    }
    // A round seals every row up to its number, so what lies there behind the
    // last seal came later.
    let last = before.as_ref().map_or(0, |it| it.last_id);
    let mut tx = reader(db, org).await?;
    let late = rows::between(&mut tx, key, place, last, up_to, 1).await?;
    tx.commit().await?;
    Ok(late.first().map(|_| Flaw {
        org,
        log,
        n: 0,
        what: What::RowsAdded,
        rows: (last, up_to),
        sealed_at: None,
    }))
}

/// Whether the chain still has that seal.
async fn is_there(db: &Db, head: &Head) -> Result<bool, Error> {
    let mut tx = reader(db, head.org).await?;
    let mac = store::mac_of(&mut tx, (head.org, head.log), head.n).await?;
    tx.commit().await?;
    Ok(mac.is_some_and(|it| it == head.mac))
}

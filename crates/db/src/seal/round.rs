use std::time::Duration;

use super::{
    Head, Key, Log,
    chain::{self, Seal},
    rows::{self, NOBODY},
    store,
};
use crate::{Db, Error, Tx};

/// Rows of one batch at most: a bad batch is found by reading so many again.
const MOST: i64 = 5_000;
/// How often, and with which pause, transactions under way are waited for.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// What one round came to.
#[derive(Clone, Debug, Default)]
pub struct Sealed {
    pub rows: usize,
    /// The new ends of the chains that grew, to be kept outside.
    pub heads: Vec<Head>,
    /// A transaction did not end in time: its log waits for the next round.
    pub waiting: bool,
}

/// Seals whatever is not sealed yet. One node at a time; a second one fails
/// on the primary key of the seals and nothing is lost.
///
/// No row may turn up later between sealed ones: a number is drawn before its
/// transaction commits. So the round notes the last number drawn, waits for
/// the transactions under way at that moment, and seals up to that number.
pub async fn seal(db: &Db, key: &Key) -> Result<Sealed, Error> {
    let mut done = Sealed::default();
    for log in Log::ALL {
        let Some((after, up_to)) = settled(db, log).await? else {
            done.waiting = true;
            continue;
        };
        if up_to <= after {
            continue;
        }
        let mut tx = db.begin_worker().await?;
        let orgs = store::with_rows(&mut tx, log, after, up_to).await?;
        tx.commit().await?;
        for org in orgs {
            let (rows, head) = seal_chain(db, key, (org, log), up_to).await?;
            done.rows += rows;
            done.heads.extend(head);
        }
        let mut tx = db.begin_worker().await?;
        store::end_round(&mut tx, log, up_to).await?;
        tx.commit().await?;
    }
    Ok(done)
}

/// From and up to which number the rows of the log are final now.
async fn settled(db: &Db, log: Log) -> Result<Option<(i64, i64)>, Error> {
    let mut tx = db.begin_worker().await?;
    let after = store::sealed_up_to(&mut tx, log).await?;
    let up_to = store::drawn(&mut tx, log).await?;
    let begun = store::under_way(&mut tx).await?;
    tx.commit().await?;
    for _ in 0..LOOKS {
        let mut tx = db.begin_worker().await?;
        let now = store::under_way(&mut tx).await?;
        tx.commit().await?;
        if !now.iter().any(|it| begun.contains(it)) {
            return Ok(Some((after, up_to)));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(None)
}

/// In whose name the rows of a chain are read.
pub(super) async fn reader(db: &Db, org: i64) -> Result<Tx, Error> {
    if org == NOBODY {
        db.begin_worker().await
    } else {
        db.begin_system(org.into()).await
    }
}

async fn seal_chain(
    db: &Db,
    key: &Key,
    place: (i64, Log),
    up_to: i64,
) -> Result<(usize, Option<Head>), Error> {
    let mut sealed = 0;
    let mut last: Option<Seal> = None;
    loop {
        let mut tx = reader(db, place.0).await?;
        let before = store::last(&mut tx, place).await?;
        let from = before.as_ref().map_or(0, |it| it.last_id);
        let rows = rows::between(&mut tx, key, place, from, up_to, MOST).await?;
        let Some(seal) = chain::next(key, place, before.as_ref(), &rows) else {
            tx.commit().await?;
            break;
        };
        store::insert(&mut tx, place, &seal).await?;
        tx.commit().await?;
        sealed += rows.len();
        last = Some(seal);
    }
    let (org, log) = place;
    let head = last.map(|it| Head {
        org,
        log,
        n: it.n,
        mac: it.mac,
    });
    Ok((sealed, head))
}

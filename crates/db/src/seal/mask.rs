//! Values that leave the history under a seal that stays whole (ADR 0019).
//!
//! What a row was sealed with is kept, covered by the key: nobody without it
//! can guess at the destroyed value by trying digests. The code over it and
//! over the masked row says that the application masked it, and what.

use std::collections::HashMap;

use super::{Key, Log, chain::Leaf, rows};
use crate::{Error, Tx};

/// Rows that are masked in one statement.
const BATCH: usize = 2_000;

/// What is kept of a row that was masked.
struct Masked {
    row_id: i64,
    was: Vec<u8>,
    mac: Vec<u8>,
}

/// Masks these columns of these rows, or all values but numbers of other rows
/// where no column is named; the number of rows.
pub(crate) async fn mask(
    tx: &mut Tx,
    key: &Key,
    rows: &[(i64, Vec<String>)],
) -> Result<u64, Error> {
    // A row may be told of twice, by two columns that name the person.
    let mut columns: HashMap<i64, Option<Vec<String>>> = HashMap::new();
    for (id, named) in rows {
        let wanted = columns.entry(*id).or_insert_with(|| Some(vec![]));
        match wanted {
            Some(known) if !named.is_empty() => known.extend(named.iter().cloned()),
            _ => *wanted = None,
        }
    }
    let mut ids: Vec<i64> = columns.keys().copied().collect();
    ids.sort_unstable();
    let mut done = 0;
    for batch in ids.chunks(BATCH) {
        let before = sealed(tx, key, batch).await?;
        let wanted: Vec<String> = batch
            .iter()
            .map(|id| match columns.get(id) {
                Some(Some(named)) => named.join(","),
                _ => String::new(),
            })
            .collect();
        done += write(tx, batch, &wanted).await?;
        let after = rows::of_numbers(tx, batch).await?;
        keep(tx, key, &before, &after).await?;
    }
    Ok(done)
}

/// The rows as they were sealed, whatever was masked since.
async fn sealed(tx: &mut Tx, key: &Key, ids: &[i64]) -> Result<Vec<Leaf>, Error> {
    let Some(org) = tx.org() else {
        return Ok(vec![]);
    };
    let mut leaves = rows::of_numbers(tx, ids).await?;
    let known = known(tx, org.get(), ids).await?;
    uncover(key, org.get(), &mut leaves, &known);
    Ok(leaves)
}

async fn write(tx: &mut Tx, ids: &[i64], columns: &[String]) -> Result<u64, Error> {
    let done = sqlx::query!(
        "with wanted as (
             select id, string_to_array(nullif(columns, ''), ',') as columns
             from unnest($1::bigint[], $2::text[]) w (id, columns)
         )
         update kernel.history h
         set old = kernel.without(h.old, h.key, w.columns), new = kernel.without(h.new, h.key, w.columns)
         from wanted w where h.org_id = kernel.org() and h.history_id = w.id",
        ids,
        columns,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

async fn keep(tx: &mut Tx, key: &Key, before: &[Leaf], after: &[Leaf]) -> Result<(), Error> {
    let Some(org) = tx.org() else { return Ok(()) };
    let (mut ids, mut was, mut mac) = (vec![], vec![], vec![]);
    for (before, after) in before.iter().zip(after) {
        ids.push(before.id);
        was.push(covered(key, org.get(), before).to_vec());
        mac.push(key.code(&message(org.get(), before, after)).to_vec());
    }
    sqlx::query!(
        "insert into kernel.redaction (org_id, row_id, n, was, mac)
         select kernel.org(), it.id, 1 + coalesce((
                    select max(r.n) from kernel.redaction r
                    where r.org_id = kernel.org() and r.row_id = it.id), 0)::smallint, it.was, it.mac
         from unnest($1::bigint[], $2::bytea[], $3::bytea[]) it (id, was, mac)",
        &ids,
        &was,
        &mac,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts what these rows were sealed with in place of what they are now, where
/// the key says that the application masked them so.
pub(super) async fn as_sealed(
    tx: &mut Tx,
    key: &Key,
    (org, log): (i64, Log),
    leaves: &mut [Leaf],
) -> Result<(), Error> {
    if log == Log::Audit || leaves.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = leaves.iter().map(|it| it.id).collect();
    let known = known(tx, org, &ids).await?;
    uncover(key, org, leaves, &known);
    Ok(())
}

async fn known(tx: &mut Tx, org: i64, ids: &[i64]) -> Result<HashMap<i64, Masked>, Error> {
    let rows = sqlx::query_as!(
        Masked,
        "select distinct on (row_id) row_id, was, mac from kernel.redaction
         where org_id = $1 and row_id = any($2) order by row_id, n desc",
        org,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|it| (it.row_id, it)).collect())
}

fn uncover(key: &Key, org: i64, leaves: &mut [Leaf], known: &HashMap<i64, Masked>) {
    for leaf in leaves {
        let Some(it) = known.get(&leaf.id) else {
            continue;
        };
        let Ok(was) = <[u8; 32]>::try_from(it.was.as_slice()) else {
            continue;
        };
        let mut before = Leaf {
            id: leaf.id,
            digest: was,
        };
        before.digest = covered(key, org, &before);
        if key.is_code(&message(org, &before, leaf), &it.mac) {
            *leaf = before;
        }
    }
}

/// The digest under a cover that only the key lifts; twice gives it back.
fn covered(key: &Key, org: i64, leaf: &Leaf) -> [u8; 32] {
    let cover = key.code(format!("zvonok cover 1 {org} {}", leaf.id).as_bytes());
    let mut bytes = leaf.digest;
    for (byte, with) in bytes.iter_mut().zip(cover) {
        *byte ^= with;
    }
    bytes
}

fn message(org: i64, before: &Leaf, after: &Leaf) -> Vec<u8> {
    let mut bytes = format!("zvonok masked 1 {org} {}\n", before.id).into_bytes();
    bytes.extend(before.digest);
    bytes.extend(after.digest);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_hides_the_digest_and_gives_it_back() {
        let key = Key::from_bytes([7; 32]);
        let leaf = Leaf {
            id: 5,
            digest: [3; 32],
        };
        let hidden = Leaf {
            id: 5,
            digest: covered(&key, 1, &leaf),
        };
        assert_ne!(hidden.digest, leaf.digest);
        assert_eq!(covered(&key, 1, &hidden), leaf.digest);
        let other = Key::from_bytes([8; 32]);
        assert_ne!(covered(&other, 1, &hidden), leaf.digest);
        assert_ne!(covered(&key, 2, &hidden), leaf.digest);
    }
}

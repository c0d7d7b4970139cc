//! Writes what was made up.

use anyhow::Context;
use db::{Bulk, Tx};

use crate::rows::{Batch, Rows, Step};

/// Writes the batch in one transaction. History tells the moments and people
/// that the batch names.
pub(crate) async fn batch(bulk: &Bulk, batch: Batch) -> anyhow::Result<()> {
    let mut tx = bulk.begin(batch.org).await?;
    for step in batch.steps {
        match step {
            Step::At(moment, person) => {
                sqlx::query(
                    "select set_config('zvonok.now', $1, true), set_config('zvonok.person', $2, true)",
                )
                .bind(moment.to_rfc3339())
                .bind(person.map_or_else(String::new, |it| it.to_string()))
                .execute(tx.conn())
                .await?;
            }
            Step::Copy(rows) => copy(&mut tx, rows)
                .await
                .with_context(|| batch.name.clone())?,
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn copy(tx: &mut Tx, rows: Rows) -> anyhow::Result<()> {
    let statement = format!("copy {} from stdin", rows.into);
    let writing = || format!("cannot write {} rows of {}", rows.count, rows.into);
    let mut copy = tx
        .conn()
        .copy_in_raw(&statement)
        .await
        .with_context(writing)?;
    copy.send(rows.text.into_bytes())
        .await
        .with_context(writing)?;
    copy.finish().await.with_context(writing)?;
    Ok(())
}

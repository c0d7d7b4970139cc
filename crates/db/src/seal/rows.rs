//! Rows of both logs as they are sealed: every column, in a form that does
//! not depend on the version of PostgreSQL but for the texts of jsonb.

use super::{
    Key, Log,
    chain::{Bytes, Leaf},
    mask,
};
use crate::{Error, Tx};

/// The organisation of rows that belong to none.
pub(super) const NOBODY: i64 = 0;

/// At most `most` rows of the organisation of the transaction with a number
/// above `after` and not above `up_to`, by number. Rows of nobody are read in
/// a worker's transaction. Rows whose values were destroyed since come as they
/// were sealed.
pub(super) async fn between(
    tx: &mut Tx,
    key: &Key,
    (org, log): (i64, Log),
    after: i64,
    up_to: i64,
    most: i64,
) -> Result<Vec<Leaf>, Error> {
    let mut leaves = match log {
        Log::History => history(tx, org, (after, up_to, most)).await?,
        Log::Audit if org == NOBODY => audit_of_nobody(tx, (after, up_to, most)).await?,
        Log::Audit => audit(tx, org, (after, up_to, most)).await?,
    };
    mask::as_sealed(tx, key, (org, log), &mut leaves).await?;
    Ok(leaves)
}

/// A row of the history in its columns.
struct Changed {
    org_id: i64,
    history_id: i64,
    tbl: String,
    key: String,
    op: String,
    old: Option<String>,
    new: Option<String>,
    account_id: Option<i64>,
    person_id: Option<i64>,
    request: Option<String>,
    at: chrono::DateTime<chrono::Utc>,
}

impl Changed {
    fn leaf(&self) -> Leaf {
        Bytes::of(Log::History)
            .number(Some(self.org_id))
            .number(Some(self.history_id))
            .text(Some(&self.tbl))
            .text(Some(&self.key))
            .text(Some(&self.op))
            .text(self.old.as_deref())
            .text(self.new.as_deref())
            .number(self.account_id)
            .number(self.person_id)
            .text(self.request.as_deref())
            .number(Some(self.at.timestamp_micros()))
            .leaf(self.history_id)
    }
}

/// These rows of the history of the organisation of the transaction, by
/// number, as they are now.
pub(super) async fn of_numbers(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Leaf>, Error> {
    let rows = sqlx::query_as!(
        Changed,
        r#"select org_id, history_id, tbl, key, op as "op!", old::text as old, new::text as new,
                  account_id, person_id, request, at
           from kernel.history
           where org_id = kernel.org() and history_id = any($1) order by history_id"#,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.iter().map(Changed::leaf).collect())
}

async fn history(
    tx: &mut Tx,
    org: i64,
    (after, up_to, most): (i64, i64, i64),
) -> Result<Vec<Leaf>, Error> {
    let rows = sqlx::query_as!(
        Changed,
        r#"select org_id, history_id, tbl, key, op as "op!", old::text as old, new::text as new,
                  account_id, person_id, request, at
           from kernel.history
           where org_id = $1 and history_id > $2 and history_id <= $3
           order by history_id limit $4"#,
        org,
        after,
        up_to,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.iter().map(Changed::leaf).collect())
}

/// A line of the audit log in its columns.
struct Line {
    audit_id: i64,
    account_id: Option<i64>,
    person_id: Option<i64>,
    action: String,
    object: Option<String>,
    details: String,
    request: Option<String>,
    ip: Option<String>,
    at: chrono::DateTime<chrono::Utc>,
}

impl Line {
    fn leaf(&self, org: Option<i64>) -> Leaf {
        Bytes::of(Log::Audit)
            .number(org)
            .number(Some(self.audit_id))
            .number(self.account_id)
            .number(self.person_id)
            .text(Some(&self.action))
            .text(self.object.as_deref())
            .text(Some(&self.details))
            .text(self.request.as_deref())
            .text(self.ip.as_deref())
            .number(Some(self.at.timestamp_micros()))
            .leaf(self.audit_id)
    }
}

async fn audit(
    tx: &mut Tx,
    org: i64,
    (after, up_to, most): (i64, i64, i64),
) -> Result<Vec<Leaf>, Error> {
    let lines = sqlx::query_as!(
        Line,
        r#"select audit_id, account_id, person_id, action, object, details::text as "details!", request,
                  ip::text as ip, at
           from kernel.audit
           where org_id = $1 and audit_id > $2 and audit_id <= $3
           order by audit_id limit $4"#,
        org,
        after,
        up_to,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(lines.iter().map(|it| it.leaf(Some(org))).collect())
}

async fn audit_of_nobody(
    tx: &mut Tx,
    (after, up_to, most): (i64, i64, i64),
) -> Result<Vec<Leaf>, Error> {
    let lines = sqlx::query_as!(
        Line,
        r#"select audit_id as "audit_id!", account_id, person_id, action as "action!", object,
                  details::text as "details!", request, ip::text as ip, at as "at!"
           from kernel.audit_of_nobody($1, $2, $3)"#,
        after,
        up_to,
        most,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(lines.iter().map(|it| it.leaf(None)).collect())
}

use chrono::{DateTime, Utc};
use db::{ConstraintExt, Tx};
use kernel::{AccountId, OrgId};

use crate::{
    Error,
    proposal::{Proposed, Waiting},
};

/// A proposal as a page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) proposal_id: i64,
    /// Of an organisation below; empty for the own one.
    pub(crate) org_name: String,
    pub(crate) kind: String,
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) reason: String,
    pub(crate) proposed_by: i64,
    pub(crate) proposed_by_name: String,
    pub(crate) proposed_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) decided_by_name: String,
    pub(crate) approved: Option<bool>,
}

/// # Errors
/// [`Error::ProposedAlready`] where the same waits already.
pub(crate) async fn add(
    tx: &mut Tx,
    org: OrgId,
    account: AccountId,
    proposed: Proposed,
    reason: &str,
    by: AccountId,
    expires_at: DateTime<Utc>,
) -> Result<i64, Error> {
    let (kind, role) = proposed.columns();
    // One whose time is over makes room.
    sqlx::query!(
        "update identity.proposal set decided_at = $4, decided_by = proposed_by, approved = false
         where kind = $1 and account_id = $2 and role = $3 and decided_at is null and expires_at <= $4",
        kind,
        account.get(),
        role,
        tx.now(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    sqlx::query_scalar!(
        "insert into identity.proposal
             (org_id, kind, account_id, role, reason, proposed_by, proposed_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning proposal_id",
        org.get(),
        kind,
        account.get(),
        role,
        reason,
        by.get(),
        tx.now(),
        expires_at,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("proposal_waiting", || Error::ProposedAlready)
}

/// The proposals of the organisation, the newest first, at most a hundred.
pub(crate) async fn own(tx: &mut Tx) -> Result<Vec<Row>, db::Error> {
    Ok(sqlx::query_as!(
        Row,
        r#"select p.proposal_id, '' as "org_name!", p.kind, p.role, m.name, m.login, p.reason, p.proposed_by,
                  coalesce(w.name, '') as "proposed_by_name!", p.proposed_at, p.expires_at, p.decided_at,
                  coalesce(d.name, '') as "decided_by_name!", p.approved
           from identity.proposal p
           join identity.membership m on m.org_id = p.org_id and m.account_id = p.account_id
           left join identity.membership w on w.org_id = p.org_id and w.account_id = p.proposed_by
           left join identity.membership d on d.org_id = p.org_id and d.account_id = p.decided_by
           where p.org_id = kernel.org()
           order by p.proposed_at desc, p.proposal_id desc limit 100"#,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What waits in organisations below that have nobody else to decide it.
pub(crate) async fn below(tx: &mut Tx) -> Result<Vec<Row>, db::Error> {
    Ok(sqlx::query_as!(
        Row,
        r#"select proposal_id as "proposal_id!", org_name as "org_name!", kind as "kind!", role as "role!",
                  account_name as "name!", account_login as "login!", reason as "reason!",
                  proposed_by as "proposed_by!", proposed_by_name as "proposed_by_name!",
                  proposed_at as "proposed_at!", expires_at as "expires_at!",
                  null::timestamptz as decided_at, '' as "decided_by_name!", null::boolean as approved
           from identity.proposals_below($1)"#,
        tx.now(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The organisation below whose proposal the own one is to decide.
pub(crate) async fn org_below(tx: &mut Tx, id: i64) -> Result<Option<OrgId>, db::Error> {
    let org = sqlx::query_scalar!("select identity.proposal_below($1, $2)", id, tx.now())
        .fetch_one(tx.conn())
        .await?;
    Ok(org.map(Into::into))
}

/// One that waits, locked.
pub(crate) async fn waiting(tx: &mut Tx, id: i64) -> Result<Option<Waiting>, db::Error> {
    let row = sqlx::query!(
        "select account_id, kind, role, proposed_by, expires_at from identity.proposal
         where org_id = kernel.org() and proposal_id = $1 and decided_at is null for update",
        id,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|it| {
        Some(Waiting {
            account: it.account_id.into(),
            proposed: Proposed::of_columns(&it.kind, &it.role)?,
            proposed_by: it.proposed_by.into(),
            expires_at: it.expires_at,
        })
    }))
}

pub(crate) async fn decide(
    tx: &mut Tx,
    id: i64,
    by: AccountId,
    approved: bool,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.proposal set decided_by = $2, decided_at = $3, approved = $4
         where org_id = kernel.org() and proposal_id = $1",
        id,
        by.get(),
        tx.now(),
        approved,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

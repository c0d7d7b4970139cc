//! Who did what that the history of a table does not show: sign-ins,
//! exports, prints, reads of restricted fields (SEC). Append-only.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, OrgId, PersonId};
use serde_json::Value;

use crate::{Error, Tx};

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub id: i64,
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
    /// Domain and verb: `identity.sign-in`.
    pub action: String,
    /// Table and key, such as `people.person:17`.
    pub object: Option<String>,
    pub details: Value,
    pub ip: Option<String>,
    pub at: DateTime<Utc>,
}

/// Which lines of the log to show; everything left out matches all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Beginnings of the action, any of which will do: `identity.` is all of the domain.
    pub actions: Vec<String>,
    pub object: Option<String>,
    pub account: Option<AccountId>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// Only lines older than this one: the last of the page before.
    pub before: Option<i64>,
}

/// Writes one line in the name of whom the transaction acts for.
///
/// `details` never hold a password, a token or a restricted value.
pub async fn record(tx: &mut Tx, action: &str, object: &str, details: &Value) -> Result<(), Error> {
    sqlx::query!(
        "insert into kernel.audit (org_id, account_id, person_id, action, object, details, request, ip)
         values (kernel.org(), kernel.account(), kernel.person(), $1, nullif($2, ''), $3,
                 kernel.request(), nullif(current_setting('zvonok.ip', true), '')::inet)",
        action,
        object,
        details,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Like [`record_once`] for many objects, in one statement.
pub async fn record_once_each(
    tx: &mut Tx,
    action: &str,
    objects: &[String],
    details: &Value,
    within: TimeDelta,
) -> Result<(), Error> {
    let since = tx.now() - within;
    sqlx::query!(
        "insert into kernel.audit (org_id, account_id, person_id, action, object, details, request, ip)
         select kernel.org(), kernel.account(), kernel.person(), $1, it.object, $3,
                kernel.request(), nullif(current_setting('zvonok.ip', true), '')::inet
         from unnest($2::text[]) it (object)
         where not exists (
             select from kernel.audit a
             where a.org_id = kernel.org() and a.object = it.object and a.at > $4 and a.action = $1
               and a.account_id = kernel.account() and a.details = $3)",
        action,
        objects,
        details,
        since,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Like [`record`], unless the same account left the same line within the
/// last while: many looks in a row are one look.
pub async fn record_once(
    tx: &mut Tx,
    action: &str,
    object: &str,
    details: &Value,
    within: TimeDelta,
) -> Result<(), Error> {
    let since = tx.now() - within;
    sqlx::query!(
        "insert into kernel.audit (org_id, account_id, person_id, action, object, details, request, ip)
         select kernel.org(), kernel.account(), kernel.person(), $1, $2, $3,
                kernel.request(), nullif(current_setting('zvonok.ip', true), '')::inet
         where not exists (
             select from kernel.audit a
             where a.org_id = kernel.org() and a.object = $2 and a.at > $4 and a.action = $1
               and a.account_id = kernel.account() and a.details = $3)",
        action,
        object,
        details,
        since,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Like [`record`], from a transaction of [`crate::Db::begin_auth`], where
/// the context does not say who it was.
pub async fn record_for(
    tx: &mut Tx,
    account: Option<AccountId>,
    org: Option<OrgId>,
    action: &str,
    details: &Value,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into kernel.audit (org_id, account_id, action, details, request, ip)
         values ($1, $2, $3, $4,
                 kernel.request(), nullif(current_setting('zvonok.ip', true), '')::inet)",
        org.map(OrgId::get),
        account.map(AccountId::get),
        action,
        details,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The newest lines of the organisation that match, at most `limit`.
pub async fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<Entry>, Error> {
    let rows = sqlx::query!(
        r#"select audit_id, account_id, person_id, action, object, details, host(ip) as ip, at
           from kernel.audit
           where org_id = kernel.org()
             and (cardinality($1::text[]) = 0 or action ^@ any($1))
             and ($2::text is null or object = $2)
             and ($3::bigint is null or account_id = $3)
             and ($4::timestamptz is null or at >= $4)
             and ($5::timestamptz is null or at < $5)
             and ($6::bigint is null or audit_id < $6)
           order by audit_id desc limit $7"#,
        &filter.actions,
        filter.object,
        filter.account.map(AccountId::get),
        filter.from,
        filter.to,
        filter.before,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Entry {
            id: it.audit_id,
            account: it.account_id.map(Into::into),
            person: it.person_id.map(Into::into),
            action: it.action,
            object: it.object,
            details: it.details,
            ip: it.ip,
            at: it.at,
        })
        .collect())
}

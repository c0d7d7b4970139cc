use chrono::{DateTime, Utc};
use db::Tx;
use kernel::AccountId;

/// Somebody who was sent to the provider.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    pub(crate) browser_hash: Vec<u8>,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    pub(crate) next: String,
}

pub(crate) async fn begin(
    tx: &mut Tx,
    state_hash: &[u8],
    it: &Try,
    expires_at: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.oidc_try (state_hash, browser_hash, nonce, verifier, next, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        state_hash,
        it.browser_hash,
        it.nonce,
        it.verifier,
        it.next,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the try of that state, once.
pub(crate) async fn take(tx: &mut Tx, state_hash: &[u8]) -> Result<Option<Try>, db::Error> {
    Ok(sqlx::query_as!(
        Try,
        "delete from identity.oidc_try where state_hash = $1 and expires_at > $2
         returning browser_hash, nonce, verifier, next",
        state_hash,
        tx.now(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The account that the person of the provider is linked to.
pub(crate) async fn linked(
    tx: &mut Tx,
    issuer: &str,
    subject: &str,
) -> Result<Option<AccountId>, db::Error> {
    let id = sqlx::query_scalar!(
        "select account_id from identity.oidc_link where issuer = $1 and subject = $2",
        issuer,
        subject,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

/// Somebody whom the provider knows and who may link the own account.
#[derive(Clone, Debug)]
pub(crate) struct Stranger {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) label: String,
}

pub(crate) async fn keep_stranger(
    tx: &mut Tx,
    token_hash: &[u8],
    it: &Stranger,
    expires_at: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.oidc_stranger (token_hash, issuer, subject, label, expires_at)
         values ($1, $2, $3, $4, $5)",
        token_hash,
        it.issuer,
        it.subject,
        it.label,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn stranger(
    tx: &mut Tx,
    token_hash: &[u8],
) -> Result<Option<Stranger>, db::Error> {
    Ok(sqlx::query_as!(
        Stranger,
        "select issuer, subject, label from identity.oidc_stranger
         where token_hash = $1 and expires_at > $2",
        token_hash,
        tx.now(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub(crate) async fn forget_stranger(tx: &mut Tx, token_hash: &[u8]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.oidc_stranger where token_hash = $1",
        token_hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Links the account; false where account or person are linked already.
pub(crate) async fn link(
    tx: &mut Tx,
    account: AccountId,
    it: &Stranger,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "insert into identity.oidc_link (issuer, subject, account_id, label, linked_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        it.issuer,
        it.subject,
        account.get(),
        it.label,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How the provider calls the owner of the account, and since when.
pub(crate) async fn link_of(
    tx: &mut Tx,
    account: AccountId,
    issuer: &str,
) -> Result<Option<(String, DateTime<Utc>)>, db::Error> {
    let row = sqlx::query!(
        "select label, linked_at from identity.oidc_link where account_id = $1 and issuer = $2",
        account.get(),
        issuer,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.label, it.linked_at)))
}

pub(crate) async fn unlink(
    tx: &mut Tx,
    account: AccountId,
    issuer: &str,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "delete from identity.oidc_link where account_id = $1 and issuer = $2",
        account.get(),
        issuer,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets whom nobody awaits any more.
pub(crate) async fn prune(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.oidc_try where expires_at <= $1",
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from identity.oidc_stranger where expires_at <= $1",
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

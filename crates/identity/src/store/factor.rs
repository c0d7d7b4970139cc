use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::AccountId;

/// What is kept of a second factor.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    pub(crate) sealed_seed: Vec<u8>,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    pub(crate) last_step: i64,
}

/// The factor of an account, locked until the transaction ends.
pub(crate) async fn of(tx: &mut Tx, account: AccountId) -> Result<Option<Factor>, db::Error> {
    Ok(sqlx::query_as!(
        Factor,
        "select sealed_seed, confirmed_at, last_step from identity.factor
         where account_id = $1 for update",
        account.get(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// The sealed seeds of all accounts, locked until the transaction ends.
pub(crate) async fn sealed(tx: &mut Tx) -> Result<Vec<(AccountId, Vec<u8>)>, db::Error> {
    let rows = sqlx::query!(
        "select account_id, sealed_seed from identity.factor order by account_id for update"
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows
        .into_iter()
        .map(|it| (it.account_id.into(), it.sealed_seed));
    Ok(row.collect())
}

/// Replaces the seals of these seeds; the seeds stay.
pub(crate) async fn seal_anew(
    tx: &mut Tx,
    seeds: &[(AccountId, Vec<u8>)],
) -> Result<(), db::Error> {
    let accounts: Vec<i64> = seeds.iter().map(|it| it.0.get()).collect();
    let sealed: Vec<Vec<u8>> = seeds.iter().map(|it| it.1.clone()).collect();
    sqlx::query!(
        "update identity.factor f set sealed_seed = n.sealed_seed
           from unnest($1::bigint[], $2::bytea[]) n (account_id, sealed_seed)
          where f.account_id = n.account_id",
        &accounts,
        &sealed,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps a new seed that awaits its first code; one that is confirmed stays.
pub(crate) async fn begin(
    tx: &mut Tx,
    account: AccountId,
    sealed_seed: &[u8],
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "insert into identity.factor as f (account_id, sealed_seed, begun_at) values ($1, $2, $3)
         on conflict (account_id) do update set sealed_seed = excluded.sealed_seed, begun_at = excluded.begun_at
         where f.confirmed_at is null",
        account.get(),
        sealed_seed,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The code of the step was used: it is not good again.
pub(crate) async fn use_step(
    tx: &mut Tx,
    account: AccountId,
    step: i64,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "update identity.factor set last_step = $2, confirmed_at = coalesce(confirmed_at, $3)
         where account_id = $1 and last_step < $2",
        account.get(),
        step,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the factor away with its recovery codes.
pub(crate) async fn remove(tx: &mut Tx, account: AccountId) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.recovery_code where account_id = $1",
        account.get()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from identity.factor where account_id = $1",
        account.get()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the recovery codes.
pub(crate) async fn renew_codes(
    tx: &mut Tx,
    account: AccountId,
    digests: &[Vec<u8>],
) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.recovery_code where account_id = $1",
        account.get()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into identity.recovery_code (account_id, code_hash) select $1, unnest($2::bytea[])",
        account.get(),
        digests,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Uses a recovery code up; false where there is none such.
pub(crate) async fn use_recovery(
    tx: &mut Tx,
    account: AccountId,
    digest: &[u8],
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "update identity.recovery_code set used_at = $3
         where account_id = $1 and code_hash = $2 and used_at is null",
        account.get(),
        digest,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(tx: &mut Tx, account: AccountId) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "left!" from identity.recovery_code
           where account_id = $1 and used_at is null"#,
        account.get(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// What one role of an account asks.
#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) role: String,
    pub(crate) granted_at: DateTime<Utc>,
    pub(crate) since: Option<NaiveDate>,
    pub(crate) waived: bool,
}

pub(crate) async fn demands(tx: &mut Tx, account: AccountId) -> Result<Vec<Demand>, db::Error> {
    Ok(sqlx::query_as!(
        Demand,
        r#"select role as "role!", granted_at as "granted_at!", since, waived as "waived!"
           from identity.factor_demands($1)"#,
        account.get(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A sign-in that awaits its code.
#[derive(Clone, Debug)]
pub(crate) struct Half {
    pub(crate) account: AccountId,
    pub(crate) by_code: bool,
    pub(crate) failures: i32,
}

pub(crate) async fn begin_half(
    tx: &mut Tx,
    token_hash: &[u8],
    account: AccountId,
    by_code: bool,
    expires_at: DateTime<Utc>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into identity.half_entry (token_hash, account_id, by_code, expires_at)
         values ($1, $2, $3, $4)",
        token_hash,
        account.get(),
        by_code,
        expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The half entry of the token, locked, unless its time is over.
pub(crate) async fn half(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Half>, db::Error> {
    let row = sqlx::query!(
        "select account_id, by_code, failures from identity.half_entry
         where token_hash = $1 and expires_at > $2 for update",
        token_hash,
        tx.now(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| Half {
        account: it.account_id.into(),
        by_code: it.by_code,
        failures: it.failures,
    }))
}

pub(crate) async fn half_failed(tx: &mut Tx, token_hash: &[u8]) -> Result<(), db::Error> {
    sqlx::query!(
        "update identity.half_entry set failures = failures + 1 where token_hash = $1",
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn end_half(tx: &mut Tx, token_hash: &[u8]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.half_entry where token_hash = $1",
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets entries that nobody completed.
pub(crate) async fn prune(tx: &mut Tx) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from identity.half_entry where expires_at <= $1",
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from identity.slip_sheet where expires_at <= $1",
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A rule of the organisation of the transaction.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) role: String,
    pub(crate) obligatory: bool,
    pub(crate) since: NaiveDate,
}

pub(crate) async fn rules(tx: &mut Tx) -> Result<Vec<Rule>, db::Error> {
    Ok(sqlx::query_as!(
        Rule,
        "select role, obligatory, since from identity.factor_rule where org_id = kernel.org()"
    )
    .fetch_all(tx.conn())
    .await?)
}

pub(crate) async fn set_rules(tx: &mut Tx, org: i64, rules: &[Rule]) -> Result<(), db::Error> {
    let codes: Vec<String> = rules.iter().map(|it| it.role.clone()).collect();
    let obligatory: Vec<bool> = rules.iter().map(|it| it.obligatory).collect();
    let since: Vec<NaiveDate> = rules.iter().map(|it| it.since).collect();
    sqlx::query!(
        "insert into identity.factor_rule as r (org_id, role, obligatory, since)
         select $1, n.role, n.obligatory, n.since
         from unnest($2::text[], $3::boolean[], $4::date[]) n (role, obligatory, since)
         on conflict (org_id, role) do update set obligatory = excluded.obligatory, since = excluded.since
         where (r.obligatory, r.since) is distinct from (excluded.obligatory, excluded.since)",
        org,
        &codes,
        &obligatory,
        &since,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The members who have a second factor.
pub(crate) async fn holders(tx: &mut Tx) -> Result<Vec<AccountId>, db::Error> {
    let ids = sqlx::query_scalar!(r#"select identity.factors() as "account!""#)
        .fetch_all(tx.conn())
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Takes the lost factor of an own member away; false where there is none, or
/// the member is one of another organisation too.
pub(crate) async fn forget(tx: &mut Tx, account: AccountId) -> Result<bool, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select identity.forget_factor($1) as "done!""#,
        account.get()
    )
    .fetch_one(tx.conn())
    .await?)
}

use chrono::{DateTime, Utc};
use db::{ConstraintExt, Tx};
use kernel::{OrgId, PersonId};
use serde::Deserialize;
use serde_json::Value;

use crate::{ErasureId, Error, Ground, Kind, Rule, Unit};

/// A decision about a term as it is stored, of one organisation of the line.
#[derive(Clone, Deserialize)]
pub(crate) struct TermRow {
    pub(crate) org_id: OrgId,
    kind: String,
    amount: u32,
    unit: String,
    from_year: bool,
    law: String,
    confirmed: bool,
    source: String,
    version: i32,
}

impl TermRow {
    /// Nothing for a kind that a newer version wrote.
    pub(crate) fn rule(self) -> Option<Rule> {
        Some(Rule {
            kind: Kind::from_code(&self.kind)?,
            amount: self.amount,
            unit: Unit::from_code(&self.unit)?,
            from_year: self.from_year,
            confirmed: self.confirmed,
            law: Some(self.law),
            source: Some(self.source),
            version: self.version,
        })
    }
}

#[derive(Deserialize)]
pub(crate) struct HoldRow {
    pub(crate) reason: String,
    pub(crate) set_by: PersonId,
    pub(crate) set_at: DateTime<Utc>,
    pub(crate) lifted_by: Option<PersonId>,
    pub(crate) lifted_at: Option<DateTime<Utc>>,
    pub(crate) lift_reason: String,
}

#[derive(Deserialize)]
pub(crate) struct ErasureRow {
    pub(crate) erasure_id: ErasureId,
    pub(crate) person_id: PersonId,
    pub(crate) subject: String,
    pub(crate) ground: String,
    pub(crate) reason: String,
    pub(crate) proposed_by: PersonId,
    pub(crate) proposed_as: String,
    pub(crate) proposed_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) decided_by: Option<i64>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) approved: Option<bool>,
    pub(crate) act: Option<Value>,
}

/// What is decided about one person, and the terms of the line.
pub(crate) struct Book {
    pub(crate) terms: Vec<TermRow>,
    pub(crate) holds: Vec<HoldRow>,
    pub(crate) erasures: Vec<ErasureRow>,
}

/// The terms of these organisations, and what is decided about the person; of
/// nobody where there is none.
pub(crate) async fn book(
    tx: &mut Tx,
    line: &[OrgId],
    person: Option<PersonId>,
) -> Result<Book, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let row = sqlx::query!(
        r#"select
               (select coalesce(json_agg(t order by array_position($1::bigint[], t.org_id)), '[]')
                from privacy.term t where t.org_id = any($1)) as "terms!",
               (select coalesce(json_agg(h order by h.hold_id desc), '[]')
                from privacy.hold h where h.org_id = kernel.org() and h.person_id = $2) as "holds!",
               (select coalesce(json_agg(e order by e.erasure_id desc), '[]')
                from privacy.erasure e where e.org_id = kernel.org() and e.person_id = $2) as "erasures!""#,
        &line,
        person.map(PersonId::get),
    )
    .fetch_one(tx.conn())
    .await
    .map_err(db::Error::from)?;
    Ok(Book {
        terms: read(row.terms, "terms")?,
        holds: read(row.holds, "hold")?,
        erasures: read(row.erasures, "erasure")?,
    })
}

fn read<T: serde::de::DeserializeOwned>(rows: Value, what: &'static str) -> Result<T, db::Error> {
    serde_json::from_value(rows).map_err(|_| db::Error::corrupt("privacy", what))
}

/// The newest proposals and acts of the organisation, at most `most`.
pub(crate) async fn erasures(tx: &mut Tx, most: i64) -> Result<Vec<ErasureRow>, db::Error> {
    Ok(sqlx::query_as!(
        ErasureRow,
        "select erasure_id, person_id, subject, ground, reason, proposed_by, proposed_as, proposed_at, expires_at,
                decided_by, decided_at, approved, act
         from privacy.erasure where org_id = kernel.org()
         order by erasure_id desc limit $1",
        most,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// One of them.
pub(crate) async fn erasure(tx: &mut Tx, id: ErasureId) -> Result<Option<ErasureRow>, db::Error> {
    Ok(sqlx::query_as!(
        ErasureRow,
        "select erasure_id, person_id, subject, ground, reason, proposed_by, proposed_as, proposed_at, expires_at,
                decided_by, decided_at, approved, act
         from privacy.erasure where org_id = kernel.org() and erasure_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Keeps others from deciding the proposal until the transaction ends; false
/// where it was decided.
pub(crate) async fn lock(tx: &mut Tx, id: ErasureId) -> Result<bool, db::Error> {
    let found = sqlx::query!(
        "select erasure_id from privacy.erasure
         where org_id = kernel.org() and erasure_id = $1 and decided_at is null for update",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

/// What is proposed.
pub(crate) struct NewErasure<'a> {
    pub(crate) person: PersonId,
    pub(crate) subject: &'a str,
    pub(crate) ground: Ground,
    pub(crate) reason: &'a str,
    pub(crate) by: PersonId,
    pub(crate) role: &'static str,
    pub(crate) until: DateTime<Utc>,
}

/// Adds a proposal; one whose time is over gives way.
pub(crate) async fn propose(tx: &mut Tx, new: &NewErasure<'_>) -> Result<ErasureId, Error> {
    sqlx::query!(
        "delete from privacy.erasure
         where org_id = kernel.org() and person_id = $1 and decided_at is null and expires_at <= $2",
        new.person.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    let id = sqlx::query_scalar!(
        "insert into privacy.erasure (org_id, person_id, subject, ground, reason, proposed_by, proposed_as,
                                      proposed_at, expires_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8) returning erasure_id",
        new.person.get(),
        new.subject,
        new.ground.code(),
        new.reason,
        new.by.get(),
        new.role,
        tx.now(),
        new.until,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("erasure_waiting", || Error::ProposedAlready)?;
    Ok(id.into())
}

/// Ends a proposal, with its act where it was carried out.
pub(crate) async fn decide(
    tx: &mut Tx,
    id: ErasureId,
    by: PersonId,
    act: Option<&Value>,
) -> Result<(), db::Error> {
    sqlx::query!(
        "update privacy.erasure
         set decided_by = $2, decided_at = $3, approved = $4::jsonb is not null, act = $4
         where org_id = kernel.org() and erasure_id = $1",
        id.get(),
        by.get(),
        tx.now(),
        act,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes what was decided before that moment: acts have a time of their own.
pub(crate) async fn forget_acts(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, db::Error> {
    let done = sqlx::query!(
        "delete from privacy.erasure where org_id = kernel.org() and decided_at < $1",
        before,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Forbids to destroy; nothing where it is forbidden already.
pub(crate) async fn hold(
    tx: &mut Tx,
    person: PersonId,
    reason: &str,
    by: PersonId,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into privacy.hold (org_id, person_id, reason, set_by, set_at)
         values (kernel.org(), $1, $2, $3, $4)",
        person.get(),
        reason,
        by.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await
    .on_constraint("hold_in_force", || Error::Held)?;
    Ok(())
}

/// Lifts what forbids; false where nothing does.
pub(crate) async fn lift(
    tx: &mut Tx,
    person: PersonId,
    reason: &str,
    by: PersonId,
) -> Result<bool, db::Error> {
    let done = sqlx::query!(
        "update privacy.hold set lifted_by = $3, lifted_at = $4, lift_reason = $2
         where org_id = kernel.org() and person_id = $1 and lifted_at is null",
        person.get(),
        reason,
        by.get(),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what the organisation of the transaction decides about a kind.
pub(crate) async fn set_term(tx: &mut Tx, rule: &Rule) -> Result<(), Error> {
    let amount = i32::try_from(rule.amount).unwrap_or(i32::MAX);
    let done = sqlx::query!(
        "insert into privacy.term as t (org_id, kind, amount, unit, from_year, law, confirmed, source)
         select kernel.org(), $1, $2, $3, $4, $5, $6, $7
         on conflict (org_id, kind) do update
         set amount = excluded.amount, unit = excluded.unit, from_year = excluded.from_year,
             law = excluded.law, confirmed = excluded.confirmed, source = excluded.source,
             version = t.version + 1, changed_at = kernel.now()
         where t.version = $8",
        rule.kind.code(),
        amount,
        rule.unit.code(),
        rule.from_year,
        rule.law.as_deref().unwrap_or_default(),
        rule.confirmed,
        rule.source.as_deref().unwrap_or_default(),
        rule.version,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    Ok(())
}

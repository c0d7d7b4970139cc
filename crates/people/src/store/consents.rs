use chrono::NaiveDate;
use db::{ConstraintExt, Tx};
use kernel::PersonId;

use super::numbers;
use crate::{
    Error,
    consent::{Consent, ConsentId, ConsentKind, NewConsent},
};

struct ConsentRow {
    consent_id: i64,
    subject_id: i64,
    given_by: Option<i64>,
    kind: String,
    document: String,
    signed_on: NaiveDate,
    withdrawn_on: Option<NaiveDate>,
    version: i32,
}

impl TryFrom<ConsentRow> for Consent {
    type Error = db::Error;

    fn try_from(it: ConsentRow) -> Result<Self, db::Error> {
        Ok(Self {
            id: it.consent_id.into(),
            subject: it.subject_id.into(),
            given_by: it.given_by.map(Into::into),
            kind: ConsentKind::from_code(&it.kind)
                .ok_or(db::Error::corrupt("people.consent", "kind"))?,
            document: it.document,
            signed_on: it.signed_on,
            withdrawn_on: it.withdrawn_on,
            version: it.version,
        })
    }
}

/// All consents ever given for these people, newest first.
pub(crate) async fn consents_of(
    tx: &mut Tx,
    subjects: &[PersonId],
) -> Result<Vec<Consent>, db::Error> {
    let rows = sqlx::query_as!(
        ConsentRow,
        r#"select consent_id, subject_id as "subject_id!", given_by, kind, document, signed_on,
                  withdrawn_on, version
           from people.consent where subject_id = any($1) order by signed_on desc, consent_id desc"#,
        &numbers(subjects),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One consent, or nothing.
pub(crate) async fn consent(tx: &mut Tx, id: ConsentId) -> Result<Option<Consent>, db::Error> {
    sqlx::query_as!(
        ConsentRow,
        r#"select consent_id, subject_id as "subject_id!", given_by, kind, document, signed_on,
                  withdrawn_on, version
           from people.consent where consent_id = $1 and voided_at is null"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Puts consents into the register in one statement; their ids in the order given.
pub(crate) async fn record_consents(
    tx: &mut Tx,
    consents: &[NewConsent],
) -> Result<Vec<ConsentId>, Error> {
    let subjects: Vec<i64> = consents.iter().map(|it| it.subject.get()).collect();
    let signers: Vec<Option<i64>> = consents
        .iter()
        .map(|it| it.given_by.map(PersonId::get))
        .collect();
    let kinds: Vec<String> = consents
        .iter()
        .map(|it| it.kind.code().to_owned())
        .collect();
    let documents: Vec<String> = consents
        .iter()
        .map(|it| it.document.trim().to_owned())
        .collect();
    let days: Vec<NaiveDate> = consents.iter().map(|it| it.signed_on).collect();
    let mut ids = sqlx::query_scalar!(
        "insert into people.consent (org_id, subject_id, given_by, kind, document, signed_on)
         select kernel.org(), it.subject, it.signer, it.kind, it.document, it.day
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::date[]) with ordinality
              it (subject, signer, kind, document, day, ord)
         order by it.ord returning consent_id",
        &subjects,
        &signers as &[Option<i64>],
        &kinds,
        &documents,
        &days,
    )
    .fetch_all(tx.conn())
    .await
    .on_constraint("consent_in_force", || Error::AlreadyConsented)?;
    ids.sort_unstable();
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Ends a consent that is still as the writer saw it.
pub(crate) async fn withdraw(tx: &mut Tx, consent: &Consent, on: NaiveDate) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.consent set withdrawn_on = greatest($3, signed_on), version = version + 1
         where consent_id = $1 and version = $2 and withdrawn_on is null and voided_at is null",
        consent.id.get(),
        consent.version,
        on,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::AlreadyWithdrawn)
    } else {
        Ok(())
    }
}

/// Deletes what was stored on the ground of the consent; the codes of the fields.
pub(crate) async fn drop_restricted_by(
    tx: &mut Tx,
    id: ConsentId,
) -> Result<Vec<String>, db::Error> {
    Ok(sqlx::query_scalar!(
        "delete from people.restricted_field where consent_id = $1 returning field",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?)
}

/// A person whose consents somebody may see, with the newest one of a kind.
pub(crate) struct Standing {
    pub(crate) person: super::CardRow,
    pub(crate) is_pupil: bool,
    pub(crate) is_parent: bool,
    pub(crate) is_staff: bool,
    pub(crate) consent_id: Option<i64>,
    pub(crate) given_by: Option<i64>,
    pub(crate) document: Option<String>,
    pub(crate) signed_on: Option<NaiveDate>,
    pub(crate) withdrawn_on: Option<NaiveDate>,
}

/// How it stands with one kind of consent, for these people or everybody,
/// in the order of names. Dismissed staff are left out.
pub(crate) async fn standings(
    tx: &mut Tx,
    kind: ConsentKind,
    only: Option<&[PersonId]>,
    today: NaiveDate,
) -> Result<Vec<Standing>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on,
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!",
                  c.consent_id as "consent_id?", c.given_by as "given_by?", c.document as "document?",
                  c.signed_on as "signed_on?", c.withdrawn_on as "withdrawn_on?"
           from people.person p
           left join people.pupil u using (org_id, person_id)
           left join people.parent r using (org_id, person_id)
           left join people.staff s using (org_id, person_id)
           left join lateral (
               select * from people.consent c where c.subject_id = p.person_id and c.kind = $1
               order by c.withdrawn_on is null desc, c.consent_id desc limit 1) c on true
           where ($2::bigint[] is null or p.person_id = any($2))
             and (s.dismissed_on is null or s.dismissed_on > $3
                  or u.person_id is not null or r.person_id is not null)
           order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id"#,
        kind.code(),
        only.map(numbers) as Option<Vec<i64>>,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Standing {
            person: super::CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            },
            is_pupil: it.is_pupil,
            is_parent: it.is_parent,
            is_staff: it.is_staff,
            consent_id: it.consent_id,
            given_by: it.given_by,
            document: it.document,
            signed_on: it.signed_on,
            withdrawn_on: it.withdrawn_on,
        })
        .collect())
}

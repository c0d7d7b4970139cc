use chrono::NaiveDate;
use db::{ConstraintExt, Tx};
use kernel::PersonId;

use super::{numbers, touched};
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
    given_as: Option<String>,
    edition: i32,
    settled_on: Option<NaiveDate>,
    settled_note: String,
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
            given_as: it.given_as,
            edition: it.edition,
            settled_on: it.settled_on,
            settled_note: it.settled_note,
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
                  withdrawn_on, given_as, edition, settled_on, settled_note, version
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
                  withdrawn_on, given_as, edition, settled_on, settled_note, version
           from people.consent where consent_id = $1 and voided_at is null"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// Puts consents into the register in one statement; their ids in the order
/// given. As whom the signer stood and which edition of the text was asked for
/// on the day of signing is kept with each.
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
        "insert into people.consent (org_id, subject_id, given_by, kind, document, signed_on, given_as, edition)
         select kernel.org(), it.subject, nullif(it.signer, it.subject), it.kind, it.document, it.day,
                case when it.signer = it.subject then 'self'
                     when it.signer is not null then coalesce(
                         (select k.kind from people.kinship k
                           where k.parent_id = it.signer and k.pupil_id = it.subject
                             and (k.until is null or k.until > it.day)
                           order by k.until nulls first, k.kinship_id limit 1), 'other')
                     when not exists (select from people.pupil u where u.person_id = it.subject) then 'self' end,
                coalesce((select max(t.edition) from people.consent_text t
                           where t.kind = it.kind and t.since <= it.day), 0)
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
    touched(&done, Error::AlreadyWithdrawn)
}

/// The codes of the fields that are stored on the ground of the consent.
pub(crate) async fn restricted_by(tx: &mut Tx, id: ConsentId) -> Result<Vec<String>, db::Error> {
    Ok(sqlx::query_scalar!(
        "select field from people.restricted_field where consent_id = $1 order by field",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?)
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
    /// None where the subject signed.
    pub(crate) signer: Option<super::CardRow>,
    pub(crate) document: Option<String>,
    pub(crate) signed_on: Option<NaiveDate>,
    pub(crate) withdrawn_on: Option<NaiveDate>,
    pub(crate) given_as: Option<String>,
    pub(crate) settled_on: Option<NaiveDate>,
    pub(crate) scans: i64,
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
                  c.consent_id as "consent_id?", g.person_id as "signer_id?", g.last_name as "signer_last?",
                  g.first_name as "signer_first?", g.middle_name as "signer_middle?", c.document as "document?",
                  c.signed_on as "signed_on?", c.withdrawn_on as "withdrawn_on?",
                  c.given_as as "given_as?", c.settled_on as "settled_on?",
                  (select count(*) from people.consent_file f
                    where f.org_id = c.org_id and f.consent_id = c.consent_id
                      and f.removed_at is null) as "scans!"
           from people.person p
           left join people.pupil u using (org_id, person_id)
           left join people.parent r using (org_id, person_id)
           left join people.staff s using (org_id, person_id)
           left join lateral (
               select * from people.consent c where c.subject_id = p.person_id and c.kind = $1
               order by c.withdrawn_on is null desc, c.consent_id desc limit 1) c on true
           left join people.person g on g.org_id = p.org_id and g.person_id = c.given_by
           where ($2::bigint[] is null or p.person_id = any($2))
             and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0
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
            signer: it.signer_id.map(|id| super::CardRow {
                person_id: id,
                last_name: it.signer_last.unwrap_or_default(),
                first_name: it.signer_first.unwrap_or_default(),
                middle_name: it.signer_middle,
                born_on: None,
            }),
            document: it.document,
            signed_on: it.signed_on,
            withdrawn_on: it.withdrawn_on,
            given_as: it.given_as,
            settled_on: it.settled_on,
            scans: it.scans,
        })
        .collect())
}

/// Says that what the system cannot undo itself was done.
pub(crate) async fn settle(
    tx: &mut Tx,
    consent: &Consent,
    on: NaiveDate,
    note: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.consent set settled_on = $3, settled_note = $4, version = version + 1
         where consent_id = $1 and version = $2 and withdrawn_on is not null and settled_on is null
           and voided_at is null",
        consent.id.get(),
        consent.version,
        on,
        note,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    touched(&done, Error::ChangedMeanwhile)
}

/// Who of these people, or of everybody, gave which consents that are in force.
pub(crate) async fn consents_in_force(
    tx: &mut Tx,
    only: Option<&[PersonId]>,
) -> Result<Vec<(PersonId, ConsentKind)>, db::Error> {
    let rows = sqlx::query!(
        r#"select subject_id as "subject_id!", kind from people.consent
           where withdrawn_on is null and voided_at is null
             and ($1::bigint[] is null or subject_id = any($1))"#,
        only.map(numbers) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let kind = ConsentKind::from_code(&it.kind)
                .ok_or(db::Error::corrupt("people.consent", "kind"))?;
            Ok((it.subject_id.into(), kind))
        })
        .collect()
}

/// What everybody is here who is not a former worker only.
pub(crate) struct Role {
    pub(crate) person: PersonId,
    pub(crate) is_pupil: bool,
    pub(crate) is_parent: bool,
    pub(crate) is_staff: bool,
}

/// Everybody of the organisation, or these people, with what they are here.
pub(crate) async fn roles(
    tx: &mut Tx,
    only: Option<&[PersonId]>,
    today: NaiveDate,
) -> Result<Vec<Role>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.person_id as "person_id!", (u.person_id is not null) as "is_pupil!",
                  (r.person_id is not null) as "is_parent!", (s.person_id is not null) as "is_staff!"
           from people.person p
           left join people.pupil u using (org_id, person_id)
           left join people.parent r using (org_id, person_id)
           left join people.staff s on s.org_id = p.org_id and s.person_id = p.person_id
                and (s.dismissed_on is null or s.dismissed_on > $2)
           where $1::bigint[] is null or p.person_id = any($1)"#,
        only.map(numbers) as Option<Vec<i64>>,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Role {
            person: it.person_id.into(),
            is_pupil: it.is_pupil,
            is_parent: it.is_parent,
            is_staff: it.is_staff,
        })
        .collect())
}

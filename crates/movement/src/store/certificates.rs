//! Certificates.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Tx;
use kernel::PersonId;
use sqlx::types::Json;

use crate::{
    Error,
    books::{
        Certificate, CertificateId, CertificateKind, CertificateState, NewCertificate, Said,
        StudyFacts,
    },
};

struct Row {
    certificate_id: i64,
    kind: String,
    state: String,
    pupil_id: i64,
    purpose: String,
    class_name: String,
    number: Option<i32>,
    code: String,
    said: Option<Json<Said>>,
    asked_by: i64,
    asked_at: DateTime<Utc>,
    issued_by: Option<i64>,
    issued_at: Option<DateTime<Utc>>,
    end_reason: String,
    version: i32,
}

impl TryFrom<Row> for Certificate {
    type Error = db::Error;

    fn try_from(it: Row) -> Result<Self, db::Error> {
        Ok(Self {
            id: it.certificate_id.into(),
            kind: CertificateKind::from_code(&it.kind)
                .ok_or(db::Error::corrupt("movement.certificate", "kind"))?,
            state: CertificateState::from_code(&it.state)
                .ok_or(db::Error::corrupt("movement.certificate", "state"))?,
            pupil: it.pupil_id.into(),
            purpose: it.purpose,
            class_name: it.class_name,
            number: it.number,
            code: it.code,
            said: it.said.map(|it| it.0),
            asked_by: it.asked_by.into(),
            asked_at: it.asked_at,
            issued_by: it.issued_by.map(Into::into),
            issued_at: it.issued_at,
            end_reason: it.end_reason,
            version: it.version,
        })
    }
}

/// All certificates, or those of these pupils: what waits first, then the last.
pub(crate) async fn certificates(
    tx: &mut Tx,
    pupils: Option<&[PersonId]>,
) -> Result<Vec<Certificate>, db::Error> {
    let pupils: Option<Vec<i64>> = pupils.map(|all| all.iter().map(|it| it.get()).collect());
    let rows = sqlx::query_as!(
        Row,
        r#"select certificate_id, kind, state, pupil_id, purpose, class_name, number, code,
                  said as "said: Json<Said>", asked_by, asked_at, issued_by, issued_at, end_reason, version
           from movement.certificate
           where $1::bigint[] is null or pupil_id = any($1)
           order by state = 'asked' desc, coalesce(issued_at, asked_at) desc, certificate_id desc"#,
        pupils.as_deref(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

pub(crate) async fn certificate(
    tx: &mut Tx,
    id: CertificateId,
) -> Result<Option<Certificate>, db::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select certificate_id, kind, state, pupil_id, purpose, class_name, number, code,
                  said as "said: Json<Said>", asked_by, asked_at, issued_by, issued_at, end_reason, version
           from movement.certificate where certificate_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// The certificate with the code, issued or withdrawn.
pub(crate) async fn certificate_by_code(
    tx: &mut Tx,
    code: &str,
) -> Result<Option<Certificate>, db::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select certificate_id, kind, state, pupil_id, purpose, class_name, number, code,
                  said as "said: Json<Said>", asked_by, asked_at, issued_by, issued_at, end_reason, version
           from movement.certificate where code = $1 and number is not null"#,
        code,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn ask_certificate(
    tx: &mut Tx,
    by: PersonId,
    new: &NewCertificate,
) -> Result<CertificateId, Error> {
    let id = sqlx::query_scalar!(
        "insert into movement.certificate (org_id, kind, pupil_id, purpose, class_name, asked_by)
         values (kernel.org(), $1, $2, $3, $4, $5) returning certificate_id",
        new.kind.code(),
        new.pupil.get(),
        new.purpose,
        new.class_name,
        by.get(),
    )
    .fetch_one(tx.conn())
    .await
    .map_err(db::Error::from)
    .map_err(|it| match it.constraint() {
        Some("certificate_pupil") => Error::NoSuchPupil,
        _ => it.into(),
    })?;
    Ok(id.into())
}

/// Gives the next number of the calendar year; the book must be locked.
pub(crate) async fn issue_certificate(
    tx: &mut Tx,
    by: PersonId,
    (id, seen): (CertificateId, i32),
    today: NaiveDate,
    said: &Said,
) -> Result<(), Error> {
    let year = i16::try_from(today.year()).map_err(|_| Error::DateOutOfRange)?;
    let done = sqlx::query!(
        "update movement.certificate
         set state = 'issued', issued_by = $3, issued_at = kernel.now(), year = $4, said = $5,
             number = (select coalesce(max(number), 0) + 1 from movement.certificate where year = $4),
             version = version + 1
         where certificate_id = $1 and version = $2 and state = 'asked'",
        id.get(),
        seen,
        by.get(),
        year,
        Json(said) as _,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::ChangedMeanwhile)
    } else {
        Ok(())
    }
}

pub(crate) async fn end_certificate(
    tx: &mut Tx,
    by: PersonId,
    (id, seen): (CertificateId, i32),
    state: CertificateState,
    reason: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.certificate
         set state = $4, ended_by = $3, ended_at = kernel.now(), end_reason = $5, version = version + 1
         where certificate_id = $1 and version = $2 and state in ('asked', 'issued')",
        id.get(),
        seen,
        by.get(),
        state.code(),
        reason,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::ChangedMeanwhile)
    } else {
        Ok(())
    }
}

/// What the orders say of the pupil's last time at the school.
pub(crate) async fn study_facts(tx: &mut Tx, pupil: PersonId) -> Result<StudyFacts, db::Error> {
    let row = sqlx::query!(
        r#"select o.number, o.ordered_on, o.effective_on,
                  (select min(e.effective_on)
                   from movement.order_pupil q join movement.order e using (org_id, order_id)
                   where q.pupil_id = p.pupil_id and e.state = 'issued'
                     and e.kind in ('leaving', 'graduation') and e.issued_at > o.issued_at) as left_on,
                  (select m.class_id from movement.class_member m
                   where m.pupil_id = p.pupil_id and lower(m.during) <= kernel.now()::date
                   order by lower(m.during) desc limit 1) as "class_id?"
           from movement.order_pupil p join movement.order o using (org_id, order_id)
           where p.pupil_id = $1 and o.kind = 'enrolment' and o.state = 'issued'
           order by o.issued_at desc limit 1"#,
        pupil.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or_else(StudyFacts::default, |it| StudyFacts {
        order: it.number,
        ordered_on: Some(it.ordered_on),
        since: Some(it.effective_on),
        left_on: it.left_on,
        class: it.class_id.map(Into::into),
    }))
}

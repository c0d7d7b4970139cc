//! A certificate on paper.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::OrgId;
use serde::Serialize;
use web::{Failure, Member, Path};

use super::Pages;
use crate::{Certificate, CertificateId, CertificateState, CheckCode, Error, Said};

/// The paper.
#[derive(Serialize)]
pub(super) struct Paper {
    kind: &'static str,
    number: Option<i32>,
    issued_at: Option<DateTime<Utc>>,
    withdrawn: bool,
    purpose: String,
    said: Option<SaidView>,
    code: String,
    /// Where anybody checks it.
    check: String,
    qr: String,
    size: usize,
}

/// [`Said`] with the word that the template chooses by.
#[derive(Serialize)]
struct SaidView {
    school: String,
    whom: String,
    born_on: Option<NaiveDate>,
    class: String,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    order: Option<String>,
    ordered_on: Option<NaiveDate>,
}

impl From<Said> for SaidView {
    fn from(it: Said) -> Self {
        Self {
            school: it.school,
            whom: it.whom,
            born_on: it.born_on,
            class: it.class,
            since: it.since,
            until: it.until,
            order: it.order,
            ordered_on: it.ordered_on,
        }
    }
}

pub(super) fn paper(it: Certificate, org: OrgId, address: &str) -> Paper {
    let code = CheckCode { org, code: it.code }.show();
    let check = format!("{}/public/check/{code}", address.trim_end_matches('/'));
    let (qr, size) = identity::qr(&check);
    Paper {
        kind: it.kind.code(),
        number: it.number,
        issued_at: it.issued_at,
        withdrawn: it.state == CertificateState::Withdrawn,
        purpose: it.purpose,
        said: it.said.map(Into::into),
        code,
        check,
        qr,
        size,
    }
}

pub(super) const PRINT: &str = "movement/certificate_print.html";

pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, CertificateId)>,
) -> Result<Response, Failure> {
    let found = it.books.certificate(&member.actor, id).await?.certificate;
    if found.number.is_none() {
        return Err(Error::NoSuchCertificate.into());
    }
    let page = paper(found, member.actor.org, &it.address);
    Ok(it.views.page(&member.visit, PRINT, &page)?.into_response())
}

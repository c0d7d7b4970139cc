//! `/my/factor`: the second factor of one's own account (security.md §5.4).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Signed, form::Raw};

use super::{
    Pages,
    proof::{Proof, with_proof},
    qr::qr,
};
use crate::Error;

const HERE: &str = "/my/factor";

#[derive(Deserialize, garde::Validate)]
pub(super) struct First {
    #[serde(default)]
    #[garde(length(min = 1, max = 64))]
    code: String,
}

#[derive(Serialize)]
struct Page {
    since: Option<DateTime<Utc>>,
    codes_left: i64,
    obligatory_from: Option<DateTime<Utc>>,
    /// Nothing else opens until it is set up.
    must: bool,
    enrolment: Option<EnrolmentView>,
    form: FormState,
    wait: i64,
}

#[derive(Serialize)]
struct EnrolmentView {
    secret: String,
    address: String,
    path: String,
    size: usize,
}

#[derive(Serialize)]
struct CodesPage {
    codes: Vec<String>,
    login: String,
    back: String,
}

pub(super) async fn page(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    it.factor_page(&signed, StatusCode::OK, FormState::new(), 0)
        .await
}

/// Makes the secret, after the password.
pub(super) async fn begin(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let cookie = match it.proof(&signed.visit, &signed.me, &raw, HERE).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    it.identity.begin_factor(signed.me.account).await?;
    Ok(with_proof(Go::to(HERE).into_response(), cookie.as_deref()))
}

/// Puts the factor in force; the answer shows the recovery codes, once.
pub(super) async fn confirm(
    signed: Signed,
    State(it): State<Pages>,
    form: Checked<First>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(First { code }) = value else {
        return it.factor_page(&signed, refused, form, 0).await;
    };
    let session = signed.visit.token().unwrap_or_default();
    let account = signed.me.account;
    match it.identity.confirm_factor(account, session, &code).await {
        Ok(codes) => it.codes_page(&signed, codes),
        Err(fault @ Error::WrongCode) => {
            form.fault("code", &fault);
            it.factor_page(&signed, refused, form, 0).await
        }
        Err(Error::TooOften { seconds }) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            it.factor_page(&signed, status, form, seconds).await
        }
        Err(other) => Err(other.into()),
    }
}

/// New recovery codes, shown once.
pub(super) async fn codes(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let cookie = match it.proof(&signed.visit, &signed.me, &raw, HERE).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let codes = it.identity.renew_recovery(signed.me.account).await?;
    Ok(with_proof(
        it.codes_page(&signed, codes)?,
        cookie.as_deref(),
    ))
}

/// Takes the factor away.
pub(super) async fn off(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let cookie = match it.proof(&signed.visit, &signed.me, &raw, HERE).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let flash = match it.identity.drop_factor(signed.me.account).await {
        Ok(()) => Flash::done("identity.factor.was-off"),
        Err(Error::FactorObligatory) => Flash::warning("fault.identity.factor-obligatory"),
        Err(other) => return Err(other.into()),
    };
    let response = Go::to(HERE).say(&flash).into_response();
    Ok(with_proof(response, cookie.as_deref()))
}

impl Pages {
    async fn factor_page(
        &self,
        signed: &Signed,
        status: StatusCode,
        form: FormState,
        wait: i64,
    ) -> Result<Response, Failure> {
        let account = signed.me.account;
        let state = self.identity.factor(account).await?;
        let enrolment = self.identity.enrolment(account).await?.map(|it| {
            let (path, size) = qr(&it.address);
            EnrolmentView {
                secret: it.secret,
                address: it.address,
                path,
                size,
            }
        });
        let page = Page {
            since: state.since,
            codes_left: state.codes_left,
            obligatory_from: state.obligatory_from,
            must: signed.me.bounds.must_enrol,
            enrolment,
            form,
            wait,
        };
        let html = self
            .views
            .page(&signed.visit, "identity/factor.html", &page)?;
        Ok((status, html).into_response())
    }

    fn codes_page(&self, signed: &Signed, codes: Vec<String>) -> Result<Response, Failure> {
        let page = CodesPage {
            codes,
            login: signed.me.login.clone(),
            back: HERE.to_owned(),
        };
        Ok(self
            .views
            .page(&signed.visit, "identity/recovery.html", &page)?
            .into_response())
    }
}

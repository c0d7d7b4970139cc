//! `/login` and `/logout`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Query, Visit};

use super::{Pages, admitted, half_cookie, home, last_time, sent_cookie, visitor, welcome};
use crate::{Admitted, Attempt, Error, Password};

#[derive(Deserialize, Default)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize, garde::Validate)]
pub(super) struct Sent {
    #[serde(default)]
    #[garde(length(min = 1, max = 64))]
    login: String,
    #[serde(default)]
    #[garde(skip)]
    password: String,
    #[serde(default)]
    #[garde(skip)]
    next: String,
}

#[derive(Serialize)]
struct Page {
    form: FormState,
    next: String,
    /// Whole seconds until the next attempt is looked at.
    wait: i64,
    /// The name of the provider of identities, where there is one.
    provider: Option<String>,
    provider_href: String,
}

pub(super) async fn page(
    visit: Visit,
    State(it): State<Pages>,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    if let Some(me) = visit.me() {
        return Ok(Go::to(home(me)).into_response());
    }
    it.login_page(&visit, StatusCode::OK, FormState::new(), next, 0)
}

pub(super) async fn sign_in(
    visit: Visit,
    State(it): State<Pages>,
    headers: HeaderMap,
    form: Checked<Sent>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let Some(Sent {
        login,
        password,
        next,
    }) = value
    else {
        let next = form.value("next").to_owned();
        return it.login_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, next, 0);
    };
    let visitor = visitor(&visit, &headers);
    let attempt = Attempt {
        login,
        password: Password::new(password),
        visitor,
    };
    match it.identity.sign_in(&attempt).await {
        Ok(it) => {
            let flash = match &it {
                Admitted::In(entered) => last_time(&visit, entered),
                Admitted::Half(_) => None,
            };
            Ok(admitted(&visit, &it, &next, flash))
        }
        Err(fault @ Error::WrongCredentials) => {
            form.fault("", &fault);
            it.login_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, next, 0)
        }
        Err(Error::TooOften { seconds }) => {
            let mut response =
                it.login_page(&visit, StatusCode::TOO_MANY_REQUESTS, form, next, seconds)?;
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}

/// The code of the second factor.
#[derive(Deserialize, garde::Validate)]
pub(super) struct Code {
    #[serde(default)]
    #[garde(length(min = 1, max = 64))]
    code: String,
}

/// `/login/code`: after the password, where the account has a second factor.
pub(super) async fn code_page(
    visit: Visit,
    State(it): State<Pages>,
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    let half = sent_cookie(&headers, half_cookie(&visit)).unwrap_or_default();
    if !it.identity.is_half_in(&half).await? {
        return Ok(Go::to("/login").into_response());
    }
    it.code_form(&visit, StatusCode::OK, FormState::new(), next, 0)
}

pub(super) async fn complete(
    visit: Visit,
    State(it): State<Pages>,
    headers: HeaderMap,
    form: Checked<Code>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let next = form.value("next").to_owned();
    let Some(Code { code }) = value else {
        return it.code_form(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, next, 0);
    };
    let half = sent_cookie(&headers, half_cookie(&visit)).unwrap_or_default();
    let visitor = visitor(&visit, &headers);
    let over = visit.own_cookie(half_cookie(&visit), "", 0);
    match it.identity.complete(&half, &code, &visitor).await {
        Ok(entered) => {
            let mut response = welcome(&visit, &entered, &next, last_time(&visit, &entered));
            add_cookie(&mut response, &over);
            Ok(response)
        }
        Err(fault @ Error::WrongCode) => {
            form.fault("code", &fault);
            it.code_form(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, next, 0)
        }
        Err(Error::TooOften { seconds }) => {
            let mut response =
                it.code_form(&visit, StatusCode::TOO_MANY_REQUESTS, form, next, seconds)?;
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(Error::EntryOver) => {
            let flash = Flash::warning("fault.identity.entry-over");
            Ok(Go::to("/login").say(&flash).cookie(over).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// One more `Set-Cookie`.
pub(super) fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(super) async fn sign_out(visit: Visit, State(it): State<Pages>) -> Result<Response, Failure> {
    if let Some(token) = visit.token() {
        it.identity.sign_out(token).await?;
    }
    let mut response = Go::to("/login")
        .cookie(visit.sign_out_cookie())
        .into_response();
    // Cookies stay: the device is still known, and so is the look.
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

impl Pages {
    fn login_page(
        &self,
        visit: &Visit,
        status: StatusCode,
        form: FormState,
        next: String,
        wait: i64,
    ) -> Result<Response, Failure> {
        let page = self.entrance(form, next, wait);
        Ok((
            status,
            self.views.page(visit, "identity/login.html", &page)?,
        )
            .into_response())
    }

    fn code_form(
        &self,
        visit: &Visit,
        status: StatusCode,
        form: FormState,
        next: String,
        wait: i64,
    ) -> Result<Response, Failure> {
        let page = self.entrance(form, next, wait);
        let html = self.views.page(visit, "identity/login_code.html", &page)?;
        Ok((status, html).into_response())
    }

    fn entrance(&self, form: FormState, next: String, wait: i64) -> Page {
        Page {
            form,
            wait,
            provider: self.identity.provider().map(|it| it.setup.name.clone()),
            provider_href: format!("/login/provider?next={}", web::form::encode(&next)),
            next,
        }
    }
}

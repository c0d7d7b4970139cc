//! `/login` and `/logout`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, FormState, Go, Query, Visit};

use super::{Pages, home, last_time, visitor, welcome};
use crate::{Attempt, Error, Password};

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
        Ok(entered) => Ok(welcome(
            &visit,
            &entered,
            &next,
            last_time(&visit, &entered),
        )),
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
        let page = Page { form, next, wait };
        Ok((
            status,
            self.views.page(visit, "identity/login.html", &page)?,
        )
            .into_response())
    }
}

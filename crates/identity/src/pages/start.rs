//! `/start/{code}`: the first sign-in with the slip's QR code (P8).

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use kernel::Fault;
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, FormState, Path, Visit, form::invalid};

use super::{Pages, admitted, visitor};
use crate::{Error, Password};

/// A password chosen, typed twice.
#[derive(Deserialize, garde::Validate)]
pub(super) struct Choice {
    #[serde(default)]
    #[garde(length(min = 1))]
    password: String,
    #[serde(default)]
    #[garde(matches(password))]
    again: String,
}

#[derive(Serialize)]
struct Page {
    name: String,
    login: String,
    org: String,
    staff: bool,
    form: FormState,
    action: String,
}

/// The code opens nothing: why, and whom to ask.
#[derive(Serialize)]
struct Closed {
    code: &'static str,
    ask: Vec<String>,
}

pub(super) async fn page(
    visit: Visit,
    State(it): State<Pages>,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    match it.start_page(&code, FormState::new()).await {
        Ok(page) => Ok(it
            .views
            .page(&visit, "identity/start.html", &page)?
            .into_response()),
        Err(refusal) => it.closed(&visit, &code, refusal).await,
    }
}

pub(super) async fn choose(
    visit: Visit,
    State(it): State<Pages>,
    Path(code): Path<String>,
    headers: HeaderMap,
    form: Checked<Choice>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let refusal = match value {
        Some(Choice { password, .. }) => {
            let visitor = visitor(&visit, &headers);
            match it
                .identity
                .start(&code, &Password::new(password), &visitor)
                .await
            {
                Ok(it) => return Ok(admitted(&visit, &it, "/", None)),
                Err(refusal) => Some(refusal),
            }
        }
        None => None,
    };
    match refusal {
        None => {}
        Some(flaw @ Error::Flawed(_)) => form.fault("password", &flaw),
        Some(other) => return it.closed(&visit, &code, other).await,
    }
    match it.start_page(&code, form).await {
        Ok(page) => invalid(&it.views, &visit, "identity/start.html", &page),
        Err(refusal) => it.closed(&visit, &code, refusal).await,
    }
}

impl Pages {
    async fn start_page(&self, code: &str, form: FormState) -> Result<Page, Error> {
        let slip = self.identity.look_at_slip(code).await?;
        Ok(Page {
            name: slip.name,
            login: slip.login,
            org: slip.org,
            staff: slip.staff,
            form,
            action: format!("/start/{code}"),
        })
    }

    async fn closed(&self, visit: &Visit, code: &str, refusal: Error) -> Result<Response, Failure> {
        let status = match refusal {
            Error::NoSuchSlip => StatusCode::NOT_FOUND,
            Error::SlipUsed | Error::SlipExpired | Error::SlipVoided => StatusCode::GONE,
            other => return Err(other.into()),
        };
        let ask = self.identity.whom_to_ask(code).await?;
        let page = Closed {
            code: refusal.code(),
            ask,
        };
        Ok((
            status,
            self.views
                .page(visit, "identity/start_closed.html", &page)?,
        )
            .into_response())
    }
}

//! The password or the code once more, before what is hard to undo: a page
//! between the form and its effect.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{Failure, FormState, Me, Visit, form::Raw};

use super::{Pages, entrance::add_cookie};
use crate::{Error, Password, session::is_staff};

/// The field of the password among those of the form that waits.
const FIELD: &str = "proof";

#[derive(Serialize)]
struct Page {
    /// Where the form goes that waits, and what it holds.
    action: String,
    fields: Vec<(String, String)>,
    back: String,
    form: FormState,
    wait: i64,
}

/// Whether the owner sits there still.
pub(super) enum Proof {
    /// Yes; the session may go on under a new token.
    Given(Option<String>),
    /// Asked with this page, which sends the form again.
    Asked(Response),
}

/// Adds the session's new cookie, if it got one.
pub(super) fn with_proof(mut response: Response, cookie: Option<&str>) -> Response {
    if let Some(cookie) = cookie {
        add_cookie(&mut response, cookie);
    }
    response
}

impl Pages {
    /// Lets a form through whose sender proved themselves lately or does now;
    /// otherwise asks, and sends the form again with the answer.
    pub(super) async fn proof(
        &self,
        visit: &Visit,
        me: &Me,
        raw: &Raw,
        back: &str,
    ) -> Result<Proof, Failure> {
        let session = visit.token().unwrap_or_default();
        if self.identity.is_proved(me.account, session).await? {
            return Ok(Proof::Given(None));
        }
        let mut form = FormState::new();
        let mut wait = 0;
        let mut status = StatusCode::OK;
        if let Some(typed) = raw.get(FIELD) {
            let typed = Password::new(typed);
            match self.identity.prove(me.account, session, &typed).await {
                Ok(token) => {
                    let staff = me
                        .memberships
                        .iter()
                        .flat_map(|it| it.grants.iter())
                        .any(|it| is_staff(it.role));
                    let seconds = self.identity.cookie_seconds(staff);
                    return Ok(Proof::Given(Some(visit.sign_in_cookie(&token, seconds))));
                }
                Err(fault @ Error::WrongProof) => {
                    status = StatusCode::UNPROCESSABLE_ENTITY;
                    form.fault(FIELD, &fault);
                }
                Err(Error::TooOften { seconds }) => {
                    status = StatusCode::TOO_MANY_REQUESTS;
                    wait = seconds;
                }
                Err(other) => return Err(other.into()),
            }
        }
        let fields = raw.iter().filter(|it| it.0 != FIELD);
        let page = Page {
            action: visit.path().to_owned(),
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            back: back.to_owned(),
            form,
            wait,
        };
        let html = self.views.page(visit, "identity/proof.html", &page)?;
        let mut response = (status, html).into_response();
        if wait > 0 {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        Ok(Proof::Asked(response))
    }
}

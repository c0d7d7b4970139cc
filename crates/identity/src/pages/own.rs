//! `/my/password` and `/my/settings`: one's own account.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Path, Signed, form::invalid};

use super::{Pages, visitor, welcome};
use crate::{Error, Password, session::browser};

#[derive(Deserialize, garde::Validate)]
pub(super) struct Change {
    #[serde(default)]
    #[garde(skip)]
    current: String,
    #[serde(default)]
    #[garde(length(min = 1))]
    password: String,
    #[serde(default)]
    #[garde(matches(password))]
    again: String,
}

#[derive(Serialize)]
struct PasswordPage {
    form: FormState,
    login: String,
    /// Whoever came with a slip chooses a password and may do nothing else.
    first: bool,
    staff: bool,
    wait: i64,
}

#[derive(Serialize)]
struct SettingsPage {
    login: String,
    name: String,
    orgs: Vec<OrgView>,
    sessions: Vec<SessionView>,
    /// The name of the provider of identities, where there is one.
    provider: Option<String>,
    others: bool,
}

#[derive(Serialize)]
struct OrgView {
    name: String,
    href: String,
    roles: Vec<&'static str>,
}

#[derive(Serialize)]
struct SessionView {
    id: i64,
    browser: String,
    address: String,
    since: DateTime<Utc>,
    seen: DateTime<Utc>,
    current: bool,
}

pub(super) async fn password(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = it.password_page(&signed, FormState::new(), 0).await?;
    Ok(it
        .views
        .page(&signed.visit, "identity/password.html", &page)?
        .into_response())
}

pub(super) async fn change_password(
    signed: Signed,
    State(it): State<Pages>,
    headers: HeaderMap,
    form: Checked<Change>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    let template = "identity/password.html";
    let Some(Change {
        current, password, ..
    }) = value
    else {
        let page = it.password_page(&signed, form, 0).await?;
        return invalid(&it.views, &signed.visit, template, &page);
    };
    let visitor = visitor(&signed.visit, &headers);
    let [current, new] = [current, password].map(Password::new);
    let account = signed.me.account;
    match it
        .identity
        .change_password(account, Some(&current), &new, &visitor)
        .await
    {
        Ok(entered) => {
            let flash = Flash::done("identity.password.changed");
            Ok(welcome(&signed.visit, &entered, "/", Some(flash)))
        }
        Err(Error::TooOften { seconds }) => {
            let page = it.password_page(&signed, form, seconds).await?;
            let html = it.views.page(&signed.visit, template, &page)?;
            let mut response = (StatusCode::TOO_MANY_REQUESTS, html).into_response();
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
        Err(refusal @ (Error::Flawed(_) | Error::WrongPassword)) => {
            let wrong = matches!(refusal, Error::WrongPassword);
            form.fault(if wrong { "current" } else { "password" }, &refusal);
            let page = it.password_page(&signed, form, 0).await?;
            invalid(&it.views, &signed.visit, template, &page)
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn settings(signed: Signed, State(it): State<Pages>) -> Result<Response, Failure> {
    let token = signed.visit.token().unwrap_or_default();
    let open = it.identity.sessions(signed.me.account, token).await?;
    let sessions: Vec<SessionView> = open
        .into_iter()
        .map(|it| SessionView {
            id: it.id,
            browser: browser(&it.agent),
            address: it.address,
            since: it.created_at,
            seen: it.seen_at,
            current: it.current,
        })
        .collect();
    let page = SettingsPage {
        login: signed.me.login.clone(),
        name: signed.me.name.clone(),
        orgs: signed.me.memberships.iter().map(org).collect(),
        provider: it.identity.provider().map(|it| it.setup.name.clone()),
        others: sessions.iter().any(|it| !it.current),
        sessions,
    };
    Ok(it
        .views
        .page(&signed.visit, "identity/settings.html", &page)?
        .into_response())
}

pub(super) async fn end_others(
    signed: Signed,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let token = signed.visit.token().unwrap_or_default();
    let ended = it
        .identity
        .end_other_sessions(signed.me.account, token)
        .await?;
    let flash = Flash::done("identity.sessions.ended").with("count", &ended);
    Ok(Go::to("/my/settings").say(&flash).into_response())
}

pub(super) async fn end_one(
    signed: Signed,
    State(it): State<Pages>,
    Path(session): Path<i64>,
) -> Result<Response, Failure> {
    it.identity.end_session(signed.me.account, session).await?;
    let flash = Flash::done("identity.sessions.one-ended");
    Ok(Go::to("/my/settings").say(&flash).into_response())
}

impl Pages {
    async fn password_page(
        &self,
        signed: &Signed,
        form: FormState,
        wait: i64,
    ) -> Result<PasswordPage, Failure> {
        let token = signed.visit.token().unwrap_or_default();
        let first = self.identity.came_with_slip(token).await?;
        let grants = signed.me.memberships.iter().flat_map(|it| it.grants.iter());
        let staff = grants
            .into_iter()
            .any(|it| crate::session::is_staff(it.role));
        Ok(PasswordPage {
            form,
            login: signed.me.login.clone(),
            first,
            staff,
            wait,
        })
    }
}

fn org(it: &web::Membership) -> OrgView {
    let mut roles: Vec<&'static str> = it.grants.iter().map(|it| it.role.code()).collect();
    roles.dedup();
    OrgView {
        name: it.label().to_owned(),
        href: format!("/o/{}/", it.code),
        roles,
    }
}

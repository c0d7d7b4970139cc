//! Sign-in by a provider of identities: the way there and back, and the link
//! of the own account.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, Go, Query, Signed, Visit, form::Raw, safe_next};

use super::{
    Pages, admitted,
    entrance::add_cookie,
    last_time,
    proof::{Proof, with_proof},
    sent_cookie, visitor,
};
use crate::{Admitted, Arrival, Error};

const HERE: &str = "/my/provider";

#[derive(Deserialize, Default)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

/// What the provider sends along; an error has no code.
#[derive(Deserialize, Default)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

#[derive(Serialize)]
struct Page {
    provider: String,
    linked: bool,
    label: String,
    since: Option<DateTime<Utc>>,
    stranger: Option<String>,
}

/// Binds the way back to the browser that left.
fn away_cookie(visit: &Visit) -> &'static str {
    if visit.is_https() {
        "__Host-away"
    } else {
        "away"
    }
}

/// Whom the provider vouched for and nobody is linked to.
fn stranger_cookie(visit: &Visit) -> &'static str {
    if visit.is_https() {
        "__Host-vouched"
    } else {
        "vouched"
    }
}

/// Off to the provider.
pub(super) async fn depart(
    visit: Visit,
    State(it): State<Pages>,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    let away = match it.identity.depart(safe_next(&next)).await {
        Ok(away) => away,
        Err(Error::Distrusted(_)) => return Ok(refused("fault.identity.distrusted")),
        Err(Error::NoProvider) => return Ok(refused("fault.identity.no-provider")),
        Err(other) => return Err(other.into()),
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(&away.address) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    let cookie = visit.own_cookie(away_cookie(&visit), &away.browser, away.seconds);
    add_cookie(&mut response, &cookie);
    Ok(response)
}

/// Back from the provider.
pub(super) async fn arrive(
    visit: Visit,
    State(it): State<Pages>,
    headers: HeaderMap,
    Query(Back { state, code }): Query<Back>,
) -> Result<Response, Failure> {
    let browser = sent_cookie(&headers, away_cookie(&visit)).unwrap_or_default();
    let visitor = visitor(&visit, &headers);
    let arrival = it.identity.arrive(&state, &code, &browser, &visitor).await;
    let mut response = match arrival {
        Ok(Arrival::Known {
            admitted: found,
            next,
        }) => {
            let flash = match &found {
                Admitted::In(entered) => last_time(&visit, entered),
                Admitted::Half(_) => None,
            };
            admitted(&visit, &found, &next, flash)
        }
        Ok(Arrival::Unknown { token, seconds }) => {
            let cookie = visit.own_cookie(stranger_cookie(&visit), &token, seconds);
            let go = if visit.me().is_some() {
                Go::to(HERE)
            } else {
                let flash = Flash::warning("identity.provider.unknown");
                Go::to(format!("/login?next={HERE}")).say(&flash)
            };
            go.cookie(cookie).into_response()
        }
        Err(Error::Distrusted(_)) => refused("fault.identity.distrusted"),
        Err(Error::NotAwaited) => refused("fault.identity.not-awaited"),
        Err(Error::NoProvider) => refused("fault.identity.no-provider"),
        Err(Error::WrongCredentials) => refused("identity.provider.closed"),
        Err(other) => return Err(other.into()),
    };
    add_cookie(&mut response, &visit.own_cookie(away_cookie(&visit), "", 0));
    Ok(response)
}

fn refused(code: &str) -> Response {
    Go::to("/login").say(&Flash::warning(code)).into_response()
}

/// The own link.
pub(super) async fn page(
    signed: Signed,
    State(it): State<Pages>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let name = it.identity.provider().map(|it| it.setup.name.clone());
    let Some(name) = name else {
        let flash = Flash::warning("fault.identity.no-provider");
        return Ok(Go::to("/my/settings").say(&flash).into_response());
    };
    let stranger = sent_cookie(&headers, stranger_cookie(&signed.visit));
    let state = it
        .identity
        .link_state(signed.me.account, stranger.as_deref())
        .await?;
    let (label, since) = match state.linked.clone() {
        Some((label, since)) => (label, Some(since)),
        None => (String::new(), None),
    };
    let page = Page {
        provider: name,
        linked: state.linked.is_some(),
        label,
        since,
        stranger: state.stranger,
    };
    Ok(it
        .views
        .page(&signed.visit, "identity/provider.html", &page)?
        .into_response())
}

pub(super) async fn link(
    signed: Signed,
    State(it): State<Pages>,
    headers: HeaderMap,
    raw: Raw,
) -> Result<Response, Failure> {
    let cookie = match it.proof(&signed.visit, &signed.me, &raw, HERE).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let stranger = sent_cookie(&headers, stranger_cookie(&signed.visit)).unwrap_or_default();
    let flash = match it.identity.link(signed.me.account, &stranger).await {
        Ok(()) => Flash::done("identity.provider.was-linked"),
        Err(Error::NotAwaited) => Flash::warning("fault.identity.not-awaited"),
        Err(Error::LinkedAlready) => Flash::warning("fault.identity.linked-already"),
        Err(other) => return Err(other.into()),
    };
    let over = signed
        .visit
        .own_cookie(stranger_cookie(&signed.visit), "", 0);
    let response = Go::to(HERE).say(&flash).cookie(over).into_response();
    Ok(with_proof(response, cookie.as_deref()))
}

pub(super) async fn unlink(
    signed: Signed,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let cookie = match it.proof(&signed.visit, &signed.me, &raw, HERE).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let flash = match it.identity.unlink(signed.me.account).await {
        Ok(()) => Flash::done("identity.provider.was-unlinked"),
        Err(Error::NoProvider) => Flash::warning("fault.identity.no-provider"),
        Err(Error::NotAwaited) => Flash::warning("fault.identity.not-awaited"),
        Err(other) => return Err(other.into()),
    };
    let response = Go::to(HERE).say(&flash).into_response();
    Ok(with_proof(response, cookie.as_deref()))
}

//! The pages of identity: the way in and out, one's own account, and the
//! accounts and roles of an organisation.

mod access;
mod accounts;
mod entrance;
mod own;
mod rights;
mod start;
mod views;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use web::{Flash, Go, Views, Visit, safe_next};

use crate::{Circles, Entered, Identity, Visitor};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/start/{code}"),
    ("POST", "/start/{code}"),
    ("GET", "/my/password"),
    ("POST", "/my/password"),
    ("GET", "/my/settings"),
    ("POST", "/my/settings/sessions/others/end"),
    ("POST", "/my/settings/sessions/{session}/end"),
    ("POST", "/o/{org}/views"),
    ("POST", "/o/{org}/views/{view}/default"),
    ("POST", "/o/{org}/views/{view}/remove"),
    ("GET", "/o/{org}/settings/accounts"),
    ("POST", "/o/{org}/settings/accounts"),
    ("GET", "/o/{org}/settings/accounts/{account}"),
    ("POST", "/o/{org}/settings/accounts/{account}/slip"),
    ("POST", "/o/{org}/settings/accounts/{account}/reset"),
    ("POST", "/o/{org}/settings/accounts/{account}/block"),
    ("POST", "/o/{org}/settings/accounts/{account}/unblock"),
    ("GET", "/o/{org}/settings/access"),
    ("GET", "/o/{org}/settings/access/{account}"),
    ("POST", "/o/{org}/settings/access/{account}"),
    ("POST", "/o/{org}/settings/access/{account}/{grant}/end"),
    ("GET", "/o/{org}/settings/rights"),
    ("GET", "/o/{org}/settings/rights/history"),
    ("GET", "/o/{org}/settings/rights/{role}"),
    ("POST", "/o/{org}/settings/rights/{role}"),
];

#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) identity: Identity,
    pub(crate) views: Views,
    pub(crate) circles: Arc<dyn Circles>,
}

/// The routes of this domain, ready to be merged by the app. `circles` narrow
/// the list of accounts to a class and are all that a class teacher sees.
pub fn router(identity: Identity, views: Views, circles: Arc<dyn Circles>) -> Router {
    Router::new()
        .route("/login", get(entrance::page).post(entrance::sign_in))
        .route("/logout", post(entrance::sign_out))
        .route("/start/{code}", get(start::page).post(start::choose))
        .route(
            "/my/password",
            get(own::password).post(own::change_password),
        )
        .route("/my/settings", get(own::settings))
        .route("/my/settings/sessions/others/end", post(own::end_others))
        .route("/my/settings/sessions/{session}/end", post(own::end_one))
        .route("/o/{org}/views", post(views::keep))
        .route("/o/{org}/views/{view}/default", post(views::default))
        .route("/o/{org}/views/{view}/remove", post(views::remove))
        .route(
            "/o/{org}/settings/accounts",
            get(accounts::list).post(accounts::bulk),
        )
        .route("/o/{org}/settings/accounts/{account}", get(accounts::card))
        .route(
            "/o/{org}/settings/accounts/{account}/slip",
            post(accounts::slip),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/reset",
            post(accounts::reset),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/block",
            post(accounts::block),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/unblock",
            post(accounts::unblock),
        )
        .route("/o/{org}/settings/access", get(access::list))
        .route(
            "/o/{org}/settings/access/{account}",
            get(access::card).post(access::add),
        )
        .route(
            "/o/{org}/settings/access/{account}/{grant}/end",
            post(access::end),
        )
        .route("/o/{org}/settings/rights", get(rights::sheet))
        .route("/o/{org}/settings/rights/history", get(rights::history))
        .route(
            "/o/{org}/settings/rights/{role}",
            get(rights::role).post(rights::save),
        )
        .with_state(Pages {
            identity,
            views,
            circles,
        })
}

/// Where somebody who is signed in begins: staff in their organisation,
/// families with their day. For the page `/` of the application.
pub fn home(me: &web::Me) -> String {
    let staff =
        |it: &&web::Membership| it.grants.iter().any(|it| crate::session::is_staff(it.role));
    let org = me.memberships.iter().find(staff);
    org.map_or_else(|| "/my/day".to_owned(), |it| format!("/o/{}/", it.code))
}

const YEAR: u64 = 365 * 24 * 3600;

/// The cookie of a device that somebody signed in on. Over TLS the prefix
/// makes browsers refuse it from another host.
fn device_cookie(visit: &Visit) -> &'static str {
    if visit.is_https() {
        "__Host-device"
    } else {
        "device"
    }
}

/// Where the request comes from.
fn visitor(visit: &Visit, headers: &HeaderMap) -> Visitor {
    let name = device_cookie(visit);
    let sent = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|it| it.to_str().ok());
    let device = sent
        .flat_map(cookie::Cookie::split_parse)
        .flatten()
        .find(|it| it.name() == name)
        .map(|it| it.value().to_owned());
    Visitor {
        device: device.filter(|it| !it.is_empty() && it.len() <= 128),
        session: visit.token().map(str::to_owned),
        address: visit.address().map(|it| it.to_string()).unwrap_or_default(),
        agent: visit.user_agent().to_owned(),
    }
}

/// The answer to whoever got in: cookies, and where to go. The `next` of the
/// login page is a path of this site or nothing.
fn welcome(visit: &Visit, entered: &Entered, next: &str, flash: Option<Flash>) -> Response {
    let to = match safe_next(next) {
        _ if entered.must_change => "/my/password",
        "/" => entered.home.as_str(),
        next => next,
    };
    let mut go = Go::to(to)
        .cookie(visit.sign_in_cookie(&entered.token, entered.seconds))
        .cookie(visit.own_cookie(device_cookie(visit), &entered.device, YEAR));
    if let Some(flash) = flash {
        go = go.say(&flash);
    }
    go.into_response()
}

/// What the owner shall see of the sign-in before this one (УПД.8).
fn last_time(visit: &Visit, entered: &Entered) -> Option<Flash> {
    let zone: chrono_tz::Tz = entered.zone.parse().unwrap_or_else(|_| visit.zone());
    let at = entered.last_login_at?.with_timezone(&zone);
    let flash = match entered.failures {
        0 => Flash::done("identity.welcome"),
        _ => Flash::warning("identity.welcome-failures").link("/my/password"),
    };
    let failures = entered.failures.to_string();
    Some(
        flash
            .with("at", &at.format("%d.%m.%Y %H:%M").to_string())
            .with("failures", &failures),
    )
}

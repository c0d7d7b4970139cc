//! The pages of identity: the way in and out, one's own account, and the
//! accounts and roles of an organisation.

mod access;
mod accounts;
mod entrance;
mod factor;
mod handover;
mod issue;
mod looking;
mod own;
mod proof;
mod proposals;
mod provider;
mod qr;
mod rights;
mod rules;
mod security;
mod sessions;
mod start;
mod views;

use std::sync::Arc;

pub use qr::qr;

use axum::{
    Router,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use web::{Flash, Go, Views, Visit, safe_next};

use crate::{Admitted, Circles, Entered, Identity, Visitor};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/code"),
    ("POST", "/login/code"),
    ("GET", "/login/provider"),
    ("GET", "/login/provider/back"),
    ("POST", "/logout"),
    ("GET", "/start/{code}"),
    ("POST", "/start/{code}"),
    ("GET", "/my/password"),
    ("POST", "/my/password"),
    ("GET", "/my/settings"),
    ("POST", "/my/settings/sessions/others/end"),
    ("POST", "/my/settings/sessions/{session}/end"),
    ("GET", "/my/factor"),
    ("POST", "/my/factor/begin"),
    ("POST", "/my/factor/confirm"),
    ("POST", "/my/factor/codes"),
    ("POST", "/my/factor/off"),
    ("GET", "/my/provider"),
    ("POST", "/my/provider/link"),
    ("POST", "/my/provider/end"),
    ("POST", "/my/looking/end"),
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
    ("GET", "/o/{org}/settings/accounts/issue"),
    ("POST", "/o/{org}/settings/accounts/issue"),
    ("GET", "/o/{org}/settings/accounts/sheets/{sheet}"),
    ("GET", "/o/{org}/settings/accounts/handover"),
    ("POST", "/o/{org}/settings/accounts/handover"),
    ("GET", "/o/{org}/settings/accounts/handover/print"),
    ("POST", "/o/{org}/settings/accounts/{account}/handed"),
    ("POST", "/o/{org}/settings/accounts/{account}/look"),
    ("POST", "/o/{org}/settings/accounts/{account}/sessions/end"),
    (
        "POST",
        "/o/{org}/settings/accounts/{account}/sessions/{session}/end",
    ),
    ("POST", "/o/{org}/settings/accounts/{account}/factor/reset"),
    ("GET", "/o/{org}/settings/proposals"),
    ("POST", "/o/{org}/settings/proposals/{proposal}/approve"),
    ("POST", "/o/{org}/settings/proposals/{proposal}/refuse"),
    ("GET", "/o/{org}/settings/security"),
    ("GET", "/o/{org}/settings/factor"),
    ("POST", "/o/{org}/settings/factor"),
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
    pub(crate) jobs: work::Jobs,
}

/// The routes of this domain, ready to be merged by the app. `circles` narrow
/// the list of accounts to a class and are all that a class teacher sees.
pub fn router(
    identity: Identity,
    views: Views,
    circles: Arc<dyn Circles>,
    jobs: work::Jobs,
) -> Router {
    Router::new()
        .route("/login", get(entrance::page).post(entrance::sign_in))
        .route(
            "/login/code",
            get(entrance::code_page).post(entrance::complete),
        )
        .route("/logout", post(entrance::sign_out))
        .merge(own_routes())
        .merge(member_routes())
        .route("/start/{code}", get(start::page).post(start::choose))
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
            jobs,
        })
}

/// One's own account.
fn own_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/my/password",
            get(own::password).post(own::change_password),
        )
        .route("/my/settings", get(own::settings))
        .route("/my/settings/sessions/others/end", post(own::end_others))
        .route("/my/settings/sessions/{session}/end", post(own::end_one))
        .route("/my/factor", get(factor::page))
        .route("/my/factor/begin", post(factor::begin))
        .route("/my/factor/confirm", post(factor::confirm))
        .route("/my/factor/codes", post(factor::codes))
        .route("/my/factor/off", post(factor::off))
        .route("/login/provider", get(provider::depart))
        .route("/login/provider/back", get(provider::arrive))
        .route("/my/provider", get(provider::page))
        .route("/my/provider/link", post(provider::link))
        .route("/my/provider/end", post(provider::unlink))
        .route("/my/looking/end", post(looking::end))
}

/// What an administrator does about the account of a member.
fn member_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/o/{org}/settings/accounts/issue",
            get(issue::page).post(issue::start),
        )
        .route(
            "/o/{org}/settings/accounts/sheets/{sheet}",
            get(issue::sheet),
        )
        .route(
            "/o/{org}/settings/accounts/handover",
            get(handover::list).post(handover::bulk),
        )
        .route(
            "/o/{org}/settings/accounts/handover/print",
            get(handover::print),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/handed",
            post(handover::one),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/look",
            post(looking::begin),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/sessions/end",
            post(sessions::end_all),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/sessions/{session}/end",
            post(sessions::end_one),
        )
        .route(
            "/o/{org}/settings/accounts/{account}/factor/reset",
            post(proposals::reset_factor),
        )
        .route("/o/{org}/settings/proposals", get(proposals::page))
        .route(
            "/o/{org}/settings/proposals/{proposal}/approve",
            post(proposals::approve),
        )
        .route(
            "/o/{org}/settings/proposals/{proposal}/refuse",
            post(proposals::refuse),
        )
        .route("/o/{org}/settings/security", get(security::page))
        .route(
            "/o/{org}/settings/factor",
            get(rules::page).post(rules::save),
        )
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

/// The cookie between the password and the code.
fn half_cookie(visit: &Visit) -> &'static str {
    if visit.is_https() {
        "__Host-half"
    } else {
        "half"
    }
}

/// A cookie of this domain as it was sent.
fn sent_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|it| it.to_str().ok());
    let found = sent
        .flat_map(cookie::Cookie::split_parse)
        .flatten()
        .find(|it| it.name() == name)
        .map(|it| it.value().to_owned());
    found.filter(|it| !it.is_empty() && it.len() <= 128)
}

/// Where the request comes from.
fn visitor(visit: &Visit, headers: &HeaderMap) -> Visitor {
    Visitor {
        device: sent_cookie(headers, device_cookie(visit)),
        session: visit.token().map(str::to_owned),
        address: visit.address().map(|it| it.to_string()).unwrap_or_default(),
        agent: visit.user_agent().to_owned(),
    }
}

/// The answer to whoever proved who they are: in, or on to the code.
fn admitted(visit: &Visit, it: &Admitted, next: &str, flash: Option<Flash>) -> Response {
    match it {
        Admitted::In(entered) => welcome(visit, entered, next, flash),
        Admitted::Half(half) => {
            let to = match safe_next(next) {
                "/" => "/login/code".to_owned(),
                next => format!("/login/code?next={}", web::form::encode(next)),
            };
            let cookie = visit.own_cookie(half_cookie(visit), &half.token, half.seconds);
            Go::to(to).cookie(cookie).into_response()
        }
    }
}

/// The answer to whoever got in: cookies, and where to go. The `next` of the
/// login page is a path of this site or nothing.
fn welcome(visit: &Visit, entered: &Entered, next: &str, flash: Option<Flash>) -> Response {
    let to = match safe_next(next) {
        _ if entered.must_change => "/my/password",
        _ if entered.must_enrol => "/my/factor",
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
    if let Some(day) = entered.enrol_by.filter(|_| !entered.must_enrol) {
        let day = day.with_timezone(&zone).format("%d.%m.%Y").to_string();
        let flash = Flash::warning("identity.factor.due").link("/my/factor");
        return Some(flash.with("day", &day));
    }
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

//! `/demo/mail`: «Почта демонстрации». Mounted in a demonstration only.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use web::{Failure, Missing, Path, Query, Views, Visit};

use super::{Mailbox, Received};

/// The routes of the mailbox; in production nobody has them.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/demo/mail"),
    ("GET", "/demo/mail/{letter}"),
    ("GET", "/demo/mail/{letter}/html"),
];

/// So many letters are listed.
const SHOWN: usize = 200;

/// What a letter of HTML may do in its frame: look as it is written.
const LETTER_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; \
    default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'";

#[derive(Clone)]
struct Pages {
    mailbox: Mailbox,
    views: Views,
}

/// The pages of the mailbox.
pub fn router(mailbox: Mailbox, views: Views) -> Router {
    Router::new()
        .route("/demo/mail", get(list))
        .route("/demo/mail/{letter}", get(show))
        .route("/demo/mail/{letter}/html", get(html))
        .with_state(Pages { mailbox, views })
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    to: String,
}

#[derive(Serialize)]
struct ListPage {
    to: String,
    letters: Vec<Line>,
    more: usize,
}

#[derive(Serialize)]
struct Line {
    href: String,
    to_name: String,
    to_address: String,
    subject: String,
    sent_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct LetterPage {
    subject: String,
    from: String,
    to_name: String,
    to_address: String,
    sent_at: Option<DateTime<Utc>>,
    message_id: String,
    text: String,
    html: String,
}

async fn list(
    visit: Visit,
    State(it): State<Pages>,
    Query(search): Query<Search>,
) -> Result<Response, Failure> {
    let found = it.mailbox.find(&search.to);
    let page = ListPage {
        more: found.len().saturating_sub(SHOWN),
        letters: found.iter().take(SHOWN).map(|it| line(it)).collect(),
        to: search.to,
    };
    Ok(it
        .views
        .page(&visit, "messaging/mailbox.html", &page)?
        .into_response())
}

async fn show(
    visit: Visit,
    State(it): State<Pages>,
    Path(letter): Path<u64>,
) -> Result<Response, Failure> {
    let letter = it.mailbox.letter(letter).ok_or(Missing)?;
    let page = LetterPage {
        subject: letter.subject.clone(),
        from: letter.from.clone(),
        to_name: letter.to_name.clone(),
        to_address: letter.to_address.clone(),
        sent_at: letter.sent_at,
        message_id: letter.message_id.clone(),
        text: letter.text.clone(),
        html: format!("/demo/mail/{}/html", letter.number),
    };
    let html = it
        .views
        .page(&visit, "messaging/mailbox_letter.html", &page)?;
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{}' 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        visit.nonce()
    );
    Ok(with_policy(html.into_response(), &policy))
}

/// The letter's own HTML, for the frame of its page: without scripts, without
/// anything from elsewhere.
async fn html(State(it): State<Pages>, Path(letter): Path<u64>) -> Result<Response, Failure> {
    let letter = it.mailbox.letter(letter).ok_or(Missing)?;
    let mut response = with_policy(Html(letter.html.clone()).into_response(), LETTER_POLICY);
    response.headers_mut().insert(
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    );
    Ok(response)
}

fn with_policy(mut response: Response, policy: &str) -> Response {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn line(it: &Received) -> Line {
    Line {
        href: format!("/demo/mail/{}", it.number),
        to_name: it.to_name.clone(),
        to_address: it.to_address.clone(),
        subject: it.subject.clone(),
        sent_at: it.sent_at,
    }
}

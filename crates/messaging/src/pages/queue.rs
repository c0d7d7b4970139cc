//! `/o/{org}/settings/mail`: how the post of the organisation stands.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, Go, Member};

use super::Pages;
use crate::{LetterId, PostState, trouble::trouble};

#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(super) struct Again {
    /// None: all of them.
    #[serde(default)]
    letter: Option<i64>,
}

#[derive(Serialize)]
struct Page {
    action: String,
    connected: bool,
    waiting: i64,
    due: i64,
    oldest: Option<DateTime<Utc>>,
    error: Option<String>,
    /// The code of the advice about the error.
    trouble: Option<&'static str>,
    sent: i64,
    failed: i64,
    letters: Vec<Line>,
    people: Vec<Person>,
    may_retry: bool,
}

#[derive(Serialize)]
struct Line {
    id: i64,
    name: String,
    address: String,
    kind: String,
    state: &'static str,
    attempts: i32,
    doubtful: i32,
    written_at: DateTime<Utc>,
    error: String,
    trouble: Option<&'static str>,
}

#[derive(Serialize)]
struct Person {
    name: String,
    kind: String,
    letters: i32,
    last_at: DateTime<Utc>,
    href: String,
}

pub(super) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let state = it.post.state(&member.actor).await?;
    let page = page(&member, state);
    Ok(it
        .views
        .page(&member.visit, "messaging/queue.html", &page)?
        .into_response())
}

pub(super) async fn retry(
    member: Member,
    State(it): State<Pages>,
    form: Checked<Again>,
) -> Result<Response, Failure> {
    let only = form.value.and_then(|it| it.letter).map(LetterId::from);
    let count = it.post.retry(&member.actor, only).await?;
    let flash = Flash::done("messaging.queue.retried").with("count", &count);
    Ok(Go::to(member.path("/settings/mail"))
        .say(&flash)
        .into_response())
}

fn page(member: &Member, it: PostState) -> Page {
    let letters = it.letters.into_iter().map(|it| Line {
        id: it.id.get(),
        name: it.to_name,
        address: it.address,
        kind: it.kind,
        state: it.state.code(),
        attempts: it.attempts,
        doubtful: it.doubtful,
        written_at: it.written_at,
        trouble: trouble(&it.error),
        error: it.error,
    });
    let people = it.unreachable.into_iter().map(|it| Person {
        href: member.path(&format!("/search?q={}", encoded(&it.name))),
        name: it.name,
        kind: it.kind,
        letters: it.letters,
        last_at: it.last_at,
    });
    Page {
        action: member.path("/settings/mail"),
        connected: it.connected,
        waiting: it.waiting,
        due: it.due,
        oldest: it.oldest,
        trouble: it.error.as_deref().and_then(trouble),
        error: it.error,
        sent: it.sent,
        failed: it.failed,
        letters: letters.collect(),
        people: people.collect(),
        may_retry: it.may_retry,
    }
}

/// A name as a part of a query.
fn encoded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join("+")
}

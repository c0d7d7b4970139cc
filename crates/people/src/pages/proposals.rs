//! What families propose, for the class teacher and the office.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{Fault, Kind};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::{Pages, card_path};
use crate::{Decision, Error, Proposal, ProposalId, ProposalState};

#[derive(Serialize)]
struct ProposalsPage {
    path: String,
    open: Vec<ProposalView>,
    decided: Vec<ProposalView>,
    /// `id:version` of every open proposal that nothing stands against.
    clear: Vec<String>,
}

/// A proposal as a page shows it.
#[derive(Serialize)]
pub(super) struct ProposalView {
    id: ProposalId,
    /// `id:version`, as the button of accepting sends it.
    key: String,
    name: String,
    kind: &'static str,
    /// The card; none for the family, which sees its own page.
    href: Option<String>,
    author: String,
    created_at: DateTime<Utc>,
    state: &'static str,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    reason: String,
    document: String,
    is_stale: bool,
    changes: Vec<ChangeView>,
}

#[derive(Serialize)]
struct ChangeView {
    field: String,
    old: String,
    new: String,
    /// What somebody else wrote meanwhile.
    now: Option<String>,
}

impl ProposalView {
    pub(super) fn of(it: &Proposal, href: Option<String>) -> Self {
        let is_stale = it.is_stale();
        let change = |change: &crate::ProposedChange| {
            let now = it.now(&change.field);
            let is_other = is_stale && now != change.old && now != change.new;
            ChangeView {
                old: shown(&change.field, &change.old),
                new: shown(&change.field, &change.new),
                now: is_other.then(|| shown(&change.field, &now)),
                field: change.field.clone(),
            }
        };
        Self {
            id: it.id,
            key: format!("{}:{}", it.id, it.version),
            name: it.subject_name.clone(),
            kind: it.kind.plural(),
            href,
            author: it.author.clone(),
            created_at: it.created_at,
            state: it.state.code(),
            decided_by: it.decided_by.clone(),
            decided_at: it.decided_at,
            reason: it.reason.clone(),
            document: it.document.clone(),
            is_stale,
            changes: it.changes.iter().map(change).collect(),
        }
    }
}

fn shown(field: &str, value: &str) -> String {
    match field {
        "phone" | "mobile" | "work_phone" if !value.is_empty() => {
            kernel::checked::Phone::show_stored(value)
        }
        _ => value.to_owned(),
    }
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let found = it.people.proposals(&member.actor).await?;
    let view = |it: &Proposal| {
        let href = card_path(&member, it.kind, it.subject);
        ProposalView::of(it, Some(href))
    };
    let (open, decided): (Vec<&Proposal>, Vec<&Proposal>) =
        found.iter().partition(|it| it.state == ProposalState::Open);
    let open: Vec<ProposalView> = open.into_iter().map(view).collect();
    let page = ProposalsPage {
        path: member.path("/people/proposals"),
        clear: open
            .iter()
            .filter(|it| !it.is_stale)
            .map(|it| it.key.clone())
            .collect(),
        open,
        decided: decided.into_iter().take(30).map(view).collect(),
    };
    Ok(it
        .views
        .page(&member.visit, "people/proposals.html", &page)?
        .into_response())
}

/// Accepts one proposal, or all that are named: `id:version` each.
pub(super) async fn accept(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Go, Failure> {
    it.people.must_decide(&member.actor)?;
    let keys: Vec<(ProposalId, i32)> = raw
        .all("keys")
        .filter_map(|it| {
            let (id, seen) = it.split_once(':')?;
            Some((id.parse().ok()?, seen.parse().ok()?))
        })
        .collect();
    let many = keys.len() > 1;
    let mut seen_since = std::collections::HashMap::new();
    let mut refused = None;
    for (id, seen) in keys {
        // Two proposals about one card: the first moves its version on.
        let found = it
            .people
            .accept_next(&member.actor, id, seen, &mut seen_since)
            .await;
        match found {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), Kind::Conflict | Kind::Invalid) => {
                refused = Some(error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let flash = match refused {
        None if many => Flash::done("people.flash.proposals-accepted"),
        None => Flash::done("people.flash.proposal-accepted"),
        Some(Error::Fields(_)) => Flash::warning("people.flash.proposal-wrong"),
        Some(error) => Flash::warning(format!("fault.{}", error.code())),
    };
    Ok(back(&member).say(&flash))
}

pub(super) async fn refuse(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ProposalId)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let reason = raw.get("reason").unwrap_or_default().to_owned();
    let done = it
        .people
        .decide_proposal(&member.actor, id, Decision::Refuse { reason })
        .await;
    let flash = match done {
        Ok(_) => Flash::done("people.flash.proposal-refused"),
        Err(Error::Fields(_)) => Flash::warning("fault.people.no-reason"),
        Err(error) if error.kind() == Kind::Conflict => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(back(&member).say(&flash))
}

fn back(member: &Member) -> Go {
    Go::to(member.path("/people/proposals"))
}

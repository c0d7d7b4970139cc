//! `/o/{org}/settings/proposals`: what waits for a second administrator.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::Right;
use serde::{Deserialize, Serialize};
use web::{Failure, Flash, Go, Member as Who, Path, form::Raw};

use super::{
    Pages,
    accounts::Address,
    proof::{Proof, with_proof},
};
use crate::{Error, Proposal, ProposalId, ProposalState, Proposed};

#[derive(Deserialize)]
pub(super) struct ProposalAddress {
    proposal: ProposalId,
}

#[derive(Serialize)]
struct Page {
    waiting: Vec<ProposalView>,
    decided: Vec<ProposalView>,
    back: String,
}

#[derive(Serialize)]
struct ProposalView {
    org: String,
    kind: &'static str,
    role: &'static str,
    name: String,
    login: String,
    reason: String,
    by: String,
    at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    /// Proposed by whoever looks.
    own: bool,
    /// `approved`, `refused` or `expired`.
    outcome: &'static str,
    decided_by: String,
    decided_at: Option<DateTime<Utc>>,
    base: String,
}

pub(super) async fn page(who: Who, State(it): State<Pages>) -> Result<Response, Failure> {
    let all = it.identity.proposals(&who.actor).await?;
    let (waiting, decided): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|it| view(&who, it))
        .partition(|it| it.until.is_some());
    let page = Page {
        waiting,
        decided,
        back: who.path("/settings/accounts"),
    };
    Ok(it
        .views
        .page(&who.visit, "identity/proposals.html", &page)?
        .into_response())
}

fn view(who: &Who, it: Proposal) -> ProposalView {
    let (kind, role) = it.proposed.columns();
    let mut view = ProposalView {
        org: it.org,
        kind,
        role,
        name: it.name,
        login: it.login,
        reason: it.reason,
        by: it.by,
        at: it.at,
        until: None,
        own: false,
        outcome: "expired",
        decided_by: String::new(),
        decided_at: None,
        base: who.path(&format!("/settings/proposals/{}", it.id)),
    };
    match it.state {
        ProposalState::Waits { until, own } => {
            view.until = Some(until);
            view.own = own;
        }
        ProposalState::Expired => {}
        ProposalState::Decided { approved, by, at } => {
            view.outcome = if approved { "approved" } else { "refused" };
            view.decided_by = by;
            view.decided_at = Some(at);
        }
    }
    view
}

pub(super) async fn approve(
    who: Who,
    State(it): State<Pages>,
    Path(ProposalAddress { proposal }): Path<ProposalAddress>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::AccountEdit)?;
    let back = who.path("/settings/proposals");
    let cookie = match it.proof(&who.visit, &who.me, &raw, &back).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let response = it.decided(&who, proposal, true).await?;
    Ok(with_proof(response, cookie.as_deref()))
}

pub(super) async fn refuse(
    who: Who,
    State(it): State<Pages>,
    Path(ProposalAddress { proposal }): Path<ProposalAddress>,
) -> Result<Response, Failure> {
    it.decided(&who, proposal, false).await
}

/// The lost second factor of a member: taken away, or proposed to be.
pub(super) async fn reset_factor(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::AccountEdit)?;
    let back = who.path(&format!("/settings/accounts/{account}"));
    let cookie = match it.proof(&who.visit, &who.me, &raw, &back).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let reason = raw.get("reason").unwrap_or_default();
    let flash = match it.identity.reset_factor(&who.actor, account, reason).await {
        Ok(true) => {
            Flash::warning("identity.proposals.proposed").link(&who.path("/settings/proposals"))
        }
        Ok(false) => Flash::done("identity.factor.was-reset"),
        Err(Error::NoReason) => Flash::warning("fault.identity.no-reason"),
        Err(Error::NoFactor) => Flash::warning("fault.identity.no-factor"),
        Err(Error::NotOneself) => Flash::warning("fault.identity.not-oneself"),
        Err(Error::MemberElsewhere) => Flash::warning("fault.identity.member-elsewhere"),
        Err(Error::ProposedAlready) => Flash::warning("fault.identity.proposed-already"),
        Err(other) => return Err(other.into()),
    };
    Ok(with_proof(
        Go::to(back).say(&flash).into_response(),
        cookie.as_deref(),
    ))
}

impl Pages {
    async fn decided(&self, who: &Who, id: ProposalId, approve: bool) -> Result<Response, Failure> {
        let flash = match self.identity.decide(&who.actor, id, approve).await {
            Ok(()) if approve => Flash::done("identity.proposals.was-approved"),
            Ok(()) => Flash::done("identity.proposals.was-refused"),
            Err(Error::OwnProposal) => Flash::warning("fault.identity.own-proposal"),
            Err(Error::GrantedAlready) => Flash::warning("fault.identity.granted-already"),
            Err(other) => return Err(other.into()),
        };
        Ok(Go::to(who.path("/settings/proposals"))
            .say(&flash)
            .into_response())
    }

    /// Proposes a role that one administrator alone does not give.
    pub(super) async fn propose_grant(
        &self,
        who: &Who,
        account: kernel::AccountId,
        role: kernel::Role,
        reason: &str,
    ) -> Result<(), Error> {
        self.identity
            .propose(&who.actor, account, Proposed::Grant(role), reason)
            .await
            .map(|_| ())
    }
}

//! The rule of two: what opens everything is proposed by one administrator
//! and decided by another; where a school has only one, by those above it.

use chrono::{DateTime, Utc};
use db::{Tx, audit, outbox};
use kernel::{AccountId, Actor, Grant, OrgId, Right, Role, Scope};
use serde_json::json;

use super::Identity;
use crate::{
    Error, grant,
    proposal::{ProposalId, Proposed, WAITS, needs_two},
    store::{self, proposal::Row},
};

/// A proposal and how it ended.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub id: ProposalId,
    /// Of an organisation below; empty for the own one.
    pub org: String,
    pub proposed: Proposed,
    pub name: String,
    pub login: String,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub state: ProposalState,
}

/// How far a proposal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalState {
    Waits {
        until: DateTime<Utc>,
        own: bool,
    },
    Expired,
    Decided {
        approved: bool,
        by: String,
        at: DateTime<Utc>,
    },
}

impl Identity {
    /// Proposes something that one administrator alone may not do.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`], [`Error::NoReason`], [`Error::ProposedAlready`].
    #[tracing::instrument(name = "identity.propose", skip_all)]
    pub async fn propose(
        &self,
        actor: &Actor,
        account: AccountId,
        proposed: Proposed,
        reason: &str,
    ) -> Result<ProposalId, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let id = self.add(&mut tx, actor, account, proposed, reason).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn add(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        account: AccountId,
        proposed: Proposed,
        reason: &str,
    ) -> Result<ProposalId, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        if store::member::named(tx, account.get()).await?.is_none() {
            return Err(Error::NoSuchMember);
        }
        let until = tx.now() + WAITS;
        let id = store::proposal::add(
            tx,
            actor.org,
            account,
            proposed,
            reason,
            actor.account,
            until,
        )
        .await?;
        let (kind, role) = proposed.columns();
        let details = json!({ "kind": kind, "role": role, "reason": reason });
        let object = format!("identity.account:{account}");
        audit::record(tx, "identity.proposed", &object, &details).await?;
        Ok(id.into())
    }

    /// Takes away the second factor that a member lost. That of an
    /// administrator is only proposed; true where it waits.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`], [`Error::NoReason`], [`Error::NotOneself`],
    /// [`Error::MemberElsewhere`], [`Error::NoFactor`].
    #[tracing::instrument(name = "identity.reset_factor", skip_all)]
    pub async fn reset_factor(
        &self,
        actor: &Actor,
        account: AccountId,
        reason: &str,
    ) -> Result<bool, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        if account == actor.account {
            return Err(Error::NotOneself);
        }
        let mut tx = self.db.begin(actor).await?;
        let member = store::member::locked(&mut tx, &[account.get()]).await?;
        let member = member.first().ok_or(Error::NoSuchMember)?;
        if member.elsewhere {
            return Err(Error::MemberElsewhere);
        }
        if !store::factor::holders(&mut tx).await?.contains(&account) {
            return Err(Error::NoFactor);
        }
        let grants = store::grant::in_force(&mut tx, Some(account.get())).await?;
        let of_admin = grants
            .iter()
            .filter_map(|it| Role::from_code(&it.role))
            .any(needs_two);
        if of_admin {
            self.add(&mut tx, actor, account, Proposed::ResetFactor, reason)
                .await?;
        } else {
            if reason.trim().is_empty() {
                return Err(Error::NoReason);
            }
            forget_factor(&mut tx, account, reason.trim()).await?;
        }
        tx.commit().await?;
        Ok(of_admin)
    }

    /// The proposals of the organisation, and those below that wait for it.
    pub async fn proposals(&self, actor: &Actor) -> Result<Vec<Proposal>, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let mut rows = store::proposal::below(&mut tx).await?;
        rows.extend(store::proposal::own(&mut tx).await?);
        let now = tx.now();
        tx.commit().await?;
        let proposal = |it: Row| proposal(it, actor.account, now);
        Ok(rows.into_iter().filter_map(proposal).collect())
    }

    /// Approves a proposal, which takes effect at once, or refuses it.
    ///
    /// # Errors
    /// [`Error::NoSuchProposal`], also where its time is over or it is not the
    /// actor's to decide; [`Error::OwnProposal`]; [`Error::GrantedAlready`].
    #[tracing::instrument(name = "identity.decide", skip_all)]
    pub async fn decide(&self, actor: &Actor, id: ProposalId, approve: bool) -> Result<(), Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        if store::proposal::waiting(&mut tx, id.get()).await?.is_some() {
            carry_out(&mut tx, actor.org, actor, id, approve).await?;
            tx.commit().await?;
            return Ok(());
        }
        let below = store::proposal::org_below(&mut tx, id.get()).await?;
        let org = below.ok_or(Error::NoSuchProposal)?;
        let object = format!("identity.proposal:{id}");
        let details = json!({ "approved": approve, "org": org });
        audit::record(&mut tx, "identity.decided-below", &object, &details).await?;
        tx.commit().await?;
        let mut tx = self.db.begin_system(org).await?;
        carry_out(&mut tx, org, actor, id, approve).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn carry_out(
    tx: &mut Tx,
    org: OrgId,
    actor: &Actor,
    id: ProposalId,
    approve: bool,
) -> Result<(), Error> {
    let it = store::proposal::waiting(tx, id.get())
        .await?
        .ok_or(Error::NoSuchProposal)?;
    it.check(actor.account, approve, tx.now())?;
    store::proposal::decide(tx, id.get(), actor.account, approve).await?;
    let (kind, role) = it.proposed.columns();
    let details = json!({ "kind": kind, "role": role, "approved": approve, "by": actor.account });
    let object = format!("identity.account:{}", it.account);
    audit::record(tx, "identity.decided", &object, &details).await?;
    if !approve {
        return Ok(());
    }
    match it.proposed {
        Proposed::Grant(role) => give(tx, org, it.account, role).await,
        Proposed::ResetFactor => forget_factor(tx, it.account, "").await,
    }
}

async fn give(tx: &mut Tx, org: OrgId, account: AccountId, role: Role) -> Result<(), Error> {
    let wish = Grant {
        role,
        scope: Scope::Org,
    };
    grant::check_scope(wish)?;
    if store::grant::add(tx, org.get(), &[(account, wish)]).await? == 0 {
        return Err(Error::GrantedAlready);
    }
    let object = format!("identity.account:{account}");
    audit::record(tx, "identity.granted", &object, &json!({ "grant": wish })).await?;
    Ok(())
}

/// Takes the factor away, ends the sessions, and has the owner told.
async fn forget_factor(tx: &mut Tx, account: AccountId, reason: &str) -> Result<(), Error> {
    if !store::factor::forget(tx, account).await? {
        return Err(Error::NoFactor);
    }
    let object = format!("identity.account:{account}");
    let details = json!({ "reason": reason });
    audit::record(tx, "identity.factor-reset", &object, &details).await?;
    let person = store::member::person(tx, account).await?;
    let key = format!("{account} {}", tx.now().timestamp_millis());
    let payload = json!({ "account": account, "person": person });
    outbox::emit(tx, "identity.factor-reset", &key, &payload).await?;
    Ok(())
}

fn proposal(it: Row, me: AccountId, now: DateTime<Utc>) -> Option<Proposal> {
    let state = match (it.approved, it.decided_at) {
        (Some(approved), Some(at)) => ProposalState::Decided {
            approved,
            by: it.decided_by_name,
            at,
        },
        _ if it.expires_at <= now => ProposalState::Expired,
        _ => ProposalState::Waits {
            until: it.expires_at,
            own: it.proposed_by == me.get(),
        },
    };
    Some(Proposal {
        id: it.proposal_id.into(),
        org: it.org_name,
        proposed: Proposed::of_columns(&it.kind, &it.role)?,
        name: it.name,
        login: it.login,
        reason: it.reason,
        by: it.proposed_by_name,
        at: it.proposed_at,
        state,
    })
}

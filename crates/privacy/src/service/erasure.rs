//! «Уничтожение данных»: proposed by one, carried out by another.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use db::{Tx, audit};
use kernel::{Actor, OrgId, PersonId, Right};
use people::Card;
use serde_json::json;

use super::{
    Privacy,
    case::{role_of, rule_of, signers},
};
use crate::{
    Act, Decision, Erasure, ErasureId, ErasureSheet, Error, Ground, Hold, Kind, Outcome, Rule,
    store::{self, ErasureRow, NewErasure},
};

/// A proposal waits for so long.
const WAITS: Duration = Duration::days(7);
/// So many proposals and acts are listed.
const MOST: i64 = 200;

impl Privacy {
    /// What of the person is kept until when, and what may be destroyed now.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`], also for another organisation's.
    #[tracing::instrument(name = "privacy.erasure", skip_all, fields(person.id = %person))]
    pub async fn erasure_sheet(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<ErasureSheet, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let case = self.case(&mut tx, (person, actor.person)).await?;
        let now = tx.now();
        tx.commit().await?;
        let holds = case.book.holds.iter().map(|it| Hold {
            reason: it.reason.clone(),
            by: case.name_of(Some(it.set_by)),
            at: it.set_at,
            lifted_by: case.name_of(it.lifted_by),
            lifted_at: it.lifted_at,
            lift_reason: it.lift_reason.clone(),
        });
        let erasures: Vec<Erasure> = case
            .book
            .erasures
            .iter()
            .map(|it| erasure(it, &case.names, actor.person, now))
            .collect();
        let waits = erasures.iter().any(|it| it.outcome == Outcome::Waits);
        Ok(ErasureSheet {
            person,
            name: case.card.full(),
            holds: holds.collect(),
            may_propose: case.due().is_ok() && !waits,
            erasures,
            backups: rule_of(&case.rules, Kind::Backup),
            plan: case.plan,
        })
    }

    /// Proposes to destroy what is over.
    ///
    /// # Errors
    /// [`Error::NoReason`] where the ground is not the term alone,
    /// [`Error::Held`], [`Error::NothingDue`], [`Error::ProposedAlready`].
    #[tracing::instrument(name = "privacy.propose_erasure", skip_all, fields(person.id = %person))]
    pub async fn propose_erasure(
        &self,
        actor: &Actor,
        person: PersonId,
        ground: Ground,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = reason.trim();
        let mut tx = self.db.begin(actor).await?;
        let case = self.case(&mut tx, (person, actor.person)).await?;
        if reason.is_empty() && ground != Ground::Term {
            return Err(Error::NoReason);
        }
        case.due()?;
        let until = tx.now() + WAITS;
        let subject = case.card.full();
        let new = NewErasure {
            person,
            subject: &subject,
            ground,
            reason,
            by: actor.person,
            role: role_of(actor),
            until,
        };
        let id = store::propose(&mut tx, &new).await?;
        let details = json!({ "erasure": id, "ground": ground });
        let object = format!("people.person:{person}");
        audit::record(&mut tx, "privacy.erasure-proposed", &object, &details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses a proposal, or destroys and writes the act.
    ///
    /// # Errors
    /// [`Error::NoSuchErasure`], also where its time is over;
    /// [`Error::OwnProposal`], [`Error::Held`], [`Error::NothingDue`].
    #[tracing::instrument(name = "privacy.decide_erasure", skip_all, fields(erasure.id = %id))]
    pub async fn decide_erasure(
        &self,
        actor: &Actor,
        id: ErasureId,
        decision: Decision,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        if !store::lock(&mut tx, id).await? {
            return Err(Error::NoSuchErasure);
        }
        let found = store::erasure(&mut tx, id).await?;
        let proposed = found.ok_or(Error::NoSuchErasure)?;
        if proposed.expires_at <= tx.now() {
            return Err(Error::NoSuchErasure);
        }
        let object = format!("people.person:{}", proposed.person_id);
        if decision == Decision::Refuse {
            store::decide(&mut tx, id, actor.person, None).await?;
            let details = json!({ "erasure": id });
            audit::record(&mut tx, "privacy.erasure-refused", &object, &details).await?;
            tx.commit().await?;
            return Ok(());
        }
        if actor.person == proposed.proposed_by {
            return Err(Error::OwnProposal);
        }
        let case = self
            .case(&mut tx, (proposed.person_id, actor.person))
            .await?;
        let due = case.due()?;
        let (destroyed, accounts) = self.destroy(&mut tx, &case, &due).await?;
        let act = self.act(
            &case,
            &proposed,
            actor,
            &due,
            (&destroyed, accounts),
            tx.now(),
        );
        let written =
            serde_json::to_value(&act).map_err(|_| db::Error::corrupt("privacy", "act"))?;
        store::decide(&mut tx, id, actor.person, Some(&written)).await?;
        let details = json!({
            "erasure": id, "proposed_by": proposed.proposed_by, "ground": proposed.ground,
            "parts": act.parts, "history": act.history, "files": act.files,
        });
        audit::record(&mut tx, "privacy.erased", &object, &details).await?;
        tx.commit().await?;
        // Once nothing refers to them any more; what is left is of no use to anybody.
        self.asked.files.forget(&destroyed.files).await?;
        Ok(())
    }

    /// Removes the acts of an organisation whose own time is over; how many.
    pub async fn forget_acts(&self, org: OrgId) -> Result<u64, Error> {
        let mut tx = self.db.begin_system(org).await?;
        let line = self.asked.orgs.line(&mut tx).await?;
        let orgs: Vec<OrgId> = line.iter().map(|it| it.id).collect();
        let book = store::book(&mut tx, &orgs, None).await?;
        let rule = rule_of(&super::terms::in_force(book.terms), Kind::Act);
        let today = tx.now().date_naive();
        let gone = match oldest_kept(&rule, today) {
            Some(before) => store::forget_acts(&mut tx, before).await?,
            None => 0,
        };
        tx.commit().await?;
        Ok(gone)
    }

    /// Forbids to destroy anything of the person.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::NoSuchPerson`], [`Error::Held`].
    #[tracing::instrument(name = "privacy.hold", skip_all, fields(person.id = %person))]
    pub async fn hold(&self, actor: &Actor, person: PersonId, reason: &str) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = given(reason)?;
        let mut tx = self.db.begin(actor).await?;
        self.known(&mut tx, person).await?;
        store::hold(&mut tx, person, reason, actor.person).await?;
        let object = format!("people.person:{person}");
        let details = json!({ "reason": reason });
        audit::record(&mut tx, "privacy.hold-set", &object, &details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lifts what forbids; nothing where nothing does.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::NoSuchPerson`].
    #[tracing::instrument(name = "privacy.lift", skip_all, fields(person.id = %person))]
    pub async fn lift(&self, actor: &Actor, person: PersonId, reason: &str) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = given(reason)?;
        let mut tx = self.db.begin(actor).await?;
        self.known(&mut tx, person).await?;
        if store::lift(&mut tx, person, reason, actor.person).await? {
            let object = format!("people.person:{person}");
            let details = json!({ "reason": reason });
            audit::record(&mut tx, "privacy.hold-lifted", &object, &details).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The newest proposals and acts of the organisation.
    pub async fn erasures(&self, actor: &Actor) -> Result<Vec<Erasure>, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let rows = store::erasures(&mut tx, MOST).await?;
        let signers = rows.iter().flat_map(signers).collect::<Vec<_>>();
        let names = self.asked.people.cards(&mut tx, &signers).await?;
        let now = tx.now();
        tx.commit().await?;
        Ok(rows
            .iter()
            .map(|it| erasure(it, &names, actor.person, now))
            .collect())
    }

    /// One act; opening it goes on record.
    ///
    /// # Errors
    /// [`Error::NoSuchErasure`], also where nothing was destroyed yet.
    pub async fn act_of(&self, actor: &Actor, id: ErasureId) -> Result<Act, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let row = store::erasure(&mut tx, id).await?;
        let row = row.ok_or(Error::NoSuchErasure)?;
        let act = act_in(&row).ok_or(Error::NoSuchErasure)?;
        let object = format!("people.person:{}", row.person_id);
        let details = json!({ "erasure": id });
        audit::record(&mut tx, "privacy.act-opened", &object, &details).await?;
        tx.commit().await?;
        Ok(act)
    }

    async fn known(&self, tx: &mut Tx, person: PersonId) -> Result<Card, Error> {
        let cards = self.asked.people.cards(tx, &[person]).await?;
        cards.into_iter().next().ok_or(Error::NoSuchPerson)
    }
}

fn given(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::NoReason);
    }
    Ok(reason)
}

/// Acts from before that moment are over.
fn oldest_kept(rule: &Rule, today: NaiveDate) -> Option<DateTime<Utc>> {
    // The rule counts forward: as long as it takes from today.
    let length = rule.over_on(today)? - today;
    Some((today - length).and_time(NaiveTime::MIN).and_utc())
}

fn act_in(it: &ErasureRow) -> Option<Act> {
    serde_json::from_value(it.act.clone()?).ok()
}

fn erasure(it: &ErasureRow, names: &[Card], me: PersonId, now: DateTime<Utc>) -> Erasure {
    let name = |person: PersonId| {
        let card = names.iter().find(|it| it.id == person);
        card.map(Card::full).unwrap_or_default()
    };
    Erasure {
        id: it.erasure_id,
        person: it.person_id,
        subject: it.subject.clone(),
        ground: it.ground.clone(),
        reason: it.reason.clone(),
        by: name(it.proposed_by),
        at: it.proposed_at,
        until: it.expires_at,
        own: it.proposed_by == me,
        outcome: match it.approved {
            Some(true) => Outcome::Done,
            Some(false) => Outcome::Refused,
            None if it.expires_at <= now => Outcome::Expired,
            None => Outcome::Waits,
        },
        decided_by: it.decided_by.map(|it| name(it.into())).unwrap_or_default(),
        decided_at: it.decided_at,
        act: act_in(it),
    }
}

//! Proposals of families, and what becomes of them (`ux.md` C7).

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Tx, audit, outbox};
use kernel::{Actor, PersonId, Reach, Right};
use serde_json::json;

use super::{
    Directory, cards::cleaned, consents::must_be_staff, restricted::object, scope::edit_right,
};
use crate::{
    Card, CardKind, Details, Error, Person,
    proposal::{
        self, Proposal, ProposalId, ProposalState, ProposedChange, as_map, needs_document,
        proposable, text_of,
    },
    store::{self, WantedProposals},
};

/// A card of the family with what may be proposed.
#[derive(Clone, Debug)]
pub struct FamilyCard {
    pub kind: CardKind,
    pub card: Card,
    /// Field and what stands in it.
    pub fields: Vec<(&'static str, String)>,
}

/// All that a family sees of its cards in one organisation.
#[derive(Clone, Debug)]
pub struct FamilyCards {
    pub cards: Vec<(CardKind, Card)>,
    pub proposals: Vec<Proposal>,
}

/// A decision about a proposal.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The decider saw this version of the card.
    Accept {
        seen: i32,
    },
    Refuse {
        reason: String,
    },
}

impl Directory {
    /// The own card of a parent, those of the children, and what was proposed.
    pub async fn family_cards(&self, actor: &Actor) -> Result<FamilyCards, Error> {
        must_be_parent(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let kin = store::children_of(&mut tx, &[actor.person], today).await?;
        let mut people: Vec<PersonId> = kin.iter().map(|it| it.pupil).collect();
        people.push(actor.person);
        let cards = store::cards(&mut tx, &people).await?;
        let wanted = WantedProposals {
            author: Some(actor.person),
            ..WantedProposals::default()
        };
        let proposals = store::proposals(&mut tx, &wanted).await?;
        tx.commit().await?;
        let kind = |it: &Card| {
            if it.id == actor.person {
                CardKind::Parent
            } else {
                CardKind::Pupil
            }
        };
        let mut cards: Vec<(CardKind, Card)> =
            cards.into_iter().map(|it| (kind(&it), it)).collect();
        cards.sort_by_key(|it| it.0 == CardKind::Parent);
        Ok(FamilyCards { cards, proposals })
    }

    /// The card of a child or the own one, as the form of a proposal begins.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] for anybody else's.
    pub async fn family_card(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<FamilyCard, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let (person, details) = own_card(&mut tx, actor, kind, id, today).await?;
        tx.commit().await?;
        let all = as_map(&person.fields, &details);
        Ok(FamilyCard {
            kind,
            card: person.card(),
            fields: proposable(kind)
                .iter()
                .map(|it| (*it, text_of(&all, it)))
                .collect(),
        })
    }

    /// A parent proposes to change the own card or that of a child; `typed`
    /// are fields with what shall stand in them.
    ///
    /// # Errors
    /// [`Error::Fields`] with all that could not stand on a card, a new name
    /// without a paper; [`Error::NothingProposed`].
    #[tracing::instrument(name = "people.propose", skip_all, fields(person.id = %id))]
    pub async fn propose(
        &self,
        actor: &Actor,
        (kind, id): (CardKind, PersonId),
        typed: &[(String, String)],
        document: &str,
    ) -> Result<ProposalId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let (person, details) = own_card(&mut tx, actor, kind, id, today).await?;
        let before = as_map(&person.fields, &details);
        let wish: Vec<ProposedChange> = typed
            .iter()
            .filter(|(field, _)| proposable(kind).contains(&field.as_str()))
            .map(|(field, new)| ProposedChange {
                field: field.clone(),
                old: text_of(&before, field),
                new: new.trim().to_owned(),
            })
            .collect();
        let (fields, wished) = proposal::changed(&person.fields, &details, &wish)?;
        let (clean, wished) = cleaned(fields, wished, today)?;
        // As it would be stored: a phone typed in another way is no change.
        let after = as_map(&clean.fields, &wished);
        let changes: Vec<ProposedChange> = wish
            .into_iter()
            .map(|it| ProposedChange {
                new: text_of(&after, &it.field),
                ..it
            })
            .filter(|it| it.new != it.old)
            .collect();
        let document = document.trim();
        if changes.is_empty() {
            return Err(Error::NothingProposed);
        }
        if needs_document(&changes) && document.is_empty() {
            return Err(Error::field("document", "people.no-document"));
        }
        if 300 < document.chars().count() {
            return Err(Error::field("document", "people.too-long"));
        }
        let proposed =
            store::propose(&mut tx, (id, kind), actor.person, &changes, document).await?;
        tx.commit().await?;
        Ok(proposed)
    }

    /// The author takes a proposal back.
    pub async fn withdraw_proposal(&self, actor: &Actor, id: ProposalId) -> Result<(), Error> {
        must_be_parent(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = one(&mut tx, id).await?;
        if found.proposed_by != actor.person {
            return Err(Error::NoSuchProposal);
        }
        let state = ProposalState::Withdrawn;
        if !store::decide_proposal(&mut tx, id, state, actor.person, "").await? {
            return Err(Error::AlreadyDecided);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The proposals of the families whose cards the actor may change: open
    /// ones first.
    pub async fn proposals(&self, actor: &Actor) -> Result<Vec<Proposal>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let subjects = self.deciders_people(&mut tx, actor).await?;
        let wanted = WantedProposals {
            subjects: subjects.as_deref(),
            ..WantedProposals::default()
        };
        let mut found = store::proposals(&mut tx, &wanted).await?;
        tx.commit().await?;
        found.retain(|it| it.proposed_by != actor.person);
        Ok(found)
    }

    /// Refuses who decides no proposals.
    ///
    /// # Errors
    /// [`kernel::Denied`].
    pub fn must_decide(&self, actor: &Actor) -> Result<(), Error> {
        must_decide(actor).map(|_| ())
    }

    /// How many proposals wait for the actor; none who decides nothing.
    pub async fn waiting_proposals(&self, actor: &Actor) -> Result<Option<i64>, Error> {
        if must_decide(actor).is_err() {
            return Ok(None);
        }
        let mut tx = self.db.begin(actor).await?;
        // Of the school first: nothing waits on most days, and this is asked for the first page.
        let all = store::open_proposals(&mut tx, None, actor.person).await?;
        let count = if all == 0 {
            0
        } else {
            match self.deciders_people(&mut tx, actor).await?.as_deref() {
                None => all,
                Some([]) => 0,
                some => store::open_proposals(&mut tx, some, actor.person).await?,
            }
        };
        tx.commit().await?;
        Ok(Some(count))
    }

    /// What was proposed about one person and decided, for the history.
    pub async fn decided_proposals(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<Vec<Proposal>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let subjects = [id];
        let wanted = WantedProposals {
            subjects: Some(&subjects),
            ..WantedProposals::default()
        };
        let mut found = store::proposals(&mut tx, &wanted).await?;
        tx.commit().await?;
        found.retain(|it| it.state != ProposalState::Open && it.kind == kind);
        Ok(found)
    }

    /// Pupils of the own class and their parents, or everybody.
    async fn deciders_people(
        &self,
        tx: &mut Tx,
        actor: &Actor,
    ) -> Result<Option<Vec<PersonId>>, Error> {
        let reaches = must_decide(actor)?;
        if reaches.has(Reach::Org) {
            return Ok(None);
        }
        let today = self.today(tx).await?;
        let scope = self
            .scope(tx, actor, CardKind::Pupil, reaches, today)
            .await?;
        let mut people = scope.list().unwrap_or_default();
        let kin = store::parents_of(tx, &people, today).await?;
        people.extend(kin.into_iter().map(|it| it.parent));
        Ok(Some(people))
    }

    /// Accepts a proposal as one of several: `moved` tells what version a card
    /// has after those before, where the decider had seen another.
    pub async fn accept_next(
        &self,
        actor: &Actor,
        id: ProposalId,
        seen: i32,
        moved: &mut HashMap<PersonId, (i32, i32)>,
    ) -> Result<(), Error> {
        let subject = self.subject_of(actor, id).await?;
        let (first, now) = moved.get(&subject).copied().unwrap_or((seen, seen));
        let seen = if first == seen { now } else { seen };
        self.decide_proposal(actor, id, Decision::Accept { seen })
            .await?;
        moved.insert(subject, (first, seen + 1));
        Ok(())
    }

    async fn subject_of(&self, actor: &Actor, id: ProposalId) -> Result<PersonId, Error> {
        must_decide(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = one(&mut tx, id).await?;
        tx.commit().await?;
        Ok(found.subject)
    }

    /// Accepts a proposal into the card, or refuses it with a reason.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where the card is not as the decider saw
    /// it; [`Error::AlreadyDecided`]; [`Error::OwnProposal`].
    #[tracing::instrument(name = "people.decide_proposal", skip_all, fields(proposal.id = %id))]
    pub async fn decide_proposal(
        &self,
        actor: &Actor,
        id: ProposalId,
        decision: Decision,
    ) -> Result<Proposal, Error> {
        must_decide(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let found = one(&mut tx, id).await?;
        let right = edit_right(found.kind);
        let reach = self.must_reach(&mut tx, actor, found.kind, right, found.subject, today);
        reach.await.map_err(|it| match it {
            Error::NoSuchPerson => Error::NoSuchProposal,
            other => other,
        })?;
        if found.proposed_by == actor.person {
            return Err(Error::OwnProposal);
        }
        let (state, reason) = match &decision {
            Decision::Accept { seen } => {
                take(&mut tx, &found, *seen, today).await?;
                (ProposalState::Accepted, "")
            }
            Decision::Refuse { reason } => (ProposalState::Refused, reason.trim()),
        };
        let is_refused = state == ProposalState::Refused;
        if is_refused && (reason.is_empty() || 500 < reason.chars().count()) {
            return Err(Error::field("reason", "people.no-reason"));
        }
        if !store::decide_proposal(&mut tx, id, state, actor.person, reason).await? {
            return Err(Error::AlreadyDecided);
        }
        let fields: Vec<&str> = found.changes.iter().map(|it| it.field.as_str()).collect();
        let details = json!({
            "proposal": id, "proposed_by": found.proposed_by, "state": state, "fields": fields,
        });
        let about = object(found.subject);
        audit::record(&mut tx, "people.proposal-decided", &about, &details).await?;
        let said = json!({ "proposal": id });
        outbox::emit(&mut tx, "people.proposal-decided", &id.to_string(), &said).await?;
        tx.commit().await?;
        Ok(found)
    }
}

/// Puts the proposed values on the card.
async fn take(tx: &mut Tx, it: &Proposal, seen: i32, today: NaiveDate) -> Result<(), Error> {
    let (person, details) = store::card(tx, it.kind, it.subject)
        .await?
        .ok_or(Error::NoSuchPerson)?;
    let (fields, details) = proposal::changed(&person.fields, &details, &it.changes)?;
    let (clean, details) = cleaned(fields, details, today)?;
    store::save_person(tx, it.subject, seen, &clean).await?;
    store::save_details(tx, it.subject, &details).await
}

async fn one(tx: &mut Tx, id: ProposalId) -> Result<Proposal, Error> {
    let wanted = WantedProposals {
        id: Some(id),
        ..WantedProposals::default()
    };
    let found = store::proposals(tx, &wanted).await?;
    found.into_iter().next().ok_or(Error::NoSuchProposal)
}

/// Only somebody's parent proposes.
fn must_be_parent(actor: &Actor) -> Result<(), Error> {
    if actor.may(Right::PupilView)?.has(Reach::OwnChild) {
        Ok(())
    } else {
        Err(kernel::Denied(Right::PupilView).into())
    }
}

/// A class teacher or the office decides; a family never does.
fn must_decide(actor: &Actor) -> Result<kernel::Reaches, Error> {
    must_be_staff(actor, Right::PupilEdit)
}

/// The own card of a parent, or that of a child.
async fn own_card(
    tx: &mut Tx,
    actor: &Actor,
    kind: CardKind,
    id: PersonId,
    today: NaiveDate,
) -> Result<(Person, Details), Error> {
    must_be_parent(actor)?;
    let is_own = match kind {
        CardKind::Parent => id == actor.person,
        CardKind::Pupil => store::children_of(tx, &[actor.person], today)
            .await?
            .iter()
            .any(|it| it.pupil == id),
        CardKind::Staff => false,
    };
    if !is_own {
        return Err(Error::NoSuchPerson);
    }
    store::card(tx, kind, id).await?.ok_or(Error::NoSuchPerson)
}

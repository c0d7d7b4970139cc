use std::collections::HashSet;

use chrono::NaiveDate;
use db::audit;
use kernel::{Actor, PersonId, Reach, Right};
use serde::Serialize;
use serde_json::json;

use super::{Directory, restricted::object, scope::Scope};
use crate::{Card, CardKind, Consent, ConsentId, ConsentKind, Error, NewConsent, Person, store};

/// How it stands with a person's consent of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    Given,
    Absent,
    Withdrawn,
}

impl ConsentState {
    pub const ALL: [Self; 3] = [Self::Given, Self::Absent, Self::Withdrawn];

    /// The name in URLs and templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Absent => "absent",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A person in the register of consents.
#[derive(Clone, Debug)]
pub struct ConsentLine {
    pub card: Card,
    pub kinds: Vec<CardKind>,
    pub state: ConsentState,
    pub consent: Option<ConsentId>,
    pub document: String,
    pub signed_on: Option<NaiveDate>,
    pub withdrawn_on: Option<NaiveDate>,
    /// «Иванова М. П.»; none where the subject signed.
    pub given_by: Option<String>,
}

/// The register of one kind of consent.
#[derive(Clone, Debug)]
pub struct ConsentRegister {
    pub kind: ConsentKind,
    pub lines: Vec<ConsentLine>,
    pub given: usize,
    pub absent: usize,
    pub withdrawn: usize,
    pub may_record: bool,
}

/// What the blank form of a consent needs.
#[derive(Clone, Debug)]
pub struct ConsentBlank {
    pub kind: ConsentKind,
    pub person: Option<Person>,
    pub is_pupil: bool,
    /// Who may sign for the pupil.
    pub parents: Vec<Card>,
    pub org: String,
}

impl Directory {
    /// The register of one kind of consent, of everybody whom the actor may see.
    pub async fn consents(
        &self,
        actor: &Actor,
        kind: ConsentKind,
    ) -> Result<ConsentRegister, Error> {
        let reaches = actor.may(Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let only = match self.consent_scope(&mut tx, actor, reaches, today).await? {
            Scope::Everybody => None,
            Scope::Only(ids) => Some(ids.into_iter().collect::<Vec<PersonId>>()),
        };
        let rows = store::standings(&mut tx, kind, only.as_deref(), today).await?;
        let signers: HashSet<PersonId> = rows
            .iter()
            .filter_map(|it| it.given_by)
            .map(Into::into)
            .collect();
        let signers: Vec<PersonId> = signers.into_iter().collect();
        let signers = store::cards(&mut tx, &signers).await?;
        tx.commit().await?;
        let lines: Vec<ConsentLine> = rows.into_iter().map(|it| line(it, &signers)).collect();
        let count = |state| lines.iter().filter(|it| it.state == state).count();
        Ok(ConsentRegister {
            kind,
            given: count(ConsentState::Given),
            absent: count(ConsentState::Absent),
            withdrawn: count(ConsentState::Withdrawn),
            may_record: actor.may(Right::ConsentEdit).is_ok(),
            lines,
        })
    }

    /// Pupils and parents of the own class, children, and oneself.
    async fn consent_scope(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        reaches: kernel::Reaches,
        today: NaiveDate,
    ) -> Result<Scope, Error> {
        if reaches.has(Reach::Org) {
            return Ok(Scope::Everybody);
        }
        let mut people = HashSet::from([actor.person]);
        for kind in [CardKind::Pupil, CardKind::Parent] {
            if let Scope::Only(more) = self.scope(tx, actor, kind, reaches, today).await? {
                // The parents of an own child are not the actor's business, only of an own class.
                let is_own = kind == CardKind::Pupil || reaches.has(Reach::OwnClass);
                people.extend(more.into_iter().filter(|_| is_own));
            }
        }
        Ok(Scope::Only(people))
    }

    async fn must_reach_consent(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        right: Right,
        subject: PersonId,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let reaches = actor.may(right)?;
        let scope = self.consent_scope(tx, actor, reaches, today).await?;
        if scope.has(subject) {
            Ok(())
        } else {
            Err(Error::NoSuchPerson)
        }
    }

    /// Puts a consent into the register.
    ///
    /// # Errors
    /// [`Error::MayNotConsent`] where the signer is neither the subject (from
    /// 14 years on) nor a parent in force.
    #[tracing::instrument(name = "people.record_consent", skip_all, fields(person.id = %new.subject))]
    pub async fn record_consent(&self, actor: &Actor, new: NewConsent) -> Result<ConsentId, Error> {
        actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach_consent(&mut tx, actor, Right::ConsentEdit, new.subject, today)
            .await?;
        let person = store::person(&mut tx, new.subject)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let kinds = store::kinds(&mut tx, new.subject).await?;
        let parents = store::parents_of(&mut tx, &[new.subject], today).await?;
        let is_pupil = kinds.contains(&CardKind::Pupil);
        new.check(is_pupil, person.fields.born_on, &parents, today)?;
        let ids = store::record_consents(&mut tx, &[new]).await?;
        tx.commit().await?;
        ids.into_iter().next().ok_or(Error::NoSuchConsent)
    }

    /// Ends a consent; what was stored on its ground is deleted in the same
    /// transaction, and that it was is put on record (152-ФЗ ст. 21).
    #[tracing::instrument(name = "people.withdraw_consent", skip_all, fields(consent.id = %id))]
    pub async fn withdraw_consent(&self, actor: &Actor, id: ConsentId) -> Result<PersonId, Error> {
        actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let consent = self.own_consent(&mut tx, actor, id, today).await?;
        store::withdraw(&mut tx, &consent, today).await?;
        let deleted = store::drop_restricted_by(&mut tx, id).await?;
        let details = json!({ "consent": id, "kind": consent.kind, "deleted": deleted });
        audit::record(
            &mut tx,
            "people.consent-withdrawn",
            &object(consent.subject),
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(consent.subject)
    }

    /// A consent in force, and what would go with it: for the question before.
    pub async fn withdrawal(
        &self,
        actor: &Actor,
        id: ConsentId,
    ) -> Result<(Consent, Card, Vec<String>), Error> {
        actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let consent = self.own_consent(&mut tx, actor, id, today).await?;
        let person = store::person(&mut tx, consent.subject)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let on_it = store::restricted_on(&mut tx, consent.subject, id).await?;
        tx.commit().await?;
        Ok((consent, person.card(), on_it))
    }

    /// A consent in force that the actor may withdraw.
    async fn own_consent(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        id: ConsentId,
        today: NaiveDate,
    ) -> Result<Consent, Error> {
        let consent = store::consent(tx, id).await?.ok_or(Error::NoSuchConsent)?;
        self.must_reach_consent(tx, actor, Right::ConsentEdit, consent.subject, today)
            .await
            .map_err(|it| match it {
                Error::NoSuchPerson => Error::NoSuchConsent,
                other => other,
            })?;
        if consent.withdrawn_on.is_some() {
            return Err(Error::AlreadyWithdrawn);
        }
        Ok(consent)
    }

    /// The blank form of a consent, for one person or with empty lines.
    pub async fn consent_blank(
        &self,
        actor: &Actor,
        kind: ConsentKind,
        subject: Option<PersonId>,
    ) -> Result<ConsentBlank, Error> {
        actor.may(Right::ConsentView)?;
        let mut tx = self.db.begin(actor).await?;
        let own = self.orgs.own(&mut tx).await?;
        let today = kernel::dates::today(tx.now(), own.zone);
        let mut blank = ConsentBlank {
            kind,
            person: None,
            is_pupil: false,
            parents: vec![],
            org: own.full_name,
        };
        if let Some(id) = subject {
            self.must_reach_consent(&mut tx, actor, Right::ConsentView, id, today)
                .await?;
            blank.person = Some(
                store::person(&mut tx, id)
                    .await?
                    .ok_or(Error::NoSuchPerson)?,
            );
            blank.is_pupil = store::kinds(&mut tx, id).await?.contains(&CardKind::Pupil);
            let kin = store::parents_of(&mut tx, &[id], today).await?;
            let parents: Vec<PersonId> = kin.into_iter().map(|it| it.parent).collect();
            blank.parents = store::cards(&mut tx, &parents).await?;
        }
        tx.commit().await?;
        Ok(blank)
    }
}

fn line(it: store::Standing, signers: &[Card]) -> ConsentLine {
    let all = [
        (it.is_pupil, CardKind::Pupil),
        (it.is_parent, CardKind::Parent),
        (it.is_staff, CardKind::Staff),
    ];
    ConsentLine {
        state: match (it.consent_id, it.withdrawn_on) {
            (None, _) => ConsentState::Absent,
            (Some(_), None) => ConsentState::Given,
            (Some(_), Some(_)) => ConsentState::Withdrawn,
        },
        kinds: all
            .into_iter()
            .filter_map(|(is, kind)| is.then_some(kind))
            .collect(),
        card: it.person.into(),
        consent: it.consent_id.map(Into::into),
        document: it.document.unwrap_or_default(),
        signed_on: it.signed_on,
        withdrawn_on: it.withdrawn_on,
        given_by: it
            .given_by
            .and_then(|id| signers.iter().find(|card| card.id.get() == id))
            .map(Card::short),
    }
}

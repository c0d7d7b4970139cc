use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::{Tx, audit};
use kernel::{Actor, PersonId, Reach, Reaches, Right};
use serde::Serialize;
use serde_json::json;

use super::{Directory, restricted::object, scope::Scope};
use crate::{
    Card, CardKind, Consent, ConsentId, ConsentKind, Error, NewConsent, consent::settle_by, store,
};

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
    /// As whom: self, mother, father, guardian, other.
    pub given_as: Option<String>,
    /// Of a pupil, or of a parent's children: «5А, 7Б».
    pub class: Option<String>,
    pub scans: i64,
    /// The last day to undo what the system cannot undo itself.
    pub settle_by: Option<NaiveDate>,
}

/// The register of one kind of consent.
#[derive(Clone, Debug)]
pub struct ConsentRegister {
    pub kind: ConsentKind,
    pub lines: Vec<ConsentLine>,
    pub given: usize,
    pub absent: usize,
    pub withdrawn: usize,
    /// Withdrawn, and something is left to do.
    pub unsettled: usize,
    pub may_record: bool,
    /// The actor sees more than a family.
    pub is_staff: bool,
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
        let only = self
            .consent_scope(&mut tx, actor, reaches, today)
            .await?
            .list();
        let rows = store::standings(&mut tx, kind, only.as_deref(), today).await?;
        let classes = self.classes_of_rows(&mut tx, &rows, today).await?;
        tx.commit().await?;
        let lines: Vec<ConsentLine> = rows
            .into_iter()
            .map(|it| line(it, kind, &classes))
            .collect();
        let count = |state| lines.iter().filter(|it| it.state == state).count();
        Ok(ConsentRegister {
            kind,
            given: count(ConsentState::Given),
            absent: count(ConsentState::Absent),
            withdrawn: count(ConsentState::Withdrawn),
            unsettled: lines.iter().filter(|it| it.settle_by.is_some()).count(),
            may_record: actor.may(Right::ConsentEdit).is_ok(),
            is_staff: is_staff(reaches),
            lines,
        })
    }

    /// Classes of pupils, and of the children of parents.
    async fn classes_of_rows(
        &self,
        tx: &mut Tx,
        rows: &[store::Standing],
        today: NaiveDate,
    ) -> Result<HashMap<PersonId, Vec<String>>, Error> {
        let id = |it: &store::Standing| PersonId::from(it.person.person_id);
        let parents: Vec<PersonId> = rows.iter().filter(|it| it.is_parent).map(id).collect();
        let kin = store::children_of(tx, &parents, today).await?;
        let mut pupils: Vec<PersonId> = rows.iter().filter(|it| it.is_pupil).map(id).collect();
        pupils.extend(kin.iter().map(|it| it.pupil));
        let names = self.classes.class_names(tx, &pupils, today).await?;
        let mut classes: HashMap<PersonId, Vec<String>> = HashMap::new();
        for (pupil, name) in &names {
            classes.entry(*pupil).or_default().push(name.clone());
        }
        for it in kin {
            let Some(name) = names.get(&it.pupil) else {
                continue;
            };
            let of_parent = classes.entry(it.parent).or_default();
            if !of_parent.contains(name) {
                of_parent.push(name.clone());
            }
        }
        Ok(classes)
    }

    /// Pupils and parents of the own class, children, and oneself.
    pub(super) async fn consent_scope(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        today: NaiveDate,
    ) -> Result<Scope, Error> {
        if reaches.has(Reach::Org) {
            return Ok(Scope::Everybody);
        }
        let pupils = self
            .scope(tx, actor, CardKind::Pupil, reaches, today)
            .await?;
        let mut people = HashSet::from([actor.person]);
        people.extend(pupils.list().unwrap_or_default());
        // The parents of an own child are not the actor's business, only of an own class.
        if reaches.has(Reach::OwnClass) {
            let pupils: Vec<PersonId> = people.iter().copied().collect();
            let kin = store::parents_of(tx, &pupils, today).await?;
            people.extend(kin.into_iter().map(|it| it.parent));
        }
        Ok(Scope::Only(people))
    }

    pub(super) async fn must_reach_consent(
        &self,
        tx: &mut Tx,
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
    /// 14 years on) nor a parent in force, or where somebody of a family tells
    /// of another's signature; [`Error::SignsAlone`] for a pupil of age.
    #[tracing::instrument(name = "people.record_consent", skip_all, fields(person.id = %new.subject))]
    pub async fn record_consent(
        &self,
        actor: &Actor,
        mut new: NewConsent,
    ) -> Result<ConsentId, Error> {
        let reaches = actor.may(Right::ConsentEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach_consent(&mut tx, actor, Right::ConsentEdit, new.subject, today)
            .await?;
        let signer = new.given_by.unwrap_or(new.subject);
        if !is_staff(reaches) && signer != actor.person {
            return Err(Error::MayNotConsent);
        }
        let person = store::person(&mut tx, new.subject)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let kinds = store::kinds(&mut tx, new.subject).await?;
        let parents = store::parents_of(&mut tx, &[new.subject], today).await?;
        let is_pupil = kinds.contains(&CardKind::Pupil);
        new.check(is_pupil, person.fields.born_on, &parents, today)?;
        new.given_by = Some(signer);
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
        let consent = self
            .reached_consent(&mut tx, actor, Right::ConsentEdit, id, today)
            .await?;
        in_force(&consent)?;
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
        let consent = self
            .reached_consent(&mut tx, actor, Right::ConsentEdit, id, today)
            .await?;
        in_force(&consent)?;
        let person = store::person(&mut tx, consent.subject)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let on_it = store::restricted_by(&mut tx, id).await?;
        tx.commit().await?;
        Ok((consent, person.card(), on_it))
    }

    /// A consent of somebody whom the right covers.
    pub(super) async fn reached_consent(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        right: Right,
        id: ConsentId,
        today: NaiveDate,
    ) -> Result<Consent, Error> {
        let consent = store::consent(tx, id).await?.ok_or(Error::NoSuchConsent)?;
        self.must_reach_consent(tx, actor, right, consent.subject, today)
            .await
            .map_err(|it| match it {
                Error::NoSuchPerson => Error::NoSuchConsent,
                other => other,
            })?;
        Ok(consent)
    }
}

fn in_force(consent: &Consent) -> Result<(), Error> {
    match consent.withdrawn_on {
        None => Ok(()),
        Some(_) => Err(Error::AlreadyWithdrawn),
    }
}

/// Refuses whom the right covers the own family only.
pub(super) fn must_be_staff(actor: &Actor, right: Right) -> Result<Reaches, Error> {
    let reaches = actor.may(right)?;
    if is_staff(reaches) {
        Ok(reaches)
    } else {
        Err(kernel::Denied(right).into())
    }
}

/// Whether the right covers more than the own family.
pub(super) fn is_staff(reaches: Reaches) -> bool {
    [Reach::Org, Reach::OwnClass, Reach::OwnLoad]
        .into_iter()
        .any(|it| reaches.has(it))
}

fn line(
    it: store::Standing,
    kind: ConsentKind,
    classes: &HashMap<PersonId, Vec<String>>,
) -> ConsentLine {
    let all = [
        (it.is_pupil, CardKind::Pupil),
        (it.is_parent, CardKind::Parent),
        (it.is_staff, CardKind::Staff),
    ];
    let class = classes.get(&it.person.person_id.into());
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
        given_by: it.signer.map(|it| Card::from(it).short()),
        given_as: it.given_as,
        class: class.map(|it| it.join(", ")),
        scans: it.scans,
        settle_by: settle_by(kind, it.withdrawn_on, it.settled_on),
    }
}

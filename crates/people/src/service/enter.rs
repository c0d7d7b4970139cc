use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Right};

use super::{Directory, dictionaries::cleaned_by, scope::edit_right};
use crate::{
    Card, CardKind, ConsentKind, Details, Error, FieldError, NewConsent, PersonFields,
    RestrictedField,
    family::{KinshipKind, NewKinship},
    person::CleanPerson,
    store,
};

/// A card to be entered.
#[derive(Clone, Debug)]
pub struct NewCard {
    pub fields: PersonFields,
    pub details: Details,
    /// Stored only with a consent or where a law lets the school keep it.
    pub snils: String,
    /// Day and paper of the consent to processing, if it was given already.
    pub consent: Option<(NaiveDate, String)>,
    /// The pupil whose parent is entered.
    pub child: Option<(PersonId, KinshipKind)>,
    /// Enter even if there is a card that looks the same.
    pub anyway: bool,
}

/// A card that looks the same as the one to be entered.
#[derive(Clone, Debug)]
pub struct Lookalike {
    pub card: Card,
    pub kinds: Vec<CardKind>,
    pub class: Option<String>,
    pub same_snils: bool,
}

/// What became of a card to be entered.
#[derive(Clone, Debug)]
pub enum Entered {
    Done(PersonId),
    /// Nothing was stored: there are cards that look the same.
    LooksLike(Vec<Lookalike>),
}

impl Directory {
    /// Enters a card, unless there is one that looks the same and the writer
    /// did not say «anyway».
    #[tracing::instrument(name = "people.enter", skip_all)]
    pub async fn enter(&self, actor: &Actor, new: NewCard) -> Result<Entered, Error> {
        let kind = new.details.kind();
        actor.may_in_org(edit_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let snils = RestrictedField::Snils
            .checked(&new.snils)
            .map_err(|code| Error::field("snils", code));
        let lists = store::dictionaries(&mut tx).await?;
        let (person, details, snils) = merged(
            cleaned_by(&lists, None, new.fields, new.details, today),
            snils,
        )?;
        if !new.anyway {
            let alike = self.lookalikes(&mut tx, &person, &snils, today).await?;
            if !alike.is_empty() {
                return Ok(Entered::LooksLike(alike));
            }
        }
        let id = enter_one(&mut tx, person, &details).await?;
        if let Some((child, kinship)) = new.child {
            self.must_reach(
                &mut tx,
                actor,
                CardKind::Pupil,
                Right::PupilEdit,
                child,
                today,
            )
            .await?;
            self.link_all(
                &mut tx,
                &[NewKinship {
                    parent: id,
                    pupil: child,
                    kind: kinship,
                }],
            )
            .await?;
        }
        if let Some((signed_on, document)) = new.consent {
            // A child's parent has no card yet: the paper must say who signed.
            if kind == CardKind::Pupil && document.trim().is_empty() {
                return Err(Error::field("consent_document", "people.no-signer"));
            }
            let consent = NewConsent {
                subject: id,
                given_by: None,
                kind: ConsentKind::Processing,
                document,
                signed_on,
            };
            consent.check(false, None, &[], today).map_err(at_consent)?;
            store::record_consents(&mut tx, &[consent]).await?;
        }
        if !snils.is_empty() {
            self.put_restricted(&mut tx, id, &[(RestrictedField::Snils, snils)])
                .await?;
        }
        tx.commit().await?;
        Ok(Entered::Done(id))
    }

    /// Cards that look like the one that is being typed; none as long as too
    /// little of it is there.
    pub async fn looks_like(
        &self,
        actor: &Actor,
        kind: CardKind,
        fields: PersonFields,
        snils: &str,
    ) -> Result<Vec<Lookalike>, Error> {
        actor.may_in_org(edit_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        let snils = RestrictedField::Snils.checked(snils).unwrap_or_default();
        let found = match fields.clean(today) {
            Ok(person) => self.lookalikes(&mut tx, &person, &snils, today).await?,
            Err(_) => vec![],
        };
        tx.commit().await?;
        Ok(found)
    }

    async fn lookalikes(
        &self,
        tx: &mut Tx,
        person: &CleanPerson,
        snils: &str,
        today: NaiveDate,
    ) -> Result<Vec<Lookalike>, Error> {
        let snils = (!snils.is_empty()).then_some(snils);
        let alike = store::alike(tx, person, snils).await?;
        let pupils: Vec<PersonId> = alike
            .iter()
            .filter(|it| it.kinds.contains(&CardKind::Pupil))
            .map(|it| it.card.id)
            .collect();
        let mut classes = if pupils.is_empty() {
            std::collections::HashMap::new()
        } else {
            self.classes.class_names(tx, &pupils, today).await?
        };
        let named = |it: store::Alike| Lookalike {
            class: classes.remove(&it.card.id),
            card: it.card,
            kinds: it.kinds,
            same_snils: it.same_snils,
        };
        Ok(alike.into_iter().map(named).collect())
    }
}

/// The form of a new card calls the day of the consent by another name.
fn at_consent(error: Error) -> Error {
    match error {
        Error::Fields(wrong) => Error::Fields(
            wrong
                .into_iter()
                .map(|it| FieldError::new("consent_on", it.code))
                .collect(),
        ),
        other => other,
    }
}

/// What is wrong with the card and with the number, told at once.
fn merged(
    card: Result<(CleanPerson, Details), Error>,
    snils: Result<String, Error>,
) -> Result<(CleanPerson, Details, String), Error> {
    match (card, snils) {
        (Ok((person, details)), Ok(snils)) => Ok((person, details, snils)),
        (Err(Error::Fields(mut one)), Err(Error::Fields(other))) => {
            one.extend(other);
            Err(Error::Fields(one))
        }
        (Err(it), _) | (_, Err(it)) => Err(it),
    }
}

async fn enter_one(tx: &mut Tx, person: CleanPerson, details: &Details) -> Result<PersonId, Error> {
    let ids = match details {
        Details::Pupil(it) => store::enter_pupils(tx, &[(person, it.clone())]).await?,
        Details::Parent(it) => store::enter_parents(tx, &[(person, it.clone())]).await?,
        Details::Staff(it) => store::enter_staff(tx, &[(person, it.clone())]).await?,
    };
    ids.into_iter().next().ok_or(Error::NoSuchPerson)
}

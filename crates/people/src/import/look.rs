//! Comparing the cards of a list with those there are.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::{Tx, vault::Secret};
use kernel::{Actor, PersonId, Right};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::book::{Before, ListedCard, Looked};
use crate::{
    CardKind, Consent, ConsentKind, Details, Dictionaries, DictionaryKind, Error, FieldError,
    PersonFields, RestrictedField, store,
};

/// `old` with every field that `new` says; a shift of 0 says nothing.
pub(super) fn overlaid<T: Serialize + DeserializeOwned + Clone>(old: &T, new: &T) -> T {
    let (mut all, said) = (json!(old), json!(new));
    if let (Value::Object(all), Value::Object(said)) = (&mut all, said) {
        let is_said = |value: &Value| !value.is_null() && value != "" && *value != json!(0);
        all.extend(said.into_iter().filter(|(_, value)| is_said(value)));
    }
    serde_json::from_value(all).unwrap_or_else(|_| new.clone())
}

/// What the decisions about a list look at.
pub(super) struct Around {
    kind: CardKind,
    today: NaiveDate,
    may_consent: bool,
    may_restrict: bool,
    cards: HashMap<PersonId, Before>,
    consents: HashMap<PersonId, Vec<Consent>>,
    stored: HashMap<(PersonId, RestrictedField), Secret>,
    lists: Dictionaries,
    snils: HashMap<String, PersonId>,
    file_numbers: HashMap<String, PersonId>,
    /// Numbers that the list has twice.
    repeated: HashSet<String>,
}

impl Around {
    pub(super) async fn load(
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        cards: &[ListedCard],
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let people: Vec<PersonId> = cards.iter().filter_map(|it| it.person).collect();
        let snils: Vec<String> = cards.iter().filter_map(ListedCard::snils).collect();
        let numbers: Vec<String> = cards.iter().filter_map(ListedCard::file_number).collect();
        let mut it = Self {
            kind,
            today,
            may_consent: actor.may_in_org(Right::ConsentEdit).is_ok(),
            may_restrict: actor.may_in_org(Right::RestrictedEdit).is_ok(),
            cards: before(tx, kind, &people).await?,
            consents: HashMap::new(),
            stored: HashMap::new(),
            lists: store::dictionaries(tx).await?,
            snils: HashMap::new(),
            file_numbers: store::file_numbers(tx, &numbers).await?,
            repeated: repeated(snils.iter().chain(&numbers)),
        };
        for consent in store::consents_of(tx, &people).await? {
            it.consents
                .entry(consent.subject)
                .or_default()
                .push(consent);
        }
        for value in store::restricted_of_many(tx, &people, &snils).await? {
            if value.field == RestrictedField::Snils {
                it.snils
                    .insert(value.value.reveal().to_owned(), value.person);
            }
            it.stored.insert((value.person, value.field), value.value);
        }
        Ok(it)
    }

    pub(super) fn look(&self, card: &ListedCard) -> Looked {
        let before = card.person.and_then(|it| self.cards.get(&it)).cloned();
        let (fields, details) = match &before {
            Some(it) => (
                overlaid(&it.fields, &card.fields),
                it.details.under(&card.details),
            ),
            None => (card.fields.clone(), card.details.clone()),
        };
        let mut it = Looked {
            person: card.person,
            changes: false,
            errors: vec![],
            left_out: vec![],
            consent_left_out: false,
            clean: None,
            before,
            store: vec![],
            consent: None,
        };
        self.clean(&mut it, fields, details);
        self.look_at_numbers(&mut it, card);
        self.look_at_consent(&mut it, card);
        for (field, value) in &card.restricted {
            self.look_at_value(&mut it, *field, value.reveal());
        }
        it.changes = it.person.is_none()
            || it.is_other_card()
            || !it.store.is_empty()
            || it.consent.is_some();
        it
    }

    fn clean(&self, it: &mut Looked, fields: PersonFields, mut details: Details) {
        let before = it.before.as_ref().map(|it| &it.details);
        self.lists.put_right(&mut details, before, &mut it.errors);
        match (fields.clean(self.today), details.clean()) {
            (Ok(person), Ok(details)) => it.clean = Some((person, details)),
            (person, details) => {
                for wrong in [person.err(), details.err()].into_iter().flatten() {
                    if let Error::Fields(wrong) = wrong {
                        it.errors.extend(wrong);
                    }
                }
            }
        }
    }

    fn look_at_numbers(&self, it: &mut Looked, card: &ListedCard) {
        let is_other = |owner: Option<&PersonId>| owner.is_some_and(|own| Some(*own) != it.person);
        let mut wrong = vec![];
        if let Some(number) = card.file_number() {
            if is_other(self.file_numbers.get(&number)) {
                wrong.push(FieldError::new("file_number", "people.file-number-taken"));
            } else if self.repeated.contains(&number) {
                wrong.push(FieldError::new("file_number", "intake.same-number"));
            }
        }
        if let Some(snils) = card.snils() {
            if is_other(self.snils.get(&snils)) {
                wrong.push(FieldError::new("snils", "intake.snils-taken"));
            } else if self.repeated.contains(&snils) {
                wrong.push(FieldError::new("snils", "intake.same-number"));
            }
        }
        it.errors.extend(wrong);
    }

    fn look_at_consent(&self, it: &mut Looked, card: &ListedCard) {
        let Some(signed_on) = card.consent else {
            return;
        };
        if self.today < signed_on {
            it.errors
                .push(FieldError::new("consent_on", "people.date-in-future"));
        }
        if self
            .in_force(it.person)
            .any(|it| it.kind == ConsentKind::Processing)
        {
            return;
        }
        if self.may_consent {
            it.consent = Some(signed_on);
        } else {
            it.consent_left_out = true;
        }
    }

    fn in_force(&self, person: Option<PersonId>) -> impl Iterator<Item = &Consent> {
        let all = person.and_then(|it| self.consents.get(&it));
        all.into_iter()
            .flatten()
            .filter(|it| it.withdrawn_on.is_none())
    }

    fn look_at_value(&self, it: &mut Looked, field: RestrictedField, value: &str) {
        let known = it
            .person
            .and_then(|person| self.stored.get(&(person, field)));
        let listed = |value: String| match DictionaryKind::of_restricted(field) {
            Some(kind) => {
                let before = known.map(Secret::reveal).unwrap_or_default();
                self.lists.accepted(kind, &value, before)
            }
            None => Ok(value),
        };
        let value = match field.checked(value).and_then(listed) {
            Ok(value) => value,
            Err(code) => return it.errors.push(FieldError::new(field.code(), code)),
        };
        if !self.may_restrict {
            return it.left_out.push((field, "no-right"));
        }
        match known {
            Some(known) if known.reveal() == value => return,
            Some(_) => {
                return it
                    .errors
                    .push(FieldError::new(field.code(), "intake.differs-from-card"));
            }
            None => {}
        }
        let consents: Vec<Consent> = self.in_force(it.person).cloned().collect();
        let comes_with_consent =
            it.consent.is_some() && field.consent_kind() == ConsentKind::Processing;
        if comes_with_consent || field.ground(&[self.kind], &consents).is_some() {
            it.store.push((field, value.into()));
        } else {
            it.left_out.push((field, "no-consent"));
        }
    }
}

impl ListedCard {
    fn snils(&self) -> Option<String> {
        let found = self
            .restricted
            .iter()
            .find(|it| it.0 == RestrictedField::Snils)?;
        found
            .0
            .checked(found.1.reveal())
            .ok()
            .filter(|it| !it.is_empty())
    }

    fn file_number(&self) -> Option<String> {
        match &self.details {
            Details::Pupil(it) => Some(it.file_number.trim().to_owned()),
            _ => None,
        }
        .filter(|it| !it.is_empty())
    }
}

impl Looked {
    pub(super) fn is_other_card(&self) -> bool {
        self.before
            .as_ref()
            .zip(self.clean.as_ref())
            .is_some_and(|(before, (person, details))| {
                before.fields != person.fields || before.details != *details
            })
    }

    /// The common part as it will be.
    pub fn fields(&self) -> Option<&PersonFields> {
        self.clean.as_ref().map(|it| &it.0.fields)
    }
}

fn repeated<'a>(all: impl Iterator<Item = &'a String>) -> HashSet<String> {
    let mut seen = HashSet::new();
    all.filter(|it| !seen.insert(*it)).cloned().collect()
}

async fn before(
    tx: &mut Tx,
    kind: CardKind,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Before>, Error> {
    let only: HashSet<PersonId> = people.iter().copied().collect();
    let cards: Vec<(crate::Person, Details)> = match kind {
        CardKind::Pupil => wrapped(store::pupils(tx, Some(&only)).await?, Details::Pupil),
        CardKind::Parent => wrapped(store::parents(tx, Some(&only)).await?, Details::Parent),
        CardKind::Staff => wrapped(store::staff(tx, Some(&only)).await?, Details::Staff),
    };
    let card = |(person, details): (crate::Person, Details)| {
        (
            person.id,
            Before {
                seen: person.version,
                fields: person.fields,
                details,
            },
        )
    };
    Ok(cards.into_iter().map(card).collect())
}

fn wrapped<T>(
    cards: Vec<(crate::Person, T)>,
    wrap: impl Fn(T) -> Details,
) -> Vec<(crate::Person, Details)> {
    cards
        .into_iter()
        .map(|(person, details)| (person, wrap(details)))
        .collect()
}

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
    PersonFields, RestrictedField,
    restricted::{Documents, compared},
    store,
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
    numbers: HashMap<(RestrictedField, String), PersonId>,
    file_numbers: HashMap<String, PersonId>,
    /// Numbers and file numbers that the list has twice.
    repeated: HashSet<(RestrictedField, String)>,
    repeated_files: HashSet<String>,
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
        let numbers: Vec<(RestrictedField, String)> =
            cards.iter().flat_map(ListedCard::numbers).collect();
        let files: Vec<String> = cards.iter().filter_map(ListedCard::file_number).collect();
        let mut it = Self {
            kind,
            today,
            may_consent: actor.may_in_org(Right::ConsentEdit).is_ok(),
            may_restrict: actor.may_in_org(Right::RestrictedEdit).is_ok(),
            cards: before(tx, kind, &people).await?,
            consents: HashMap::new(),
            stored: HashMap::new(),
            lists: store::dictionaries(tx).await?,
            numbers: HashMap::new(),
            file_numbers: store::file_numbers(tx, &files).await?,
            repeated: repeated(numbers.iter()),
            repeated_files: repeated(files.iter()),
        };
        for consent in store::consents_of(tx, &people).await? {
            it.consents
                .entry(consent.subject)
                .or_default()
                .push(consent);
        }
        for value in store::restricted_of_many(tx, &people, &numbers).await? {
            if value.field.is_number() {
                let number = compared(value.field, value.value.reveal());
                it.numbers.insert((value.field, number), value.person);
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
            doubts: vec![],
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
        let documents = self.documents(&it, card);
        for (field, value) in &card.restricted {
            self.look_at_value(&mut it, &documents, *field, value.reveal());
        }
        it.changes = it.person.is_none()
            || it.is_other_card()
            || !it.store.is_empty()
            || it.consent.is_some();
        it
    }

    fn documents(&self, it: &Looked, card: &ListedCard) -> Documents {
        let born_on = it.fields().unwrap_or(&card.fields).born_on;
        let kinds = RestrictedField::ALL.into_iter().filter_map(|field| {
            let known = self.stored.get(&(it.person?, field))?;
            Some((field, known.reveal()))
        });
        Documents::of(born_on, self.today)
            .with(kinds)
            .with(card.said())
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
            } else if self.repeated_files.contains(&number) {
                wrong.push(FieldError::new("file_number", "intake.same-number"));
            }
        }
        for number in card.numbers() {
            let code = number.0.code();
            if is_other(self.numbers.get(&number)) {
                wrong.push(FieldError::new(code, taken(number.0)));
            } else if self.repeated.contains(&number) {
                wrong.push(FieldError::new(code, "intake.same-number"));
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

    fn look_at_value(
        &self,
        it: &mut Looked,
        documents: &Documents,
        field: RestrictedField,
        value: &str,
    ) {
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
        let read = documents.read(field, value);
        let (value, doubt) = match read.and_then(|(value, doubt)| Ok((listed(value)?, doubt))) {
            Ok(read) => read,
            Err(code) => return it.errors.push(FieldError::new(field.code(), code)),
        };
        if !self.may_restrict {
            return it.left_out.push((field, "no-right"));
        }
        match known {
            Some(known) if known.reveal() == value => return,
            // The Russian document of a card that names no other.
            None if value.is_empty() => return,
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
            it.doubts.extend(doubt.map(|code| (field, code)));
        } else {
            it.left_out.push((field, "no-consent"));
        }
    }
}

impl ListedCard {
    fn said(&self) -> impl Iterator<Item = (RestrictedField, &str)> {
        self.restricted.iter().map(|it| (it.0, it.1.reveal()))
    }

    /// The numbers that nobody else may have. Other states count their
    /// documents anew: two of them may well have the same number.
    fn numbers(&self) -> Vec<(RestrictedField, String)> {
        let documents = Documents::default().with(self.said());
        let is_one =
            |it: &(RestrictedField, &str)| it.0.is_number() && documents.kind(it.0).is_empty();
        let number = |(field, value): (RestrictedField, &str)| {
            let (value, _) = documents.read(field, value).ok()?;
            (!value.is_empty()).then_some((field, value))
        };
        self.said().filter(is_one).filter_map(number).collect()
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

const fn taken(field: RestrictedField) -> &'static str {
    match field {
        RestrictedField::Snils => "intake.snils-taken",
        _ => "intake.number-taken",
    }
}

fn repeated<'a, T: Clone + Eq + std::hash::Hash + 'a>(
    all: impl Iterator<Item = &'a T>,
) -> HashSet<T> {
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

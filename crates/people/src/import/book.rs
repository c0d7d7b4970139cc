//! Cards of whole lists: compared with what is there, entered, changed, taken
//! back, in a constant number of statements.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{Duration, NaiveDate};
use db::Tx;
use kernel::{Actor, PersonId, Right};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Card, CardKind, Consent, ConsentId, ConsentKind, Details, Error, FieldError, NewConsent,
    PersonFields, RestrictedField, person::CleanPerson, store,
};

/// A card as far as a row of a list says it.
#[derive(Clone, Debug)]
pub struct ListedCard {
    /// Whose card it is, where they have one already.
    pub person: Option<PersonId>,
    pub fields: PersonFields,
    pub details: Details,
    pub restricted: Vec<(RestrictedField, String)>,
    /// The day of the consent to processing, where the row says that it was given.
    pub consent: Option<NaiveDate>,
}

/// What would become of a card.
#[derive(Clone, Debug)]
pub struct Looked {
    pub person: Option<PersonId>,
    /// Whether the card or what hangs on it would be other than it is.
    pub changes: bool,
    pub errors: Vec<FieldError>,
    /// Restricted values that may not be stored, and why: `no-consent`, `no-right`.
    pub left_out: Vec<(RestrictedField, &'static str)>,
    /// The consent may not be recorded by the actor.
    pub consent_left_out: bool,
    clean: Option<(CleanPerson, Details)>,
    before: Option<Before>,
    store: Vec<(RestrictedField, String)>,
    consent: Option<NaiveDate>,
}

/// A card as it was, for the way back.
#[derive(Clone, Debug)]
struct Before {
    seen: i32,
    fields: PersonFields,
    details: Details,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Put {
    /// Whose cards they are, in the order of the list.
    pub people: Vec<PersonId>,
    pub undo: CardsUndo,
}

/// What taking cards back needs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CardsUndo {
    pub created: Vec<PersonId>,
    changed: Vec<Changed>,
    /// Every card the list touched, as it was left.
    versions: Vec<(PersonId, i32)>,
    consents: Vec<ConsentId>,
    restricted: Vec<(PersonId, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Changed {
    person: PersonId,
    fields: PersonFields,
    details: Value,
}

/// Cards of whole lists, for imports of this domain and of those above. The
/// caller has asked for the right to import.
#[async_trait]
pub trait CardLists: Send + Sync {
    /// Everybody of a kind with their search keys.
    async fn known(&self, tx: &mut Tx, kind: CardKind) -> Result<Vec<(String, Card)>, Error>;

    /// Compares a list with the cards; writes nothing.
    async fn look(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        cards: Vec<ListedCard>,
        today: NaiveDate,
    ) -> Result<Vec<Looked>, Error>;

    /// Writes cards that were looked at in the same transaction and have no errors.
    async fn put(&self, tx: &mut Tx, kind: CardKind, cards: &[Looked]) -> Result<Put, Error>;

    /// Takes back what [`CardLists::put`] wrote.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where a card is not as the list left it;
    /// [`Error::InUse`] where other data refers to one.
    async fn take_back(&self, tx: &mut Tx, kind: CardKind, undo: &CardsUndo) -> Result<(), Error>;
}

/// The cards of this domain as lists; it holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct CardBook;

#[async_trait]
impl CardLists for CardBook {
    async fn known(&self, tx: &mut Tx, kind: CardKind) -> Result<Vec<(String, Card)>, Error> {
        Ok(store::keys(tx, kind).await?)
    }

    async fn look(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        cards: Vec<ListedCard>,
        today: NaiveDate,
    ) -> Result<Vec<Looked>, Error> {
        let around = Around::load(tx, actor, kind, &cards, today).await?;
        Ok(cards.into_iter().map(|it| around.look(it)).collect())
    }

    async fn put(&self, tx: &mut Tx, kind: CardKind, cards: &[Looked]) -> Result<Put, Error> {
        let mut entered = enter(tx, kind, cards).await?.into_iter();
        let people: Vec<PersonId> =
            cards.iter().filter_map(|it| it.person.or_else(|| entered.next())).collect();
        let changed: Vec<(PersonId, &Looked)> =
            people.iter().copied().zip(cards).filter(|it| it.1.changes).collect();
        let undo = CardsUndo {
            created: created(&people, cards),
            changed: overwrite(tx, kind, cards).await?,
            consents: consent(tx, &changed).await?,
            restricted: restrict(tx, kind, &changed).await?,
            versions: versions(tx, &changed).await?,
        };
        Ok(Put { people, undo })
    }

    async fn take_back(&self, tx: &mut Tx, kind: CardKind, undo: &CardsUndo) -> Result<(), Error> {
        let touched: Vec<PersonId> = undo.versions.iter().map(|it| it.0).collect();
        let now = store::versions(tx, &touched).await?;
        if undo.versions.iter().any(|(person, left)| now.get(person) != Some(left)) {
            return Err(Error::ChangedMeanwhile);
        }
        store::drop_restricted_of(tx, &undo.restricted).await?;
        store::drop_consents(tx, &undo.consents).await?;
        let today = (tx.now() + Duration::hours(14)).date_naive();
        let back: Result<Vec<store::Overwrite>, Error> =
            undo.changed.iter().map(|it| it.overwrite(kind, &now, today)).collect();
        store::overwrite(tx, kind, &back?).await?;
        if !undo.created.is_empty() {
            store::forget(tx, kind, &undo.created).await?;
        }
        Ok(())
    }
}

impl Changed {
    fn overwrite(
        &self,
        kind: CardKind,
        now: &HashMap<PersonId, i32>,
        today: NaiveDate,
    ) -> Result<store::Overwrite, Error> {
        let person = self.fields.clone().clean(today)?;
        Ok(store::Overwrite {
            id: self.person,
            seen: now.get(&self.person).copied().unwrap_or_default(),
            person,
            details: Details::stored(kind, &self.details)?,
        })
    }
}

impl Details {
    /// Details of that kind from what [`Changed`] keeps.
    fn stored(kind: CardKind, value: &Value) -> Result<Self, Error> {
        let wrong = |_| db::Error::corrupt("intake.run", "undo");
        Ok(match kind {
            CardKind::Pupil => Self::Pupil(Deserialize::deserialize(value).map_err(wrong)?),
            CardKind::Parent => Self::Parent(Deserialize::deserialize(value).map_err(wrong)?),
            CardKind::Staff => Self::Staff(Deserialize::deserialize(value).map_err(wrong)?),
        })
    }

    /// These details where the other ones say nothing.
    fn under(&self, said: &Self) -> Self {
        match (self, said) {
            (Self::Pupil(old), Self::Pupil(new)) => Self::Pupil(overlaid(old, new)),
            (Self::Parent(old), Self::Parent(new)) => Self::Parent(overlaid(old, new)),
            (Self::Staff(old), Self::Staff(new)) => Self::Staff(overlaid(old, new)),
            _ => said.clone(),
        }
    }
}

/// `old` with every field that `new` says. The shift stays: no list has it.
fn overlaid<T: Serialize + DeserializeOwned + Clone>(old: &T, new: &T) -> T {
    let (mut all, said) = (json!(old), json!(new));
    if let (Value::Object(all), Value::Object(said)) = (&mut all, said) {
        let is_said = |name: &str, value: &Value| name != "shift" && !value.is_null() && value != "";
        all.extend(said.into_iter().filter(|(name, value)| is_said(name, value)));
    }
    serde_json::from_value(all).unwrap_or_else(|_| new.clone())
}

/// What the decisions about a list look at.
struct Around {
    kind: CardKind,
    today: NaiveDate,
    may_consent: bool,
    may_restrict: bool,
    cards: HashMap<PersonId, Before>,
    consents: HashMap<PersonId, Vec<Consent>>,
    stored: HashMap<(PersonId, RestrictedField), String>,
    snils: HashMap<String, PersonId>,
    file_numbers: HashMap<String, PersonId>,
    /// Numbers that the list has twice.
    repeated: HashSet<String>,
}

impl Around {
    async fn load(
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
            snils: HashMap::new(),
            file_numbers: store::file_numbers(tx, &numbers).await?,
            repeated: repeated(snils.iter().chain(&numbers)),
        };
        for consent in store::consents_of(tx, &people).await? {
            it.consents.entry(consent.subject).or_default().push(consent);
        }
        for value in store::restricted_of_many(tx, &people, &snils).await? {
            if value.field == RestrictedField::Snils {
                it.snils.insert(value.value.clone(), value.person);
            }
            it.stored.insert((value.person, value.field), value.value);
        }
        Ok(it)
    }

    fn look(&self, card: ListedCard) -> Looked {
        let before = card.person.and_then(|it| self.cards.get(&it)).cloned();
        let (fields, details) = match &before {
            Some(it) => (overlaid(&it.fields, &card.fields), it.details.under(&card.details)),
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
        self.look_at_numbers(&mut it, &card);
        self.look_at_consent(&mut it, &card);
        for (field, value) in &card.restricted {
            self.look_at_value(&mut it, *field, value);
        }
        it.changes = it.person.is_none()
            || it.is_other_card()
            || !it.store.is_empty()
            || it.consent.is_some();
        it
    }

    fn clean(&self, it: &mut Looked, fields: PersonFields, details: Details) {
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
        let Some(signed_on) = card.consent else { return };
        if self.today < signed_on {
            it.errors.push(FieldError::new("consent_on", "people.date-in-future"));
        }
        if self.in_force(it.person).any(|it| it.kind == ConsentKind::Processing) {
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
        all.into_iter().flatten().filter(|it| it.withdrawn_on.is_none())
    }

    fn look_at_value(&self, it: &mut Looked, field: RestrictedField, value: &str) {
        let value = match field.checked(value) {
            Ok(value) => value,
            Err(code) => return it.errors.push(FieldError::new(field.code(), code)),
        };
        if !self.may_restrict {
            return it.left_out.push((field, "no-right"));
        }
        match it.person.and_then(|person| self.stored.get(&(person, field))) {
            Some(known) if *known == value => return,
            Some(_) => {
                return it.errors.push(FieldError::new(field.code(), "intake.differs-from-card"));
            }
            None => {}
        }
        let consents: Vec<Consent> = self.in_force(it.person).cloned().collect();
        let comes_with_consent =
            it.consent.is_some() && field.consent_kind() == ConsentKind::Processing;
        if comes_with_consent || field.ground(&[self.kind], &consents).is_some() {
            it.store.push((field, value));
        } else {
            it.left_out.push((field, "no-consent"));
        }
    }
}

impl ListedCard {
    fn snils(&self) -> Option<String> {
        let found = self.restricted.iter().find(|it| it.0 == RestrictedField::Snils)?;
        found.0.checked(&found.1).ok().filter(|it| !it.is_empty())
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
    fn is_other_card(&self) -> bool {
        self.before.as_ref().zip(self.clean.as_ref()).is_some_and(|(before, (person, details))| {
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
        (person.id, Before { seen: person.version, fields: person.fields, details })
    };
    Ok(cards.into_iter().map(card).collect())
}

fn wrapped<T>(
    cards: Vec<(crate::Person, T)>,
    wrap: impl Fn(T) -> Details,
) -> Vec<(crate::Person, Details)> {
    cards.into_iter().map(|(person, details)| (person, wrap(details))).collect()
}

/// Enters those who have no card, in order.
async fn enter(tx: &mut Tx, kind: CardKind, cards: &[Looked]) -> Result<Vec<PersonId>, Error> {
    let new: Vec<(CleanPerson, Details)> =
        cards.iter().filter(|it| it.person.is_none()).filter_map(|it| it.clean.clone()).collect();
    if new.is_empty() {
        return Ok(vec![]);
    }
    let (mut pupils, mut parents, mut staff) = (vec![], vec![], vec![]);
    for (person, details) in new {
        match details {
            Details::Pupil(it) => pupils.push((person, it)),
            Details::Parent(it) => parents.push((person, it)),
            Details::Staff(it) => staff.push((person, it)),
        }
    }
    match kind {
        CardKind::Pupil => store::enter_pupils(tx, &pupils).await,
        CardKind::Parent => store::enter_parents(tx, &parents).await,
        CardKind::Staff => store::enter_staff(tx, &staff).await,
    }
}

fn created(people: &[PersonId], cards: &[Looked]) -> Vec<PersonId> {
    people.iter().zip(cards).filter(|it| it.1.person.is_none()).map(|it| *it.0).collect()
}

/// Changes the cards that are other than the list says; what they were.
async fn overwrite(tx: &mut Tx, kind: CardKind, cards: &[Looked]) -> Result<Vec<Changed>, Error> {
    let (mut writes, mut changed) = (vec![], vec![]);
    for it in cards.iter().filter(|it| it.is_other_card()) {
        if let (Some(id), Some((person, details)), Some(before)) =
            (it.person, &it.clean, &it.before)
        {
            changed.push(Changed {
                person: id,
                fields: before.fields.clone(),
                details: json!(before.details),
            });
            writes.push(store::Overwrite {
                id,
                seen: before.seen,
                person: person.clone(),
                details: details.clone(),
            });
        }
    }
    store::overwrite(tx, kind, &writes).await?;
    Ok(changed)
}

async fn consent(tx: &mut Tx, cards: &[(PersonId, &Looked)]) -> Result<Vec<ConsentId>, Error> {
    let consent = |(subject, it): &(PersonId, &Looked)| {
        Some(NewConsent {
            subject: *subject,
            given_by: None,
            kind: ConsentKind::Processing,
            document: String::new(),
            signed_on: it.consent?,
        })
    };
    let consents: Vec<NewConsent> = cards.iter().filter_map(consent).collect();
    if consents.is_empty() {
        return Ok(vec![]);
    }
    store::record_consents(tx, &consents).await
}

async fn restrict(
    tx: &mut Tx,
    kind: CardKind,
    cards: &[(PersonId, &Looked)],
) -> Result<Vec<(PersonId, String)>, Error> {
    let people: Vec<PersonId> =
        cards.iter().filter(|it| !it.1.store.is_empty()).map(|it| it.0).collect();
    if people.is_empty() {
        return Ok(vec![]);
    }
    let mut consents: HashMap<PersonId, Vec<Consent>> = HashMap::new();
    for it in store::consents_of(tx, &people).await? {
        consents.entry(it.subject).or_default().push(it);
    }
    let (mut entries, mut written) = (vec![], vec![]);
    for (person, it) in cards {
        let given = consents.get(person).map_or(&[][..], Vec::as_slice);
        for (field, value) in &it.store {
            // The gate stands here once more: nothing gets in without a ground.
            let Some(ground) = field.ground(&[kind], given) else { continue };
            entries.push(store::Entry {
                person: *person,
                field: *field,
                value: value.clone(),
                ground,
            });
            written.push((*person, field.code().to_owned()));
        }
    }
    store::put_restricted(tx, &entries).await?;
    Ok(written)
}

async fn versions(
    tx: &mut Tx,
    cards: &[(PersonId, &Looked)],
) -> Result<Vec<(PersonId, i32)>, Error> {
    let people: Vec<PersonId> = cards.iter().map(|it| it.0).collect();
    let mut left: Vec<(PersonId, i32)> =
        store::versions(tx, &people).await?.into_iter().collect();
    left.sort_unstable();
    Ok(left)
}

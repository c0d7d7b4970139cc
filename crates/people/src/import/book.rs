//! Cards of whole lists: compared with what is there, entered, changed, taken
//! back, in a constant number of statements.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{Duration, NaiveDate};
use db::{Tx, vault::Secret};
use kernel::{Actor, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    look::{Around, overlaid},
    put,
};
use crate::{
    Card, CardKind, ConsentId, Details, Error, FieldError, PersonFields, RestrictedField,
    person::CleanPerson, store,
};

/// Why a consent became void.
pub(super) const REVERTED: &str = "import-reverted";

/// A card as far as a row of a list says it.
#[derive(Clone, Debug)]
pub struct ListedCard {
    /// Whose card it is, where they have one already.
    pub person: Option<PersonId>,
    pub fields: PersonFields,
    pub details: Details,
    pub restricted: Vec<(RestrictedField, Secret)>,
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
    /// Values that are stored although something speaks against them, and what.
    pub doubts: Vec<(RestrictedField, &'static str)>,
    /// Restricted values that may not be stored, and why: `no-consent`, `no-right`.
    pub left_out: Vec<(RestrictedField, &'static str)>,
    /// The consent may not be recorded by the actor.
    pub consent_left_out: bool,
    pub(super) clean: Option<(CleanPerson, Details)>,
    pub(super) before: Option<Before>,
    pub(super) store: Vec<(RestrictedField, Secret)>,
    pub(super) consent: Option<NaiveDate>,
}

/// A card as it was, for the way back.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub(super) seen: i32,
    pub(super) fields: PersonFields,
    pub(super) details: Details,
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
pub(super) struct Changed {
    pub(super) person: PersonId,
    pub(super) fields: PersonFields,
    pub(super) details: Value,
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
        Ok(cards.iter().map(|it| around.look(it)).collect())
    }

    async fn put(&self, tx: &mut Tx, kind: CardKind, cards: &[Looked]) -> Result<Put, Error> {
        let mut entered = put::enter(tx, kind, cards).await?.into_iter();
        let people: Vec<PersonId> = cards
            .iter()
            .filter_map(|it| it.person.or_else(|| entered.next()))
            .collect();
        let changed: Vec<(PersonId, &Looked)> = people
            .iter()
            .copied()
            .zip(cards)
            .filter(|it| it.1.changes)
            .collect();
        let undo = CardsUndo {
            created: put::created(&people, cards),
            changed: put::overwrite(tx, kind, cards).await?,
            consents: put::consent(tx, &changed).await?,
            restricted: put::restrict(tx, kind, &changed).await?,
            versions: put::versions(tx, &changed).await?,
        };
        Ok(Put { people, undo })
    }

    async fn take_back(&self, tx: &mut Tx, kind: CardKind, undo: &CardsUndo) -> Result<(), Error> {
        let touched: Vec<PersonId> = undo.versions.iter().map(|it| it.0).collect();
        let now = store::versions(tx, &touched).await?;
        if undo
            .versions
            .iter()
            .any(|(person, left)| now.get(person) != Some(left))
        {
            return Err(Error::ChangedMeanwhile);
        }
        store::drop_restricted_of(tx, &undo.restricted).await?;
        store::void_consents(tx, &undo.consents, REVERTED).await?;
        let today = (tx.now() + Duration::hours(14)).date_naive();
        let back: Result<Vec<store::Overwrite>, Error> = undo
            .changed
            .iter()
            .map(|it| it.overwrite(kind, &now, today))
            .collect();
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
    pub(super) fn under(&self, said: &Self) -> Self {
        match (self, said) {
            (Self::Pupil(old), Self::Pupil(new)) => Self::Pupil(overlaid(old, new)),
            (Self::Parent(old), Self::Parent(new)) => Self::Parent(overlaid(old, new)),
            (Self::Staff(old), Self::Staff(new)) => Self::Staff(overlaid(old, new)),
            _ => said.clone(),
        }
    }
}

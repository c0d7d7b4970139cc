//! Whole lists at once, inside the caller's transaction: for imports. The
//! caller has asked for the right to import.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Tx, vault::Secret};
use kernel::PersonId;

use super::{Directory, cards::cleaned};
use crate::{
    Card, CardKind, ConsentId, Details, Error, FieldError, NewConsent, ParentFields, PersonFields,
    PupilFields, RestrictedField, StaffFields, person::CleanPerson, store,
};

/// A restricted value from a list.
#[derive(Clone, Debug)]
pub struct RestrictedValue {
    pub person: PersonId,
    pub field: RestrictedField,
    pub value: Secret,
}

impl Directory {
    /// Everything that is wrong with one card, before anything is stored.
    pub fn problems(fields: &PersonFields, details: &Details, today: NaiveDate) -> Vec<FieldError> {
        match cleaned(fields.clone(), details.clone(), today) {
            Err(Error::Fields(wrong)) => wrong,
            _ => Vec::new(),
        }
    }

    /// Enters pupils in one statement; their ids in the order given.
    pub async fn enter_pupils(
        &self,
        tx: &mut Tx,
        cards: Vec<(PersonFields, PupilFields)>,
    ) -> Result<Vec<PersonId>, Error> {
        let today = self.today(tx).await?;
        let clean: Result<Vec<(CleanPerson, PupilFields)>, Error> = cards
            .into_iter()
            .map(|(person, pupil)| Ok((person.clean(today)?, pupil.clean()?)))
            .collect();
        store::enter_pupils(tx, &clean?).await
    }

    /// Enters parents in one statement; their ids in the order given.
    pub async fn enter_parents(
        &self,
        tx: &mut Tx,
        cards: Vec<(PersonFields, ParentFields)>,
    ) -> Result<Vec<PersonId>, Error> {
        let today = self.today(tx).await?;
        let clean: Result<Vec<(CleanPerson, ParentFields)>, Error> = cards
            .into_iter()
            .map(|(person, parent)| Ok((person.clean(today)?, parent.clean()?)))
            .collect();
        store::enter_parents(tx, &clean?).await
    }

    /// Enters staff in one statement; their ids in the order given.
    pub async fn enter_staff(
        &self,
        tx: &mut Tx,
        cards: Vec<(PersonFields, StaffFields)>,
    ) -> Result<Vec<PersonId>, Error> {
        let today = self.today(tx).await?;
        let clean: Result<Vec<(CleanPerson, StaffFields)>, Error> = cards
            .into_iter()
            .map(|(person, staff)| Ok((person.clean(today)?, staff.clean()?)))
            .collect();
        store::enter_staff(tx, &clean?).await
    }

    /// Changes the common part and the details of one card as a list says,
    /// whatever version it has.
    pub async fn overwrite(
        &self,
        tx: &mut Tx,
        id: PersonId,
        fields: PersonFields,
        details: Details,
    ) -> Result<(), Error> {
        let today = self.today(tx).await?;
        let (person, _) = store::card(tx, details.kind(), id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let (clean, details) = cleaned(fields, details, today)?;
        store::save_person(tx, id, person.version, &clean).await?;
        store::save_details(tx, id, &details).await
    }

    /// The card as it stands, for what an import must be able to take back.
    pub async fn as_it_stands(
        &self,
        tx: &mut Tx,
        kind: CardKind,
        id: PersonId,
    ) -> Result<Option<(PersonFields, Details)>, Error> {
        Ok(store::card(tx, kind, id)
            .await?
            .map(|(person, details)| (person.fields, details)))
    }

    /// Everybody of a kind by search key and birth date, to find who of a list
    /// has a card already.
    pub async fn by_name_and_birth(
        &self,
        tx: &mut Tx,
        kind: CardKind,
    ) -> Result<HashMap<(String, Option<NaiveDate>), Vec<Card>>, Error> {
        let mut found: HashMap<(String, Option<NaiveDate>), Vec<Card>> = HashMap::new();
        for (key, card) in store::keys(tx, kind).await? {
            found.entry((key, card.born_on)).or_default().push(card);
        }
        Ok(found)
    }

    /// Makes people with a card here parents too, where they are not.
    pub async fn add_parent_cards(&self, tx: &mut Tx, people: &[PersonId]) -> Result<(), Error> {
        Ok(store::add_parent_cards(tx, people).await?)
    }

    /// Puts consents into the register in one statement; signers are not checked.
    pub async fn record_consents(
        &self,
        tx: &mut Tx,
        consents: &[NewConsent],
    ) -> Result<Vec<ConsentId>, Error> {
        store::record_consents(tx, consents).await
    }

    /// Stores restricted values that have a ground; those that have none or
    /// are wrong come back with the reason and are not stored. Three
    /// statements, however many values.
    pub async fn put_restricted_values(
        &self,
        tx: &mut Tx,
        kind: CardKind,
        values: Vec<RestrictedValue>,
    ) -> Result<Vec<(RestrictedValue, &'static str)>, Error> {
        let people: Vec<PersonId> = values.iter().map(|it| it.person).collect();
        let consents = store::consents_of(tx, &people).await?;
        let mut of: HashMap<PersonId, Vec<crate::Consent>> = HashMap::new();
        for it in consents {
            of.entry(it.subject).or_default().push(it);
        }
        let (mut entries, mut refused) = (Vec::new(), Vec::new());
        for it in values {
            let consents = of.get(&it.person).map_or(&[][..], Vec::as_slice);
            match (
                it.field.checked(it.value.reveal()),
                it.field.ground(&[kind], consents),
            ) {
                (Ok(value), _) if value.is_empty() => {}
                (Ok(value), Some(ground)) => {
                    entries.push(store::Entry {
                        person: it.person,
                        field: it.field,
                        value: value.into(),
                        ground,
                    });
                }
                (Ok(_), None) => refused.push((it, "people.no-consent")),
                (Err(code), _) => refused.push((it, code)),
            }
        }
        store::put_restricted(tx, &entries).await?;
        Ok(refused)
    }

    /// Takes back cards that an import entered, with their kinships and
    /// restricted fields.
    ///
    /// # Errors
    /// [`Error::InUse`] where anything else refers to one of them.
    pub async fn forget(
        &self,
        tx: &mut Tx,
        kind: CardKind,
        people: &[PersonId],
    ) -> Result<(), Error> {
        self.accounts.close(tx, people).await?;
        if kind == CardKind::Parent {
            store::drop_kinships(tx, people).await?;
        }
        store::drop_all_restricted(tx, people).await?;
        store::forget(tx, kind, people).await
    }
}

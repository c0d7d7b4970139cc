//! The contract of this domain: no state, only the caller's transaction.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{Duration, NaiveDate};
use db::Tx;
use kernel::PersonId;

use crate::{
    Card, CardKind, Error, Kin, NewPupil, People, PersonFields, PupilFields, person::CleanPerson,
    store,
};

/// What other domains ask ([`People`]); it holds nothing, so every domain may have one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cards;

/// The latest day it can be anywhere: births are not checked to the hour.
fn latest_day(tx: &Tx) -> NaiveDate {
    (tx.now() + Duration::hours(14)).date_naive()
}

#[async_trait]
impl org::ShortNames for Cards {
    async fn short_names(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, String>, org::Error> {
        let cards = store::cards(tx, people).await?;
        Ok(cards.iter().map(|it| (it.id, it.short())).collect())
    }
}

#[async_trait]
impl People for Cards {
    async fn cards(&self, tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Card>, Error> {
        Ok(store::cards(tx, ids).await?)
    }

    async fn staff(&self, tx: &mut Tx) -> Result<Vec<Card>, Error> {
        let today = tx.now().date_naive();
        Ok(store::staff_on(tx, today).await?)
    }

    async fn pupils(&self, tx: &mut Tx) -> Result<Vec<Card>, Error> {
        Ok(store::all_pupils(tx).await?)
    }

    async fn children_cards(
        &self,
        tx: &mut Tx,
        parent: PersonId,
        on: NaiveDate,
    ) -> Result<Vec<Card>, Error> {
        Ok(store::children_cards(tx, parent, on).await?)
    }

    async fn children(
        &self,
        tx: &mut Tx,
        parent: PersonId,
        on: NaiveDate,
    ) -> Result<Vec<PersonId>, Error> {
        let kin = store::children_of(tx, &[parent], on).await?;
        Ok(kin.into_iter().map(|it| it.pupil).collect())
    }

    async fn parents_of(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<Vec<Kin>, Error> {
        Ok(store::parents_of(tx, pupils, on).await?)
    }

    async fn emails(
        &self,
        tx: &mut Tx,
        ids: &[PersonId],
    ) -> Result<HashMap<PersonId, String>, Error> {
        Ok(store::emails(tx, ids).await?)
    }

    async fn enter_pupils(&self, tx: &mut Tx, pupils: &[NewPupil]) -> Result<Vec<PersonId>, Error> {
        if pupils.is_empty() {
            return Ok(Vec::new());
        }
        let today = latest_day(tx);
        let clean: Result<Vec<(CleanPerson, PupilFields)>, Error> = pupils
            .iter()
            .map(|it| {
                Ok((
                    PersonFields::from(it).clean(today)?,
                    PupilFields::from(it).clean()?,
                ))
            })
            .collect();
        store::enter_pupils(tx, &clean?).await
    }

    async fn forget_pupils(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<(), Error> {
        store::forget(tx, CardKind::Pupil, pupils).await
    }
}

//! A pupil with the family, as one school hands the card to another (MOV-5).
//! Restricted values are not among it: each school keeps them on a ground of
//! its own (S2:5.4).

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chrono::{Duration, NaiveDate};
use db::Tx;
use kernel::PersonId;
use serde::{Deserialize, Serialize};

use crate::{
    Card, CardKind, Error, KinshipKind, NewKinship, ParentFields, PersonFields, PupilFields,
    RecordFields, RecordKind, RestrictedField, person::CleanPerson, store,
};

/// The card of a pupil with parents and former schools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyFile {
    pub person: PersonFields,
    pub pupil: PupilFields,
    pub relatives: Vec<RelativeFile>,
    /// «Где учился раньше», the newest first.
    pub studies: Vec<RecordFields>,
}

/// A parent of the pupil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelativeFile {
    pub kinship: KinshipKind,
    pub person: PersonFields,
    pub parent: ParentFields,
}

/// Somebody with a card here who has the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namesake {
    pub card: Card,
    pub kinds: Vec<CardKind>,
    /// The birth date or a phone is the same too.
    pub sure: bool,
}

/// Whom of a family to enter, and who has a card already.
#[derive(Clone, Debug)]
pub struct Settling {
    pub file: FamilyFile,
    /// The card of the pupil where there is one.
    pub pupil: Option<PersonId>,
    /// The card of each relative where there is one.
    pub relatives: Vec<Option<PersonId>>,
    /// Since when the ties hold.
    pub since: NaiveDate,
}

/// What was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub pupil: PersonId,
    /// In the order of the file.
    pub relatives: Vec<PersonId>,
}

/// Families of the organisation of the caller's transaction.
#[async_trait]
pub trait Families: Send + Sync {
    /// The cards of these pupils with their parents on the day; a constant
    /// number of statements. Unknown ids are absent.
    async fn files(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<HashMap<PersonId, FamilyFile>, Error>;
    /// For each of these people everybody of the same name here, the sure ones
    /// first, in one statement.
    async fn namesakes(
        &self,
        tx: &mut Tx,
        people: &[PersonFields],
    ) -> Result<Vec<Vec<Namesake>>, Error>;
    /// Whose СНИЛС that is here.
    async fn of_snils(&self, tx: &mut Tx, snils: &str) -> Result<Option<PersonId>, Error>;
    /// Enters a family. Cards that were there stay as they are, and so do ties.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`] where a chosen card is not there.
    async fn settle(&self, tx: &mut Tx, it: Settling) -> Result<Settled, Error>;
}

/// Holds nothing, so every domain may have one.
#[derive(Clone, Copy, Debug, Default)]
pub struct FamilyBook;

#[async_trait]
impl Families for FamilyBook {
    async fn files(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<HashMap<PersonId, FamilyFile>, Error> {
        if pupils.is_empty() {
            return Ok(HashMap::new());
        }
        let kin = store::parents_of(tx, pupils, on).await?;
        let mut ids: Vec<PersonId> = pupils.to_vec();
        ids.extend(kin.iter().map(|it| it.parent));
        let persons = store::persons(tx, &ids).await?;
        let persons: HashMap<PersonId, PersonFields> =
            persons.into_iter().map(|it| (it.id, it.fields)).collect();
        let mut details = store::pupil_fields(tx, pupils).await?;
        let parents: Vec<PersonId> = kin.iter().map(|it| it.parent).collect();
        let parents = store::parent_fields(tx, &parents).await?;
        let mut studies = store::studies(tx, pupils).await?;
        let file = |pupil: &PersonId| {
            let relative = |it: &crate::Kin| {
                Some(RelativeFile {
                    kinship: KinshipKind::from_code(&it.kind)?,
                    person: persons.get(&it.parent)?.clone(),
                    parent: parents.get(&it.parent).cloned().unwrap_or_default(),
                })
            };
            let file = FamilyFile {
                person: persons.get(pupil)?.clone(),
                pupil: details.remove(pupil)?,
                relatives: kin
                    .iter()
                    .filter(|it| it.pupil == *pupil)
                    .filter_map(relative)
                    .collect(),
                studies: studies.remove(pupil).unwrap_or_default(),
            };
            Some((*pupil, file))
        };
        Ok(pupils.iter().filter_map(file).collect())
    }

    async fn namesakes(
        &self,
        tx: &mut Tx,
        people: &[PersonFields],
    ) -> Result<Vec<Vec<Namesake>>, Error> {
        let today = latest_day(tx);
        let clean: Vec<Option<CleanPerson>> = people
            .iter()
            .map(|it| it.clone().clean(today).ok())
            .collect();
        let keys: Vec<String> = clean
            .iter()
            .flatten()
            .map(|it| it.search_key.clone())
            .collect();
        let all = store::of_names(tx, &keys).await?;
        let of = |it: &Option<CleanPerson>| {
            let mut found: Vec<Namesake> = it
                .iter()
                .flat_map(|one| all.iter().filter_map(|other| other.namesake(one)))
                .collect();
            found.sort_by_key(|it| !it.sure);
            found
        };
        Ok(clean.iter().map(of).collect())
    }

    async fn of_snils(&self, tx: &mut Tx, snils: &str) -> Result<Option<PersonId>, Error> {
        let wanted = [(RestrictedField::Snils, snils.to_owned())];
        let found = store::restricted_of_many(tx, &[], &wanted).await?;
        Ok(found.into_iter().next().map(|it| it.person))
    }

    async fn settle(&self, tx: &mut Tx, it: Settling) -> Result<Settled, Error> {
        let today = latest_day(tx);
        let chosen: Vec<PersonId> = it
            .pupil
            .into_iter()
            .chain(it.relatives.iter().flatten().copied())
            .collect();
        if store::cards(tx, &chosen).await?.len() != distinct(&chosen) {
            return Err(Error::NoSuchPerson);
        }
        let pupil = pupil(tx, &it, today).await?;
        let relatives = relatives(tx, &it, today).await?;
        tie(tx, &it, pupil, &relatives).await?;
        let known = store::studies(tx, &[pupil]).await?;
        let known = known.get(&pupil).cloned().unwrap_or_default();
        let new = it.file.studies.iter().filter(|it| !known.contains(it));
        let new: Vec<&RecordFields> = new.collect();
        store::add_records(tx, pupil, RecordKind::Study, &new).await?;
        Ok(Settled { pupil, relatives })
    }
}

/// The latest day it can be anywhere: births are not checked to the hour.
fn latest_day(tx: &Tx) -> NaiveDate {
    (tx.now() + Duration::hours(14)).date_naive()
}

fn distinct(ids: &[PersonId]) -> usize {
    ids.iter().collect::<HashSet<_>>().len()
}

async fn pupil(tx: &mut Tx, it: &Settling, today: NaiveDate) -> Result<PersonId, Error> {
    if let Some(known) = it.pupil {
        let standing = store::standing(tx, known).await?;
        standing
            .filter(|it| it.is_pupil)
            .ok_or(Error::NoSuchPerson)?;
        return Ok(known);
    }
    // The number of the personal file is the school's own (§3.3).
    let details = PupilFields {
        file_number: String::new(),
        ..it.file.pupil.clone()
    };
    let card = (it.file.person.clone().clean(today)?, details.clean()?);
    let entered = store::enter_pupils(tx, &[card]).await?;
    entered.into_iter().next().ok_or(Error::NoSuchPerson)
}

async fn relatives(tx: &mut Tx, it: &Settling, today: NaiveDate) -> Result<Vec<PersonId>, Error> {
    let known = |place: usize| it.relatives.get(place).copied().flatten();
    let mut new = Vec::new();
    for (place, relative) in it.file.relatives.iter().enumerate() {
        if known(place).is_none() {
            let person = relative.person.clone().clean(today)?;
            new.push((person, relative.parent.clone().clean()?));
        }
    }
    let mut entered = if new.is_empty() {
        Vec::new()
    } else {
        store::enter_parents(tx, &new).await?
    }
    .into_iter();
    let all: Option<Vec<PersonId>> = (0..it.file.relatives.len())
        .map(|place| known(place).or_else(|| entered.next()))
        .collect();
    let all = all.ok_or(Error::NoSuchPerson)?;
    store::add_parent_cards(tx, &all).await?;
    Ok(all)
}

async fn tie(
    tx: &mut Tx,
    it: &Settling,
    pupil: PersonId,
    relatives: &[PersonId],
) -> Result<(), Error> {
    let there = store::kinships_of(tx, pupil).await?;
    let mut tied: HashSet<PersonId> = there.iter().map(|it| it.parent).collect();
    let mut new = Vec::new();
    for (relative, parent) in it.file.relatives.iter().zip(relatives) {
        if *parent == pupil {
            return Err(Error::OwnParent);
        }
        if tied.insert(*parent) {
            new.push(NewKinship {
                parent: *parent,
                pupil,
                kind: relative.kinship,
            });
        }
    }
    if !new.is_empty() {
        store::link(tx, &new, it.since).await?;
    }
    Ok(())
}

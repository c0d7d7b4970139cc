//! A pupil of a school below is opened by name and with a reason; what is
//! shown is limited, and the school sees who asked and why (security.md AC-15).

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};
use db::{Db, audit};
use kernel::{Actor, Fault, Grants, OrgId, PersonId, Right, names};
use org::Organisation;
use people::{Card, ClassNames, People};
use serde::Serialize;
use serde_json::json;

use crate::Error;

/// So many of one name are still somebody who is meant.
const MOST: usize = 5;
const SHORTEST_NAME: usize = 3;
const SHORTEST_REASON: usize = 10;
const LONGEST_REASON: usize = 500;

/// Organisations below one; higher than `org`, so the application plugs it in.
#[async_trait]
pub trait Schools: Send + Sync {
    /// Those below that teach, by name.
    async fn below(&self, unit: OrgId) -> Result<Vec<Organisation>, Box<dyn Fault>>;
}

/// Whom the hub asks.
#[derive(Clone)]
pub struct Neighbours {
    pub schools: Arc<dyn Schools>,
    pub people: Arc<dyn People>,
    pub classes: Arc<dyn ClassNames>,
}

/// Whom somebody wants to see, and why.
#[derive(Clone, Debug)]
pub struct Opening {
    pub school: OrgId,
    pub name: String,
    pub reason: String,
    /// «Иванова О. П.», for the school, which does not know the account.
    pub by: String,
    /// The name of the organisation that asks, for whoever reads the journal.
    pub unit: String,
}

/// «Ограниченные сведения» (S2:2.3): nothing that is not needed to know who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenedCard {
    pub name: String,
    pub class: Option<String>,
    pub born: Option<i32>,
}

/// What those above see of schools. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    pub(crate) db: Db,
    pub(crate) asked: Neighbours,
}

impl Hub {
    pub const fn new(db: Db, asked: Neighbours) -> Self {
        Self { db, asked }
    }

    /// The schools whose pupils the actor may ask for.
    pub async fn schools(&self, actor: &Actor) -> Result<Vec<Organisation>, Error> {
        actor.may_in_org(Right::PersonOpen)?;
        let below = self.asked.schools.below(actor.org).await;
        below.map_err(Error::Tree)
    }

    /// Opens the pupils of that name in one school below. That they were
    /// opened, and that it was refused, is in the log before anything is told.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::NameTooShort`], [`Error::NoSuchSchool`],
    /// [`Error::Nobody`], [`Error::TooMany`].
    #[tracing::instrument(name = "hub.open", skip_all)]
    pub async fn open(
        &self,
        actor: &Actor,
        wish: &Opening,
        today: NaiveDate,
    ) -> Result<Vec<OpenedCard>, Error> {
        let checked = self.check(actor, wish).await;
        let school = match checked {
            Ok(school) => school,
            Err(refusal) => {
                self.note_refusal(actor, wish, &refusal).await?;
                return Err(refusal);
            }
        };
        let guest = Actor {
            org: school.id,
            grants: Grants::from_iter([]),
            ..actor.clone()
        };
        let mut tx = self.db.begin(&guest).await?;
        let found = self.found(&mut tx, wish).await?;
        let reason = wish.reason.trim();
        for it in &found {
            let details = json!({
                "reason": reason, "by": wish.by, "from": actor.org, "unit": wish.unit,
            });
            let object = format!("people.person:{}", it.id);
            audit::record(&mut tx, "hub.person-opened", &object, &details).await?;
        }
        let ids: Vec<PersonId> = found.iter().map(|it| it.id).collect();
        let classes = self.asked.classes.class_names(&mut tx, &ids, today).await?;
        tx.commit().await?;
        let mut tx = self.db.begin(actor).await?;
        let details = json!({ "reason": reason, "school": school.id, "opened": found.len() });
        audit::record(&mut tx, "hub.person-opened", "", &details).await?;
        tx.commit().await?;
        if found.is_empty() {
            return Err(Error::Nobody);
        }
        let card = |it: &Card| OpenedCard {
            name: it.full(),
            class: classes.get(&it.id).cloned(),
            born: it.born_on.map(|it| it.year()),
        };
        Ok(found.iter().map(card).collect())
    }

    async fn check(&self, actor: &Actor, wish: &Opening) -> Result<Organisation, Error> {
        let schools = self.schools(actor).await?;
        let school = schools.into_iter().find(|it| it.id == wish.school);
        let school = school.ok_or(Error::NoSuchSchool)?;
        let reason = wish.reason.trim().chars().count();
        if !(SHORTEST_REASON..=LONGEST_REASON).contains(&reason) {
            return Err(Error::NoReason);
        }
        let key = names::search_key(&wish.name);
        let means_somebody = |word: &str| word.chars().count() >= SHORTEST_NAME;
        if !key.split(' ').any(means_somebody) {
            return Err(Error::NameTooShort);
        }
        Ok(school)
    }

    /// The pupils of that name. Of too many none is opened.
    async fn found(&self, tx: &mut db::Tx, wish: &Opening) -> Result<Vec<Card>, Error> {
        let pupils = self.asked.people.pupils(tx).await?;
        let key = names::search_key(&wish.name);
        let is_meant = |it: &Card| names::matches(&names::search_key(&it.full()), &key);
        let found: Vec<Card> = pupils.into_iter().filter(is_meant).take(MOST + 1).collect();
        if found.len() > MOST {
            return Err(Error::TooMany);
        }
        Ok(found)
    }

    async fn note_refusal(
        &self,
        actor: &Actor,
        wish: &Opening,
        refusal: &Error,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let details = json!({ "school": wish.school, "why": refusal.code() });
        audit::record(&mut tx, "hub.person-refused", "", &details).await?;
        tx.commit().await?;
        Ok(())
    }
}

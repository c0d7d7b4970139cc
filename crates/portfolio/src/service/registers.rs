//! What the registers share: who keeps them, and the people they name.

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, Denied, PersonId, Reach, Right};
use people::Card;

use super::Portfolio;
use crate::Error;

/// The registers are read by everybody who works here.
pub(super) fn must_read(actor: &Actor) -> Result<(), Denied> {
    actor.may_in_org(Right::RegisterView)
}

/// Whether the actor keeps a thing of that register: the office keeps all,
/// whoever leads it keeps the own.
pub(super) fn keeps(actor: &Actor, leader: Option<PersonId>) -> bool {
    let edit = actor.reaches(Right::RegisterEdit);
    edit.has(Reach::Org) || edit.has(Reach::Own) && leader == Some(actor.person)
}

/// Whether the actor keeps the whole register.
pub(super) fn keeps_all(actor: &Actor) -> bool {
    actor.reaches(Right::RegisterEdit).has(Reach::Org)
}

/// Refuses whoever does not keep the thing.
pub(super) fn must_keep(actor: &Actor, leader: Option<PersonId>) -> Result<(), Error> {
    must_read(actor)?;
    if keeps(actor, leader) {
        Ok(())
    } else {
        Err(Denied(Right::RegisterEdit).into())
    }
}

/// A pupil with the class of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    pub pupil: PersonId,
    pub name: String,
}

/// Pupils to choose from: those of one class.
#[derive(Clone, Debug, Default)]
pub struct Picking {
    pub classes: Vec<Class>,
    pub chosen: Option<ClassId>,
    pub pupils: Vec<Pick>,
}

impl Portfolio {
    /// The names of these people as lists have them.
    pub(super) async fn names(
        &self,
        tx: &mut Tx,
        ids: Vec<PersonId>,
    ) -> Result<HashMap<PersonId, Card>, Error> {
        let cards = self.people.cards(tx, &ids).await?;
        Ok(cards.into_iter().map(|it| (it.id, it)).collect())
    }

    /// The classes near the day, and the pupils of the chosen one.
    pub(super) async fn picking(
        &self,
        tx: &mut Tx,
        chosen: Option<ClassId>,
        today: NaiveDate,
    ) -> Result<Picking, Error> {
        let Some(year) = self.curriculum.year_near(tx, today).await? else {
            return Ok(Picking::default());
        };
        let classes = self.curriculum.classes(tx, year.id).await?;
        let Some(class) = chosen else {
            return Ok(Picking {
                classes,
                ..Picking::default()
            });
        };
        if classes.iter().all(|it| it.id != class) {
            return Err(Error::NotFound);
        }
        let on = today.clamp(year.starts_on, year.ends_on);
        let pupils = self.pupils_on(tx, class, on).await?;
        Ok(Picking {
            classes,
            chosen,
            pupils,
        })
    }

    /// The pupils of a class on the day, in the order of the class list.
    pub(super) async fn pupils_on(
        &self,
        tx: &mut Tx,
        class: ClassId,
        on: NaiveDate,
    ) -> Result<Vec<Pick>, Error> {
        let members = self.register.members(tx, &[class], on, on).await?;
        let ids: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let cards = self.people.cards(tx, &ids).await?;
        let pick = |it: &Card| Pick {
            pupil: it.id,
            name: it.listed(),
        };
        Ok(cards.iter().map(pick).collect())
    }

    /// «7А» for each of these pupils who is in a class on the day.
    pub(super) async fn class_names(
        &self,
        tx: &mut Tx,
        pupils: &[PersonId],
        on: NaiveDate,
    ) -> Result<HashMap<PersonId, String>, Error> {
        let stays = self.register.stays(tx, pupils).await?;
        let now: Vec<_> = stays.iter().filter(|it| it.on(on)).collect();
        let ids: Vec<ClassId> = now.iter().map(|it| it.class).collect();
        let classes = self.curriculum.classes_by_id(tx, &ids).await?;
        let name = |id: ClassId| classes.iter().find(|it| it.id == id).map(Class::name);
        let named = now
            .iter()
            .filter_map(|it| Some((it.pupil, name(it.class)?)));
        Ok(named.collect())
    }
}

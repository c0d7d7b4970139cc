//! Материальная база: equipment by room (ORG-3).

use std::collections::HashMap;

use kernel::{Actor, PersonId};
use org::Room;
use people::Card;

use super::{
    Portfolio,
    registers::{keeps_all, must_keep, must_read},
};
use crate::{Equipment, EquipmentFields, EquipmentId, Error, store};

/// The equipment of the school.
#[derive(Clone, Debug)]
pub struct Base {
    pub things: Vec<Equipment>,
    pub rooms: Vec<Room>,
    /// Who answers for something.
    pub people: HashMap<PersonId, Card>,
    pub keeps: bool,
}

/// What the form of a thing offers.
#[derive(Clone, Debug)]
pub struct EquipmentForm {
    pub thing: Option<Equipment>,
    pub rooms: Vec<Room>,
    pub staff: Vec<Card>,
}

impl Portfolio {
    /// All equipment.
    pub async fn base(&self, actor: &Actor) -> Result<Base, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let things = store::equipment(&mut tx, None).await?;
        let rooms = self.orgs.rooms(&mut tx).await?;
        let people = things.iter().filter_map(|it| it.fields.responsible);
        let people = self.names(&mut tx, people.collect()).await?;
        tx.commit().await?;
        Ok(Base {
            things,
            rooms,
            people,
            keeps: keeps_all(actor),
        })
    }

    /// The form of a thing; of a new one without an id.
    pub async fn equipment_form(
        &self,
        actor: &Actor,
        id: Option<EquipmentId>,
    ) -> Result<EquipmentForm, Error> {
        must_keep(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let thing = match id {
            Some(id) => {
                let found = store::equipment(&mut tx, Some(id)).await?;
                Some(found.into_iter().next().ok_or(Error::NotFound)?)
            }
            None => None,
        };
        let rooms = self.orgs.rooms(&mut tx).await?;
        let staff = self.people.staff(&mut tx).await?;
        tx.commit().await?;
        Ok(EquipmentForm {
            thing,
            rooms,
            staff,
        })
    }

    /// Writes a thing: a new one, or a known one over the version that was seen.
    pub async fn save_equipment(
        &self,
        actor: &Actor,
        known: Option<(EquipmentId, i32)>,
        fields: &EquipmentFields,
    ) -> Result<(), Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        match known {
            None => {
                store::insert_equipment(&mut tx, fields).await?;
            }
            Some((id, seen)) => {
                if store::equipment(&mut tx, Some(id)).await?.is_empty() {
                    return Err(Error::NotFound);
                }
                store::update_equipment(&mut tx, id, seen, fields).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

//! Методические объединения (PPL-12).

use kernel::{Actor, PersonId};
use people::Card;

use super::{
    Portfolio,
    registers::{keeps, keeps_all, must_keep, must_read},
};
use crate::{
    Association, AssociationFields, AssociationId, Error, Item, ItemFields, ItemId, store,
};

/// The associations of the school.
#[derive(Clone, Debug)]
pub struct Associations {
    /// With the name of the head.
    pub associations: Vec<(Association, Option<String>)>,
    pub may_add: bool,
}

/// An association with all that it keeps.
#[derive(Clone, Debug)]
pub struct OpenedAssociation {
    pub association: Association,
    pub head: Option<String>,
    /// In the order of names.
    pub members: Vec<(PersonId, String)>,
    pub items: Vec<Item>,
    pub keeps: bool,
    /// The name, the head and the members are the office's.
    pub keeps_all: bool,
}

/// What the form of an association offers.
#[derive(Clone, Debug)]
pub struct AssociationForm {
    pub association: Option<Association>,
    pub staff: Vec<Card>,
}

/// What the form of an item shows.
#[derive(Clone, Debug)]
pub struct ItemForm {
    pub association: Association,
    pub item: Option<Item>,
}

impl Portfolio {
    /// All associations.
    pub async fn associations(&self, actor: &Actor) -> Result<Associations, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = store::associations(&mut tx, None).await?;
        let heads = found.iter().filter_map(|it| it.fields.head).collect();
        let names = self.names(&mut tx, heads).await?;
        tx.commit().await?;
        let head = |it: &Association| names.get(&it.fields.head?).map(Card::full);
        Ok(Associations {
            associations: found
                .into_iter()
                .map(|it| {
                    let name = head(&it);
                    (it, name)
                })
                .collect(),
            may_add: keeps_all(actor),
        })
    }

    /// One association.
    pub async fn association(
        &self,
        actor: &Actor,
        id: AssociationId,
    ) -> Result<OpenedAssociation, Error> {
        must_read(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let association = store::association(&mut tx, id).await?;
        let items = store::items(&mut tx, Some(id), None).await?;
        let fields = &association.fields;
        let mut wanted = fields.members.clone();
        wanted.extend(fields.head);
        let cards = self.people.cards(&mut tx, &wanted).await?;
        tx.commit().await?;
        let head = cards.iter().find(|it| Some(it.id) == fields.head);
        Ok(OpenedAssociation {
            head: head.map(Card::full),
            members: cards
                .iter()
                .filter(|it| fields.members.contains(&it.id))
                .map(|it| (it.id, it.full()))
                .collect(),
            items,
            keeps: keeps(actor, fields.head),
            keeps_all: keeps_all(actor),
            association,
        })
    }

    /// The form of an association; of a new one without an id.
    pub async fn association_form(
        &self,
        actor: &Actor,
        id: Option<AssociationId>,
    ) -> Result<AssociationForm, Error> {
        must_keep(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let association = match id {
            Some(id) => Some(store::association(&mut tx, id).await?),
            None => None,
        };
        let staff = self.people.staff(&mut tx).await?;
        tx.commit().await?;
        Ok(AssociationForm { association, staff })
    }

    /// Enters an association.
    pub async fn add_association(
        &self,
        actor: &Actor,
        fields: &AssociationFields,
    ) -> Result<AssociationId, Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let id = store::insert_association(&mut tx, fields).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes an association over the version that was seen.
    pub async fn change_association(
        &self,
        actor: &Actor,
        id: AssociationId,
        seen: i32,
        fields: &AssociationFields,
    ) -> Result<(), Error> {
        must_keep(actor, None)?;
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        store::association(&mut tx, id).await?;
        store::update_association(&mut tx, id, seen, fields).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The form of an item; of a new one without an id.
    pub async fn item_form(
        &self,
        actor: &Actor,
        of: AssociationId,
        id: Option<ItemId>,
    ) -> Result<ItemForm, Error> {
        let mut tx = self.db.begin(actor).await?;
        let association = store::association(&mut tx, of).await?;
        must_keep(actor, association.fields.head)?;
        let item = match id {
            Some(id) => {
                let found = store::items(&mut tx, None, Some(id)).await?;
                let found = found.into_iter().find(|it| it.association == of);
                Some(found.ok_or(Error::NotFound)?)
            }
            None => None,
        };
        tx.commit().await?;
        Ok(ItemForm { association, item })
    }

    /// Writes an item: a new one, or a known one over the version that was seen.
    pub async fn save_item(
        &self,
        actor: &Actor,
        of: AssociationId,
        known: Option<(ItemId, i32)>,
        fields: &ItemFields,
    ) -> Result<(), Error> {
        fields.check()?;
        let mut tx = self.db.begin(actor).await?;
        let association = store::association(&mut tx, of).await?;
        must_keep(actor, association.fields.head)?;
        match known {
            None => store::insert_item(&mut tx, of, fields).await?,
            Some((id, seen)) => {
                let found = store::items(&mut tx, None, Some(id)).await?;
                if found.iter().all(|it| it.association != of) {
                    return Err(Error::NotFound);
                }
                store::update_item(&mut tx, id, seen, fields).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

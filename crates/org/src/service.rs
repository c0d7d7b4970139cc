//! The use cases of org: one public method is one transaction.

use std::collections::BTreeSet;

use async_trait::async_trait;
use db::{Db, Tx};
use kernel::{Actor, OrgId, PersonId, Right, RoomId, names};
use serde_json::{Value, json};

use crate::{
    Error,
    api::{NewOrganisation, Organisation, Organisations, Room, ShortNames},
    card::{Card, clashes},
    fields::Typed,
    history::{self, CardChange},
    options::Options,
    room::{RoomCard, RoomForm},
    store,
};

/// Organisations, their cards, rooms and settings. Cheap to clone.
#[derive(Clone)]
pub struct Org {
    db: Db,
}

#[async_trait]
impl Organisations for Org {
    async fn own(&self, tx: &mut Tx) -> Result<Organisation, Error> {
        store::own(tx).await?.ok_or(Error::NoSuchOrganisation)
    }

    async fn line(&self, tx: &mut Tx) -> Result<Vec<Organisation>, Error> {
        let line = store::line(tx).await?;
        if line.is_empty() {
            return Err(Error::NoSuchOrganisation);
        }
        Ok(line)
    }

    async fn rooms(&self, tx: &mut Tx) -> Result<Vec<Room>, Error> {
        let mut rooms = store::rooms(tx).await?;
        rooms.sort_by(|one, two| by_number(&one.number, &two.number));
        Ok(rooms)
    }

    async fn setting(&self, tx: &mut Tx, key: &str) -> Result<Option<Value>, Error> {
        Ok(store::setting(tx, key).await?)
    }

    async fn options(&self, tx: &mut Tx) -> Result<Options, Error> {
        Ok(Options::from_kept(&store::settings(tx).await?))
    }
}

impl Org {
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Opens an organisation; for the operator's command and the demonstration.
    ///
    /// # Errors
    /// [`Error::CodeTaken`], [`Error::NotACode`].
    pub async fn open(&self, it: &NewOrganisation) -> Result<OrgId, Error> {
        let mut tx = self.db.begin_worker().await?;
        let id = store::open(&mut tx, it).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The organisation of that code, whoever asks: names are public.
    pub async fn by_code(&self, code: &str) -> Result<Organisation, Error> {
        let mut tx = self.db.begin_worker().await?;
        let found = store::by_code(&mut tx, code).await?;
        tx.commit().await?;
        found.ok_or(Error::NoSuchOrganisation)
    }

    /// The whole tree of tenants, for the operator and for jobs.
    pub async fn tree(&self) -> Result<Vec<Organisation>, Error> {
        let mut tx = self.db.begin_worker().await?;
        let tree = store::tree(&mut tx).await?;
        tx.commit().await?;
        Ok(tree)
    }

    /// The card and its version (ORG-2). Families see its public part; which
    /// that is, the page tells.
    pub async fn card(&self, actor: &Actor) -> Result<(Card, i32), Error> {
        actor.may(Right::OrgView)?;
        let mut tx = self.db.begin(actor).await?;
        let card = store::card(&mut tx).await?;
        tx.commit().await?;
        card.ok_or(Error::NoSuchOrganisation)
    }

    /// Everything that happened to the card, newest first, for whoever keeps it.
    pub async fn card_history(
        &self,
        actor: &Actor,
        names: &dyn ShortNames,
    ) -> Result<Vec<CardChange>, Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let key = json!({ "org_id": actor.org.get() });
        let mut changes = vec![];
        for table in history::TABLES {
            changes.extend(db::history::of(&mut tx, table, &key).await?);
        }
        changes.sort_by_key(|it| std::cmp::Reverse((it.at, it.id)));
        let people: BTreeSet<PersonId> = changes.iter().filter_map(|it| it.person).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let names = names.short_names(&mut tx, &people).await?;
        tx.commit().await?;
        let read = |it| history::read(it, |id| names.get(&id).cloned());
        Ok(changes.iter().filter_map(read).collect())
    }

    /// Saves the card from its form.
    ///
    /// # Errors
    /// [`Error::Fields`] with every fault; [`Error::CardChanged`] with both
    /// values of each field where somebody else was faster.
    #[tracing::instrument(name = "org.save_card", skip_all)]
    pub async fn save_card(&self, actor: &Actor, typed: &Typed, seen: i32) -> Result<(), Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let card = Card::read(typed, tx.now().date_naive()).map_err(Error::Fields)?;
        if !store::save_card(&mut tx, actor.org, &card, seen).await? {
            let (now, version) = store::card(&mut tx)
                .await?
                .ok_or(Error::NoSuchOrganisation)?;
            tx.rollback().await?;
            let clashes = clashes(typed, &now.typed());
            return Err(Error::CardChanged { version, clashes });
        }
        store::rename(&mut tx, &card).await?;
        tx.commit().await?;
        Ok(())
    }

    /// All rooms, closed ones too, by building and number (ORG-3).
    pub async fn room_cards(&self, actor: &Actor) -> Result<Vec<RoomCard>, Error> {
        actor.may_in_org(Right::OrgView)?;
        let mut tx = self.db.begin(actor).await?;
        let mut rooms = store::room_cards(&mut tx, None).await?;
        tx.commit().await?;
        rooms.sort_by(|one, two| {
            let [one, two] = [&one.form, &two.form];
            names::compare(&one.building, &two.building)
                .then_with(|| by_number(&one.number, &two.number))
        });
        Ok(rooms)
    }

    pub async fn room(&self, actor: &Actor, id: RoomId) -> Result<RoomCard, Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let rooms = store::room_cards(&mut tx, Some(id)).await?;
        tx.commit().await?;
        rooms.into_iter().next().ok_or(Error::NoSuchRoom)
    }

    /// Adds a room.
    ///
    /// # Errors
    /// [`Error::Fields`]; [`Error::RoomNumberTaken`].
    #[tracing::instrument(name = "org.add_room", skip_all)]
    pub async fn add_room(&self, actor: &Actor, typed: &Typed) -> Result<RoomId, Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let room = RoomForm::read(typed, tx.now().date_naive()).map_err(Error::Fields)?;
        let id = store::add_room(&mut tx, actor.org, &room).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a room.
    ///
    /// # Errors
    /// [`Error::Fields`]; [`Error::NoSuchRoom`]; [`Error::RoomNumberTaken`];
    /// [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "org.save_room", skip_all)]
    pub async fn save_room(
        &self,
        actor: &Actor,
        id: RoomId,
        typed: &Typed,
        seen: i32,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        if store::room_cards(&mut tx, Some(id)).await?.is_empty() {
            return Err(Error::NoSuchRoom);
        }
        let room = RoomForm::read(typed, tx.now().date_naive()).map_err(Error::Fields)?;
        if !store::save_room(&mut tx, id, &room, seen).await? {
            return Err(Error::ChangedMeanwhile);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The settings and what their form has seen (ORG-4).
    pub async fn settings(&self, actor: &Actor) -> Result<(Options, i64), Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let options = self.options(&mut tx).await?;
        let seen = store::settings_version(&mut tx).await?;
        tx.commit().await?;
        Ok((options, seen))
    }

    /// Saves the settings from their form.
    ///
    /// # Errors
    /// [`Error::Fields`]; [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "org.save_settings", skip_all)]
    pub async fn save_settings(
        &self,
        actor: &Actor,
        typed: &Typed,
        seen: i64,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::OrgEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let options = Options::read(typed, tx.now().date_naive()).map_err(Error::Fields)?;
        store::lock_settings(&mut tx).await?;
        if store::settings_version(&mut tx).await? != seen {
            return Err(Error::ChangedMeanwhile);
        }
        store::save_settings(&mut tx, actor.org, &options.to_keep()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// «9» before «12», «12» before «12а», words after numbers.
fn by_number(one: &str, two: &str) -> std::cmp::Ordering {
    let key = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = text[..digits].parse::<u64>().unwrap_or(u64::MAX);
        (number, names::collation_key(&text[digits..]))
    };
    key(one).cmp(&key(two))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_stand_in_the_order_of_their_numbers() {
        let mut rooms = ["спортзал", "12", "9", "12а", "101", "мастерская"];
        rooms.sort_by(|one, two| by_number(one, two));
        assert_eq!(rooms, ["9", "12", "12а", "101", "мастерская", "спортзал"]);
    }
}

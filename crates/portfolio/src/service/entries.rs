//! One entry: brought, changed, confirmed, refused, taken back.

use chrono::NaiveDate;
use db::Tx;
use journal::Attached;
use kernel::{Actor, PersonId};
use people::Card;

use super::{Portfolio, SentFile};
use crate::{Entry, EntryFields, EntryId, EntryState, Error, Owner, Standing, store};

/// What the class teacher says of something that was brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Confirm,
    Refuse { reason: String },
}

/// An entry with all around it.
#[derive(Clone, Debug)]
pub struct OpenedEntry {
    pub entry: Entry,
    /// «Иванова Мария Петровна»
    pub name: String,
    pub prepared_by: Option<String>,
    pub proposed_by: Option<String>,
    pub files: Vec<Attached>,
    pub standing: Standing,
    pub may_change: bool,
}

/// What the form of an entry offers.
#[derive(Clone, Debug)]
pub struct EntryForm {
    pub owner: Owner,
    pub name: String,
    pub entry: Option<Entry>,
    /// Who can have prepared a pupil.
    pub staff: Vec<Card>,
}

impl Portfolio {
    /// An entry.
    pub async fn entry(
        &self,
        actor: &Actor,
        id: EntryId,
        today: NaiveDate,
    ) -> Result<OpenedEntry, Error> {
        let mut tx = self.db.begin(actor).await?;
        let entry = store::entry(&mut tx, id).await?;
        let standing = self.standing(&mut tx, actor, entry.owner, today).await?;
        let files = store::files(&mut tx, &[id]).await?.remove(&id);
        let mut ids = vec![entry.owner.person(), entry.proposed_by];
        ids.extend(entry.fields.prepared_by);
        let cards = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        let name = |id: PersonId| cards.iter().find(|it| it.id == id).map(Card::full);
        Ok(OpenedEntry {
            name: name(entry.owner.person()).unwrap_or_default(),
            prepared_by: entry.fields.prepared_by.and_then(name),
            proposed_by: name(entry.proposed_by),
            files: files.unwrap_or_default(),
            may_change: standing.changes(&entry, actor.person),
            standing,
            entry,
        })
    }

    /// The form of a new entry.
    pub async fn new_entry(
        &self,
        actor: &Actor,
        owner: Owner,
        today: NaiveDate,
    ) -> Result<EntryForm, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.must_bring(&mut tx, actor, owner, today).await?;
        let form = self.entry_form(&mut tx, owner, None).await?;
        tx.commit().await?;
        Ok(form)
    }

    /// The form of a known one.
    pub async fn edit_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        today: NaiveDate,
    ) -> Result<EntryForm, Error> {
        let mut tx = self.db.begin(actor).await?;
        let entry = self.entry_to_change(&mut tx, actor, id, today).await?;
        let form = self.entry_form(&mut tx, entry.owner, Some(entry)).await?;
        tx.commit().await?;
        Ok(form)
    }

    async fn entry_form(
        &self,
        tx: &mut Tx,
        owner: Owner,
        entry: Option<Entry>,
    ) -> Result<EntryForm, Error> {
        let cards = self.people.cards(tx, &[owner.person()]).await?;
        let card = cards.first().ok_or(Error::NotFound)?;
        let staff = if owner.is_pupil() {
            self.people.staff(tx).await?
        } else {
            vec![]
        };
        Ok(EntryForm {
            owner,
            name: card.full(),
            entry,
            staff,
        })
    }

    /// Brings something to a portfolio, with a file at once if there is one.
    /// What the class teacher or the owner enters is confirmed already.
    #[tracing::instrument(name = "portfolio.add", skip_all)]
    pub async fn add_entry(
        &self,
        actor: &Actor,
        owner: Owner,
        fields: &EntryFields,
        file: Option<SentFile>,
        today: NaiveDate,
    ) -> Result<EntryId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let standing = self.must_bring(&mut tx, actor, owner, today).await?;
        fields.check(owner, today)?;
        let id = store::insert_entry(&mut tx, owner, fields, standing, actor.person).await?;
        if let Some(file) = file {
            self.hang(&mut tx, actor, id, file).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Changes an entry over the version that was seen.
    #[tracing::instrument(name = "portfolio.change", skip_all, fields(entry.id = %id))]
    pub async fn change_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        seen: i32,
        fields: &EntryFields,
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        store::lock_entry(&mut tx, id).await?;
        let entry = self.entry_to_change(&mut tx, actor, id, today).await?;
        if entry.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        fields.check(entry.owner, today)?;
        let state = match entry.state {
            EntryState::Refused => EntryState::Proposed,
            other => other,
        };
        store::change_entry(&mut tx, id, fields, state).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Confirms or refuses what was brought.
    #[tracing::instrument(name = "portfolio.decide", skip_all, fields(entry.id = %id))]
    pub async fn decide_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        decision: Decision,
        today: NaiveDate,
    ) -> Result<Owner, Error> {
        let mut tx = self.db.begin(actor).await?;
        store::lock_entry(&mut tx, id).await?;
        let entry = store::entry(&mut tx, id).await?;
        if !self
            .standing(&mut tx, actor, entry.owner, today)
            .await?
            .keeps
        {
            return Err(Error::NotFound);
        }
        if entry.state != EntryState::Proposed {
            return Err(Error::AlreadyDecided);
        }
        let (state, reason) = match decision {
            Decision::Confirm => (EntryState::Confirmed, String::new()),
            Decision::Refuse { reason } if reason.is_empty() => return Err(Error::NoReason),
            Decision::Refuse { reason } if reason.chars().count() > 500 => {
                return Err(Error::BadFields);
            }
            Decision::Refuse { reason } => (EntryState::Refused, reason),
        };
        store::decide_entry(&mut tx, id, state, &reason, actor.person).await?;
        tx.commit().await?;
        Ok(entry.owner)
    }

    /// Takes an entry back; the history keeps it.
    #[tracing::instrument(name = "portfolio.remove", skip_all, fields(entry.id = %id))]
    pub async fn remove_entry(
        &self,
        actor: &Actor,
        id: EntryId,
        today: NaiveDate,
    ) -> Result<Owner, Error> {
        let mut tx = self.db.begin(actor).await?;
        store::lock_entry(&mut tx, id).await?;
        let entry = self.entry_to_change(&mut tx, actor, id, today).await?;
        store::remove_entry(&mut tx, id).await?;
        tx.commit().await?;
        Ok(entry.owner)
    }

    async fn must_bring(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        owner: Owner,
        today: NaiveDate,
    ) -> Result<Standing, Error> {
        let standing = self.standing(tx, actor, owner, today).await?;
        if !standing.proposes {
            return Err(Error::NotFound);
        }
        Ok(standing)
    }

    /// An entry that the actor may change.
    pub(super) async fn entry_to_change(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: EntryId,
        today: NaiveDate,
    ) -> Result<Entry, Error> {
        let entry = store::entry(tx, id).await?;
        let standing = self.standing(tx, actor, entry.owner, today).await?;
        if !standing.changes(&entry, actor.person) {
            return Err(Error::NotFound);
        }
        Ok(entry)
    }
}

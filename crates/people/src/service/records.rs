use db::{Tx, history};
use kernel::{Actor, PersonId};
use serde_json::{Map, Value, json};

use super::{
    Directory,
    scope::{edit_right, view_right},
};
use crate::{
    CardKind, DictionaryKind, Error, Part, Person,
    history::{first_values, left_version},
    record::{Record, RecordFields, RecordId, RecordKind},
    store,
};

/// The lines of a card.
#[derive(Clone, Debug)]
pub struct Records {
    pub person: Person,
    /// Newest first, all kinds together.
    pub records: Vec<Record>,
    pub may_edit: bool,
}

impl Directory {
    /// The lines of a card: courses, awards, former schools … (PPL-1, PPL-2).
    pub async fn records(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<Records, Error> {
        actor.may(view_right(kind))?;
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_see(&mut tx, actor, kind, id, today).await?;
        let (person, _) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let may_edit = self
            .may_for(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let mut records = store::records(&mut tx, id).await?;
        records.retain(|it| RecordKind::of(kind).contains(&it.kind));
        tx.commit().await?;
        Ok(Records {
            person,
            records,
            may_edit,
        })
    }

    /// Adds a line to a card.
    ///
    /// # Errors
    /// [`Error::Fields`]; [`Error::NoSuchRecord`] where such a card has no such lines.
    #[tracing::instrument(name = "people.add_record", skip_all, fields(person.id = %id))]
    pub async fn add_record(
        &self,
        actor: &Actor,
        card: CardKind,
        id: PersonId,
        kind: RecordKind,
        fields: RecordFields,
    ) -> Result<RecordId, Error> {
        if !RecordKind::of(card).contains(&kind) {
            return Err(Error::NoSuchRecord);
        }
        let mut tx = self.begin_change(actor, card, id).await?;
        let mut fields = fields.clean(self.today(&mut tx).await?)?;
        listed(&mut tx, kind, &mut fields, None).await?;
        let record = store::add_record(&mut tx, id, kind, &fields).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Changes a line that is still as the writer saw it.
    ///
    /// # Errors
    /// [`Error::Fields`], [`Error::ChangedMeanwhile`], [`Error::NoSuchRecord`].
    #[tracing::instrument(name = "people.save_record", skip_all, fields(person.id = %id))]
    pub async fn save_record(
        &self,
        actor: &Actor,
        card: CardKind,
        id: PersonId,
        record: RecordId,
        seen: i32,
        fields: RecordFields,
    ) -> Result<(), Error> {
        let mut tx = self.begin_change(actor, card, id).await?;
        let before = must_have(&mut tx, card, id, record).await?;
        let mut fields = fields.clean(self.today(&mut tx).await?)?;
        listed(&mut tx, before.kind, &mut fields, Some(&before.fields)).await?;
        store::save_record(&mut tx, record, seen, &fields).await?;
        Ok(tx.commit().await?)
    }

    /// The facts of a line that changed since it had that version, with what
    /// they were then.
    pub async fn record_before(
        &self,
        actor: &Actor,
        card: CardKind,
        id: PersonId,
        record: RecordId,
        seen: i32,
    ) -> Result<Map<String, Value>, Error> {
        let mut tx = self.begin_change(actor, card, id).await?;
        must_have(&mut tx, card, id, record).await?;
        let key = [json!({ "record_id": record.get() })];
        let changes = history::of_many(&mut tx, "people.record", &key).await?;
        tx.commit().await?;
        let since = left_version(&changes, seen);
        Ok(since.map_or_else(Map::new, |it| first_values(changes, it)))
    }

    /// Takes a line off the card; the history keeps it.
    #[tracing::instrument(name = "people.remove_record", skip_all, fields(person.id = %id))]
    pub async fn remove_record(
        &self,
        actor: &Actor,
        card: CardKind,
        id: PersonId,
        record: RecordId,
    ) -> Result<(), Error> {
        let mut tx = self.begin_change(actor, card, id).await?;
        must_have(&mut tx, card, id, record).await?;
        store::remove_record(&mut tx, record).await?;
        Ok(tx.commit().await?)
    }

    /// A transaction in which the actor may change this card.
    async fn begin_change(&self, actor: &Actor, card: CardKind, id: PersonId) -> Result<Tx, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, card, edit_right(card), id, today)
            .await?;
        if store::kinds(&mut tx, id).await?.contains(&card) {
            Ok(tx)
        } else {
            Err(Error::NoSuchPerson)
        }
    }
}

/// The line is one of this card.
async fn must_have(
    tx: &mut Tx,
    card: CardKind,
    id: PersonId,
    record: RecordId,
) -> Result<Record, Error> {
    let records = store::records(tx, id).await?;
    let is_it = |it: &Record| it.id == record && RecordKind::of(card).contains(&it.kind);
    records.into_iter().find(is_it).ok_or(Error::NoSuchRecord)
}

/// Puts the facts into the spelling of their dictionaries, where they have one.
async fn listed(
    tx: &mut Tx,
    kind: RecordKind,
    fields: &mut RecordFields,
    before: Option<&RecordFields>,
) -> Result<(), Error> {
    let of = |part| DictionaryKind::of_record(kind, part);
    let (of_title, of_place) = (of(Part::Title), of(Part::Place));
    if of_title.or(of_place).is_none() {
        return Ok(());
    }
    let lists = store::dictionaries(tx).await?;
    let old = |text: fn(&RecordFields) -> &String| before.map_or("", |it| text(it));
    if let Some(of) = of_title {
        fields.title = lists
            .accepted(of, &fields.title, old(|it| &it.title))
            .map_err(|code| Error::field("title", code))?;
    }
    if let Some(of) = of_place {
        fields.place = lists
            .accepted(of, &fields.place, old(|it| &it.place))
            .map_err(|code| Error::field("place", code))?;
    }
    Ok(())
}

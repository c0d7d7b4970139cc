use std::collections::HashSet;

use db::{Tx, history, vault::Secret};
use kernel::{Actor, PersonId, Right, Role};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Directory, viewers::RESTRICTED_READ};
use crate::{
    Card, CardKind, Consent, Dictionaries, DictionaryKind, Error, FieldError, Ground, Person,
    RestrictedField,
    history::left_version,
    restricted::{Documents, show},
    store,
    viewers::{Purpose, restricted_look},
};

/// One restricted field as the section shows it.
#[derive(Clone, Debug, Serialize)]
pub struct RestrictedLine {
    pub field: RestrictedField,
    pub code: &'static str,
    /// As people read it; empty where nothing is stored.
    pub value: Secret,
    /// `consent`, the code of a law, or nothing where the field may not be stored.
    pub ground: Option<String>,
    /// Codes of what is chosen from, where it is the kind of a document; the
    /// first is stored as nothing.
    pub kinds: &'static [&'static str],
    /// The kind of consent that is missing.
    pub needs: &'static str,
}

/// The restricted section of a card.
#[derive(Clone, Debug)]
pub struct RestrictedView {
    pub kind: CardKind,
    pub person: Person,
    /// Nothing where no purpose was named.
    pub fields: Vec<RestrictedLine>,
    pub purpose: Option<Purpose>,
    pub may_edit: bool,
    /// Numbers that another card has too, for whoever mends cards of the whole
    /// organisation: one of them is wrong, or they are one person.
    pub taken: Vec<(RestrictedField, Card)>,
}

/// The medic's role opens only what is about health.
pub(super) fn sees(actor: &Actor, right: Right, field: RestrictedField) -> bool {
    let medic_only = actor
        .grants
        .iter()
        .filter(|it| actor.grants.reach(**it, right) != kernel::Reaches::NONE)
        .all(|it| it.role == Role::Medic);
    !medic_only || field.is_medical()
}

impl Directory {
    /// The restricted section of a card. That it was read, and for what, is
    /// put on record; without a purpose nothing is read.
    #[tracing::instrument(name = "people.restricted", skip_all, fields(person.id = %id))]
    pub async fn restricted(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        purpose: Option<Purpose>,
    ) -> Result<RestrictedView, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, Right::RestrictedView, id, today)
            .await?;
        let (person, _) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let may_edit = self
            .may_for(&mut tx, actor, kind, Right::RestrictedEdit, id, today)
            .await?;
        let fields = match purpose {
            Some(purpose) => self.read(&mut tx, actor, kind, id, purpose).await?,
            None => vec![],
        };
        let mut taken = vec![];
        if purpose.is_some() && actor.may_in_org(Right::RestrictedEdit).is_ok() {
            taken = store::same_numbers(&mut tx, id).await?;
            taken.retain(|it| sees(actor, Right::RestrictedView, it.0));
        }
        tx.commit().await?;
        Ok(RestrictedView {
            kind,
            person,
            fields,
            purpose,
            may_edit,
            taken,
        })
    }

    /// The fields that the actor may see. What cannot be put on record is not shown.
    async fn read(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        purpose: Purpose,
    ) -> Result<Vec<RestrictedLine>, Error> {
        let visible: Vec<RestrictedField> = kind
            .restricted()
            .iter()
            .copied()
            .filter(|it| sees(actor, Right::RestrictedView, *it))
            .collect();
        let kinds = store::kinds(tx, id).await?;
        let consents = store::consents_of(tx, &[id]).await?;
        let stored = store::restricted_of(tx, id).await?;
        let details = restricted_look(kind, purpose, visible.iter().copied());
        self.looked(tx, actor, id, RESTRICTED_READ, &details)
            .await?;
        let documents =
            Documents::default().with(stored.iter().map(|it| (it.field, it.value.reveal())));
        let line = |it: &RestrictedField| line(*it, &stored, &documents, &kinds, &consents);
        Ok(visible.iter().map(line).collect())
    }

    /// Stores restricted fields of a card that is still as the writer saw it;
    /// empty values delete.
    ///
    /// # Errors
    /// [`Error::Fields`] names every field that is wrong or has no ground:
    /// `people.no-consent`.
    #[tracing::instrument(name = "people.save_restricted", skip_all, fields(person.id = %id))]
    pub async fn save_restricted(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        seen: i32,
        values: Vec<(RestrictedField, String)>,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, Right::RestrictedEdit, id, today)
            .await?;
        store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let is_open = |it: RestrictedField| {
            kind.restricted().contains(&it) && sees(actor, Right::RestrictedEdit, it)
        };
        if values.iter().any(|(it, _)| !is_open(*it)) {
            return Err(kernel::Denied(Right::RestrictedEdit).into());
        }
        store::touch(&mut tx, id, seen).await?;
        self.put_restricted(&mut tx, id, &values).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The restricted fields that somebody changed since the card had that
    /// version. What stood in them before lies sealed in the history and is
    /// not opened.
    pub async fn restricted_changed(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        seen: i32,
    ) -> Result<HashSet<RestrictedField>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, Right::RestrictedEdit, id, today)
            .await?;
        let person = [json!({ "person_id": id.get() })];
        let card = history::of_many(&mut tx, "people.person", &person).await?;
        let Some(since) = left_version(&card, seen) else {
            return Ok(HashSet::new());
        };
        let keys: Vec<Value> = kind
            .restricted()
            .iter()
            .map(|it| json!({ "person_id": id.get(), "field": it.code() }))
            .collect();
        let changes = history::of_many(&mut tx, "people.restricted_field", &keys).await?;
        tx.commit().await?;
        let field =
            |it: history::Change| RestrictedField::from_code(it.key.get("field")?.as_str()?);
        let changes = changes.into_iter().filter(|it| since <= it.at);
        Ok(changes.filter_map(field).collect())
    }

    /// The consent gate: the only way by which restricted fields get stored.
    pub(super) async fn put_restricted(
        &self,
        tx: &mut Tx,
        id: PersonId,
        values: &[(RestrictedField, String)],
    ) -> Result<(), Error> {
        let kinds = store::kinds(tx, id).await?;
        let consents = store::consents_of(tx, &[id]).await?;
        let (mut entries, mut emptied, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        let known = self.known(tx, id, values).await?;
        for (field, typed) in values {
            let ground = field.ground(&kinds, &consents);
            match (known.accepted(*field, typed), ground) {
                (Ok(value), _) if value.is_empty() => emptied.push(*field),
                (_, None) => wrong.push(FieldError::new(field.code(), "people.no-consent")),
                (Ok(value), Some(ground)) => entries.push(store::Entry {
                    person: id,
                    field: *field,
                    value: value.into(),
                    ground,
                }),
                (Err(code), Some(_)) => wrong.push(FieldError::new(field.code(), code)),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::Fields(wrong));
        }
        store::drop_restricted(tx, id, &emptied).await?;
        store::put_restricted(tx, &entries).await?;
        Ok(())
    }
}

/// What new values of a card are checked against.
struct Known {
    /// Read only where a field of a dictionary is written.
    lists: Dictionaries,
    before: Vec<store::Stored>,
    documents: Documents,
}

impl Directory {
    async fn known(
        &self,
        tx: &mut Tx,
        id: PersonId,
        values: &[(RestrictedField, String)],
    ) -> Result<Known, Error> {
        let person = store::person(tx, id).await?.ok_or(Error::NoSuchPerson)?;
        let before = store::restricted_of(tx, id).await?;
        let is_listed = |it: &(RestrictedField, String)| {
            DictionaryKind::of_restricted(it.0).is_some() && !it.1.trim().is_empty()
        };
        let lists = if values.iter().any(is_listed) {
            store::dictionaries(tx).await?
        } else {
            Dictionaries::default()
        };
        let documents = Documents::of(person.fields.born_on, self.today(tx).await?)
            .with(before.iter().map(|it| (it.field, it.value.reveal())))
            .with(values.iter().map(|it| (it.0, it.1.as_str())));
        Ok(Known {
            lists,
            before,
            documents,
        })
    }
}

impl Known {
    /// The value as it is stored. What an import took with a doubt stays as
    /// long as nobody changes it; new input with a doubt is refused.
    fn accepted(&self, field: RestrictedField, typed: &str) -> Result<String, &'static str> {
        let before = self.before.iter().find(|it| it.field == field);
        let before = before.map(|it| it.value.reveal()).unwrap_or_default();
        match self.documents.read(field, typed)? {
            (value, Some(doubt)) if value != before => Err(doubt),
            (value, _) => match DictionaryKind::of_restricted(field) {
                Some(kind) => self.lists.accepted(kind, &value, before),
                None => Ok(value),
            },
        }
    }
}

pub(super) fn object(id: PersonId) -> String {
    format!("people.person:{id}")
}

fn line(
    field: RestrictedField,
    stored: &[store::Stored],
    documents: &Documents,
    kinds: &[CardKind],
    consents: &[Consent],
) -> RestrictedLine {
    let found = stored.iter().find(|it| it.field == field);
    let kept = found.map(|it| it.law.clone().unwrap_or_else(|| "consent".to_owned()));
    let allowed = field.ground(kinds, consents).map(|it| match it {
        Ground::Consent(_) => "consent".to_owned(),
        Ground::Law(code) => code.to_owned(),
    });
    RestrictedLine {
        field,
        code: field.code(),
        value: found
            .map(|it| show(field, documents.kind(field), it.value.reveal()).into())
            .unwrap_or_default(),
        ground: kept.or(allowed),
        kinds: field.kinds(),
        needs: field.consent_kind().code(),
    }
}

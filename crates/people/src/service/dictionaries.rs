//! «Справочники»: what may be written into the cards (ORG-4).

use chrono::NaiveDate;
use db::{Tx, audit};
use kernel::{Actor, Denied, Reach, Right};
use serde_json::json;

use super::{Directory, cards::cleaned};
use crate::{
    Details, Dictionaries, DictionaryKind, Error, PersonFields, dictionary::dictionary_key,
    person::CleanPerson, store,
};

/// A name is at most so long.
const LONGEST: usize = 200;

/// The dictionaries with what the cards have of them.
#[derive(Clone, Debug)]
pub struct DictionaryBook {
    pub lists: Dictionaries,
    /// What stands in the cards, with how many cards; nothing of sealed fields.
    pub uses: Vec<(DictionaryKind, String, i64)>,
    /// The actor may change the organisation's own values.
    pub may_edit: bool,
}

/// A change of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DictionaryWish {
    Add(String),
    /// Of an own value; the cards follow.
    Rename(String, String),
    /// Nobody writes it any more; cards that have it keep it.
    Retire(String),
    Restore(String),
    /// What stands in the cards becomes a value of the list; where it was an
    /// own value, it is retired.
    Replace(String, String),
    /// The region's: how the list is kept.
    Keep {
        strict: bool,
        extendable: bool,
    },
}

impl Directory {
    /// All dictionaries with what stands in the cards.
    pub async fn dictionaries(&self, actor: &Actor) -> Result<DictionaryBook, Error> {
        actor.may_in_org(Right::OrgView)?;
        let mut tx = self.db.begin(actor).await?;
        let lists = store::dictionaries(&mut tx).await?;
        let uses = store::dictionary_uses(&mut tx).await?;
        tx.commit().await?;
        Ok(DictionaryBook {
            may_edit: may_edit(actor, &lists),
            lists,
            uses,
        })
    }

    /// What forms of cards offer.
    pub async fn listed_values(&self, actor: &Actor) -> Result<Dictionaries, Error> {
        let mut tx = self.db.begin(actor).await?;
        let lists = store::dictionaries(&mut tx).await?;
        tx.commit().await?;
        Ok(lists)
    }

    /// Changes a dictionary of the organisation, and its cards where a value
    /// becomes another.
    ///
    /// # Errors
    /// [`Error::Denied`] where values of the region are locked or the actor
    /// keeps no dictionaries; [`Error::Fields`] at `name`, `from` or `to`.
    #[tracing::instrument(name = "people.change_dictionary", skip_all)]
    pub async fn change_dictionary(
        &self,
        actor: &Actor,
        kind: DictionaryKind,
        wish: DictionaryWish,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::OrgView)?;
        let mut tx = self.db.begin(actor).await?;
        let lists = store::dictionaries(&mut tx).await?;
        if !may_edit(actor, &lists) {
            return Err(Denied(Right::OrgEdit).into());
        }
        let details = json!({ "dictionary": kind, "wish": wish.code() });
        carry_out(&mut tx, &lists, kind, wish).await?;
        audit::record(
            &mut tx,
            "people.dictionary-changed",
            &format!("people.dictionary:{}", kind.code()),
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

impl DictionaryWish {
    const fn code(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Rename(..) => "rename",
            Self::Retire(_) => "retire",
            Self::Restore(_) => "restore",
            Self::Replace(..) => "replace",
            Self::Keep { .. } => "keep",
        }
    }
}

/// The school by its settings; those above set the regulation, and the lists with it.
fn may_edit(actor: &Actor, lists: &Dictionaries) -> bool {
    let has = |right| actor.reaches(right).has(Reach::Org);
    has(Right::OrgEdit) || lists.authority && has(Right::DeadlineEdit)
}

async fn carry_out(
    tx: &mut Tx,
    lists: &Dictionaries,
    kind: DictionaryKind,
    wish: DictionaryWish,
) -> Result<(), Error> {
    let list = lists.of(kind);
    let own = |name: &str| {
        let key = dictionary_key(name);
        let mut values = list.values.iter();
        values.find(|it| it.depth == 0 && it.key == key)
    };
    let may_add = || {
        if lists.topmost || list.extendable {
            return Ok(());
        }
        Err(Error::field("name", "people.dictionary-closed"))
    };
    match wish {
        DictionaryWish::Keep { strict, extendable } => {
            if !lists.topmost {
                return Err(Denied(Right::OrgEdit).into());
            }
            store::put_dictionary_rule(tx, kind, strict, extendable).await?;
        }
        DictionaryWish::Add(name) => {
            may_add()?;
            let name = named(&name, "name")?;
            if list.find(&name).is_some() {
                return Err(Error::field("name", "people.dictionary-has-it"));
            }
            store::put_dictionary_value(tx, kind, &name, false, "").await?;
        }
        DictionaryWish::Restore(name) => {
            may_add()?;
            let value = own(&name).ok_or(Error::NoSuchRecord)?;
            store::put_dictionary_value(tx, kind, &value.name, false, "").await?;
        }
        DictionaryWish::Retire(name) => {
            let value = own(&name).ok_or(Error::NoSuchRecord)?;
            store::put_dictionary_value(tx, kind, &value.name, true, "").await?;
        }
        DictionaryWish::Rename(from, to) => {
            let value = own(&from).ok_or(Error::NoSuchRecord)?;
            let to = named(&to, "name")?;
            if dictionary_key(&to) == value.key {
                store::put_dictionary_value(tx, kind, &to, value.retired, &value.instead).await?;
            } else {
                if list.find(&to).is_some() {
                    return Err(Error::field("name", "people.dictionary-has-it"));
                }
                store::put_dictionary_value(tx, kind, &to, false, "").await?;
                store::put_dictionary_value(tx, kind, &value.name, true, &to).await?;
            }
            replace(tx, kind, &value.name, &to).await?;
        }
        DictionaryWish::Replace(from, to) => {
            let to = list
                .find(&to)
                .ok_or(Error::field("to", "people.not-in-dictionary"))?;
            let from = from.trim();
            if from.is_empty() || from == to.name {
                return Err(Error::field("to", "people.dictionary-same"));
            }
            if let Some(value) = own(from).filter(|it| it.key != to.key) {
                store::put_dictionary_value(tx, kind, &value.name, true, &to.name).await?;
            }
            replace(tx, kind, from, &to.name).await?;
        }
    }
    Ok(())
}

async fn replace(tx: &mut Tx, kind: DictionaryKind, from: &str, to: &str) -> Result<(), Error> {
    if !kind.is_sealed() {
        store::replace_value(tx, kind, from, to).await?;
    }
    Ok(())
}

fn named(name: &str, field: &'static str) -> Result<String, Error> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::field(field, "people.dictionary-no-name"));
    }
    if LONGEST < name.chars().count() {
        return Err(Error::field(field, "people.too-long"));
    }
    Ok(name)
}

/// Both parts of a card checked, by the dictionaries too; what is wrong is
/// told at once. What the card had `before` may stay.
pub(super) fn cleaned_by(
    lists: &Dictionaries,
    before: Option<&Details>,
    fields: PersonFields,
    mut details: Details,
    today: NaiveDate,
) -> Result<(CleanPerson, Details), Error> {
    let mut wrong = vec![];
    lists.put_right(&mut details, before, &mut wrong);
    match cleaned(fields, details, today) {
        Ok(clean) if wrong.is_empty() => Ok(clean),
        Ok(_) => Err(Error::Fields(wrong)),
        Err(Error::Fields(more)) => Err(Error::Fields([more, wrong].concat())),
        Err(other) => Err(other),
    }
}

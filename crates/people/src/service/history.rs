//! What happened to a card (S2 annex 1, 1.2).

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use db::{Tx, history};
use kernel::{Actor, PersonId, Right};
use serde_json::{Map, Value, json};

use super::{
    Directory,
    cards::relatives,
    scope::{edit_right, view_right},
};
use crate::{
    CardKind, ConsentKind, Error, Person,
    history::{HistoryLine, PARTS, first_values, left_version, line, named},
    store,
};

impl Directory {
    /// The fields that changed since the card had that version, with what they
    /// were then.
    pub async fn before(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        seen: i32,
    ) -> Result<Map<String, Value>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let key = [json!({ "person_id": id.get() })];
        let mut changes = history::of_many(&mut tx, "people.person", &key).await?;
        // The common part counts the versions of the whole card.
        let Some(since) = left_version(&changes, seen) else {
            return Ok(Map::new());
        };
        let table = format!("people.{}", kind_part(kind));
        changes.extend(history::of_many(&mut tx, &table, &key).await?);
        tx.commit().await?;
        Ok(first_values(changes, since))
    }

    /// Everything that happened to the card, newest first.
    pub async fn history(
        &self,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
    ) -> Result<(Person, Vec<HistoryLine>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let today = self.today(&mut tx).await?;
        self.must_reach(&mut tx, actor, kind, edit_right(kind), id, today)
            .await?;
        let (person, _) = store::card(&mut tx, kind, id)
            .await?
            .ok_or(Error::NoSuchPerson)?;
        let records = store::record_ids(&mut tx, id).await?;
        let kinships = self.kinships_ever(&mut tx, actor, kind, id, today).await?;
        let consents = self.consents_ever(&mut tx, actor, kind, id, today).await?;
        let mut changes = Vec::new();
        for (table, part) in PARTS {
            let keys = match part {
                "record" => keyed("record_id", records.iter().map(|it| it.get())),
                "kinship" => keyed("kinship_id", kinships.keys().copied()),
                "consent" => keyed("consent_id", consents.keys().copied()),
                _ => history_keys(part, id, kind),
            };
            if keys.is_empty() {
                continue;
            }
            let of_table = history::of_many(&mut tx, table, &keys).await?;
            changes.extend(of_table.into_iter().map(|it| (it, part)));
        }
        changes.sort_by_key(|(it, _)| std::cmp::Reverse((it.at, it.id)));
        let people: HashSet<PersonId> = changes
            .iter()
            .flat_map(|(it, _)| it.person.into_iter().chain(named(it)))
            .chain(kinships.values().copied())
            .collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let names: HashMap<PersonId, String> = store::cards(&mut tx, &people)
            .await?
            .iter()
            .map(|it| (it.id, it.short()))
            .collect();
        tx.commit().await?;
        let of_key = |it: &history::Change, key| it.key.get(key).and_then(Value::as_i64);
        let about = |it: &history::Change, part| match part {
            "kinship" => {
                let relative = kinships.get(&of_key(it, "kinship_id")?)?;
                names.get(relative).cloned()
            }
            "consent" => {
                let kind = consents.get(&of_key(it, "consent_id")?)?;
                Some(kind.code().to_owned())
            }
            _ => None,
        };
        let lines = changes
            .iter()
            .map(|(it, part)| line(it, part, about(it, part), |id| names.get(&id).cloned()));
        Ok((person, lines.filter(|it| !it.changes.is_empty()).collect()))
    }

    /// Every kinship of the card there ever was, with the relative; those whom
    /// the actor may not see stay out.
    async fn kinships_ever(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<BTreeMap<i64, PersonId>, Error> {
        let Some(other) = relatives(kind) else {
            return Ok(BTreeMap::new());
        };
        let Ok(reaches) = actor.may(view_right(other)) else {
            return Ok(BTreeMap::new());
        };
        let mut found = store::kinships_ever(tx, kind, id).await?;
        if !found.is_empty() {
            let scope = self.scope(tx, actor, other, reaches, today).await?;
            found.retain(|_, relative| scope.has(*relative));
        }
        Ok(found)
    }

    /// The kinds of the consents of the card, for whom the register opens.
    async fn consents_ever(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CardKind,
        id: PersonId,
        today: NaiveDate,
    ) -> Result<BTreeMap<i64, ConsentKind>, Error> {
        let sees = self
            .may_for(tx, actor, kind, Right::ConsentView, id, today)
            .await?;
        if !sees {
            return Ok(BTreeMap::new());
        }
        let found = store::consents_of(tx, &[id]).await?;
        Ok(found.iter().map(|it| (it.id.get(), it.kind)).collect())
    }
}

/// The keys of rows that are tracked by one number.
fn keyed(column: &str, ids: impl Iterator<Item = i64>) -> Vec<Value> {
    ids.map(|it| json!({ column: it })).collect()
}

/// The keys under which the part of a card is tracked.
fn history_keys(part: &str, id: PersonId, kind: CardKind) -> Vec<Value> {
    match part {
        "person" => vec![json!({ "person_id": id.get() })],
        "restricted" => kind
            .restricted()
            .iter()
            .map(|it| json!({ "person_id": id.get(), "field": it.code() }))
            .collect(),
        part if part == kind_part(kind) => vec![json!({ "person_id": id.get() })],
        _ => Vec::new(),
    }
}

const fn kind_part(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Pupil => "pupil",
        CardKind::Parent => "parent",
        CardKind::Staff => "staff",
    }
}

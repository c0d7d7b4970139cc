//! The history of a card, as people read it (S2 annex 1, 1.2).

use chrono::{DateTime, Utc};
use db::history::{Change, Op};
use kernel::PersonId;
use serde::Serialize;
use serde_json::{Map, Value};

/// One change of a card.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryLine {
    pub at: DateTime<Utc>,
    /// «Иванова М. П.»; none where the system did it or the card is gone.
    pub by: Option<String>,
    /// Which part of the card: `person`, `pupil`, `kinship` …
    pub part: &'static str,
    /// The relative of a kinship, the kind of a consent: what the columns do
    /// not tell.
    pub about: Option<String>,
    /// `created`, `changed` or `deleted`.
    pub op: &'static str,
    pub changes: Vec<FieldChange>,
}

/// What one field was and is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The column, which is also the key of the field's label.
    pub field: String,
    pub old: String,
    pub new: String,
}

/// Columns that say nothing to a reader.
const SILENT: [&str; 20] = [
    "version",
    "updated_at",
    "created_at",
    "search_key",
    "person_id",
    "consent_id",
    "subject_id",
    "parent_id",
    "pupil_id",
    "kinship_id",
    "field",
    "law",
    "record_id",
    // The paper of a consent says as whom one signed which edition.
    "given_as",
    "edition",
    "settled_on",
    "settled_note",
    "voided_at",
    "void_subject_id",
    "void_given_by",
];

/// Tables whose changes make up the history of a card, and the part they are.
pub(crate) const PARTS: [(&str, &str); 8] = [
    ("people.person", "person"),
    ("people.pupil", "pupil"),
    ("people.parent", "parent"),
    ("people.staff", "staff"),
    ("people.restricted_field", "restricted"),
    ("people.record", "record"),
    ("people.kinship", "kinship"),
    ("people.consent", "consent"),
];

/// One change with the names of who made it and of whom it tells.
pub(crate) fn line(
    change: &Change,
    part: &'static str,
    about: Option<String>,
    name: impl Fn(PersonId) -> Option<String>,
) -> HistoryLine {
    HistoryLine {
        at: change.at,
        by: change.person.and_then(&name),
        part,
        about,
        op: match change.op {
            Op::Inserted => "created",
            Op::Updated => "changed",
            Op::Deleted => "deleted",
        },
        changes: changes(change, part, name),
    }
}

/// Whom a change names beside who made it: the giver of a consent.
pub(crate) fn named(change: &Change) -> impl Iterator<Item = PersonId> {
    [&change.old, &change.new]
        .into_iter()
        .filter_map(|it| it.get(GIVER)?.as_i64())
        .map(Into::into)
}

/// The column of a consent that names a person.
const GIVER: &str = "given_by";

fn changes(
    change: &Change,
    part: &str,
    name: impl Fn(PersonId) -> Option<String>,
) -> Vec<FieldChange> {
    if change.key.contains_key("field") {
        return restricted(change);
    }
    let columns = change
        .new
        .keys()
        .chain(change.old.keys().filter(|it| !change.new.contains_key(*it)));
    let read = |column: &str, values: &Map<String, Value>| {
        let value = values.get(column);
        let giver = value.filter(|_| column == GIVER).and_then(Value::as_i64);
        match giver {
            Some(id) => name(id.into()).unwrap_or_default(),
            None => shown(value),
        }
    };
    columns
        .filter(|it| !SILENT.contains(&it.as_str()))
        // The kind of a consent is what the line is about.
        .filter(|it| (part, it.as_str()) != ("consent", "kind"))
        .map(|it| FieldChange {
            field: match part {
                "record" | "kinship" | "consent" => format!("{part}.{it}"),
                _ => it.clone(),
            },
            old: read(it, &change.old),
            new: read(it, &change.new),
        })
        .filter(|it| it.old != it.new)
        .collect()
}

/// When a row got the version after that one; none where nobody changed it since.
pub(crate) fn left_version(changes: &[Change], seen: i32) -> Option<DateTime<Utc>> {
    let next = Value::from(seen.saturating_add(1));
    let mut changes = changes.iter();
    let first = changes.find(|it| it.new.get("version") == Some(&next))?;
    Some(first.at)
}

/// What stood in the columns that were changed since that moment, before the
/// first of these changes.
pub(crate) fn first_values(mut changes: Vec<Change>, since: DateTime<Utc>) -> Map<String, Value> {
    changes.retain(|it| since <= it.at && it.op == Op::Updated);
    changes.sort_by_key(|it| it.id);
    let mut before = Map::new();
    for (field, was) in changes.into_iter().flat_map(|it| it.old) {
        before.entry(field).or_insert(was);
    }
    before
}

/// A restricted value is never shown here, only that it changed.
fn restricted(change: &Change) -> Vec<FieldChange> {
    // Sealed, or sealed anew with another key: the value is the same.
    if change.op == Op::Updated && change.account.is_none() {
        return vec![];
    }
    let field = shown(change.key.get("field"));
    let mask = |is_there: bool| {
        if is_there {
            "*".to_owned()
        } else {
            String::new()
        }
    };
    vec![FieldChange {
        field,
        old: mask(change.op != Op::Inserted),
        new: mask(change.op != Op::Deleted),
    }]
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

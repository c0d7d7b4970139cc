//! The history of the card, as people read it (S2 annex 1, 1.2).

use chrono::{DateTime, Utc};
use db::history::{Change, Op};
use kernel::PersonId;
use serde::Serialize;
use serde_json::Value;

use crate::card::{Entry, SECTIONS, entered};

/// One change of the card.
#[derive(Clone, Debug, Serialize)]
pub struct CardChange {
    pub at: DateTime<Utc>,
    /// «Иванова М. П.»; none where the system or the operator did it.
    pub by: Option<String>,
    /// The first entry of these values.
    pub first: bool,
    pub fields: Vec<FieldChange>,
}

/// What one field was and is, as a form shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The end of the word `org.card.<field>`.
    pub field: &'static str,
    /// How the values are to be read.
    #[serde(skip)]
    pub entry: Entry,
    pub old: String,
    pub new: String,
}

/// The tables that a card is kept in: names and zone, and all the rest.
pub(crate) const TABLES: [&str; 2] = ["org.organisation", "org.card"];

/// One change in the order of the fields of the card; none that a reader of
/// the card would see.
pub(crate) fn read(
    change: &Change,
    name: impl FnOnce(PersonId) -> Option<String>,
) -> Option<CardChange> {
    let fields: Vec<FieldChange> = SECTIONS
        .iter()
        .flat_map(|it| it.1)
        .filter_map(|(field, entry)| {
            let text = |value: Option<&Value>| value.map(|it| entered(it, *entry));
            let [old, new] = [&change.old, &change.new].map(|it| text(it.get(*field)));
            let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
            (old != new).then_some(FieldChange {
                field,
                entry: *entry,
                old,
                new,
            })
        })
        .collect();
    (!fields.is_empty()).then(|| CardChange {
        at: change.at,
        by: change.person.and_then(name),
        first: change.op == Op::Inserted,
        fields,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(old: &Value, new: &Value) -> Change {
        let columns = |it: &Value| it.as_object().cloned().unwrap_or_default();
        Change {
            id: 1,
            op: Op::Updated,
            key: columns(&json!({ "org_id": 7 })),
            old: columns(old),
            new: columns(new),
            account: None,
            person: Some(17.into()),
            at: DateTime::UNIX_EPOCH,
        }
    }

    /// ORG-2: days, numbers and flags read as in the form, in the order of the card.
    #[test]
    fn a_change_reads_as_the_form_does() {
        let [old, new] = [
            json!({ "licence_on": "2024-02-01", "internet_mbit": "50.5", "phones": "111", "version": 1 }),
            json!({ "licence_on": null, "internet_mbit": "100", "phones": "222", "version": 2 }),
        ];
        let read = read(&change(&old, &new), |_| Some("Иванова М. П.".to_owned())).unwrap();
        let line = |field, entry, old: &str, new: &str| FieldChange {
            field,
            entry,
            old: old.to_owned(),
            new: new.to_owned(),
        };
        let fields = [
            line("phones", Entry::Line, "111", "222"),
            line("licence_on", Entry::Date, "01.02.2024", ""),
            line("internet_mbit", Entry::Number, "50,5", "100"),
        ];
        assert_eq!(read.fields, fields);
        assert_eq!(
            (read.by.as_deref(), read.first),
            (Some("Иванова М. П."), false)
        );
    }

    /// Versions and times are nothing to a reader.
    #[test]
    fn what_no_reader_sees_is_no_change() {
        let [old, new] = [json!({ "version": 1 }), json!({ "version": 2 })];
        assert!(read(&change(&old, &new), |_| None).is_none());
    }
}

//! Two cards of one person, and how they become one (PPL-11).

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Card, CardKind, Details};

kernel::id!(/// One merge of two cards.
    MergeId);

/// A merge may be undone for so many days.
pub(crate) const UNDO_DAYS: u64 = 7;

/// Why two cards look like one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same number of a document, whatever the names.
    Number,
    /// The same name and birth date.
    Birth,
    /// The same name and phone.
    Phone,
    /// The same name; the birth date of one is not known.
    Name,
}

impl Likeness {
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Self::Number, Self::Birth, Self::Phone, Self::Name]
            .into_iter()
            .find(|it| it.code() == code)
    }

    /// The name in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Birth => "birth",
            Self::Phone => "phone",
            Self::Name => "name",
        }
    }
}

/// Two cards that may be of one person.
#[derive(Clone, Debug)]
pub struct Suspects {
    pub first: Card,
    pub first_kinds: Vec<CardKind>,
    pub second: Card,
    pub second_kinds: Vec<CardKind>,
    pub likeness: Likeness,
}

/// A merge that was made.
#[derive(Clone, Debug)]
pub struct Merged {
    pub id: MergeId,
    pub kept: Card,
    pub gone: Card,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
    pub undone_at: Option<DateTime<Utc>>,
}

impl Merged {
    /// The last day on which it may be undone.
    pub fn undo_until(&self) -> Option<NaiveDate> {
        self.at.date_naive().checked_add_days(Days::new(UNDO_DAYS))
    }
}

/// What must be put back when a merge is undone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WayBack {
    /// The card that went, by kind: rows as they stood.
    pub(crate) roles: Map<String, Value>,
    /// Kinds that the kept card got.
    pub(crate) added: Vec<String>,
    /// The kept card before, and its version after.
    pub(crate) before: Map<String, Value>,
    pub(crate) version: i32,
    pub(crate) parent_of: Vec<i64>,
    pub(crate) child_of: Vec<i64>,
    /// Kinships that both cards had: rows as they stood.
    pub(crate) twice: Vec<Value>,
    pub(crate) consents: Vec<i64>,
    pub(crate) signed: Vec<i64>,
    pub(crate) proposals: Vec<i64>,
    pub(crate) proposed: Vec<i64>,
    /// Lines of the card: courses, awards, former schools …
    pub(crate) records: Vec<i64>,
}

/// The table of a kind of card, and its name in [`WayBack::roles`].
pub(crate) const fn role_name(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Pupil => "pupil",
        CardKind::Parent => "parent",
        CardKind::Staff => "staff",
    }
}

/// What may be merged: a pupil is nobody's parent here by mistake, and one
/// person is not two pupils in two classes; that the database tells.
pub(crate) fn may_be_one(first: &[CardKind], second: &[CardKind]) -> bool {
    let grown = [CardKind::Parent, CardKind::Staff];
    let is_pupil = |it: &[CardKind]| it.contains(&CardKind::Pupil);
    let is_grown = |it: &[CardKind]| it.iter().any(|it| grown.contains(it));
    !(is_pupil(first) && is_grown(second) && !is_pupil(second)
        || is_pupil(second) && is_grown(first) && !is_pupil(first))
}

/// The fields of the card that is kept, each from the card that was chosen;
/// an empty one is filled from the other.
pub(crate) fn chosen(
    kept: &Map<String, Value>,
    gone: &Map<String, Value>,
    from_gone: &[String],
) -> Map<String, Value> {
    let is_empty = |it: &Value| it.is_null() || it.as_str() == Some("");
    let mut all = kept.clone();
    for (field, value) in gone {
        let is_free = kept.get(field).is_none_or(is_empty);
        if (from_gone.contains(field) || is_free) && !is_empty(value) {
            all.insert(field.clone(), value.clone());
        }
    }
    all
}

/// The details of a kind out of one object of fields.
pub(crate) fn details_of(kind: CardKind, all: &Map<String, Value>) -> Option<Details> {
    let all = Value::Object(all.clone());
    match kind {
        CardKind::Pupil => serde_json::from_value(all).ok().map(Details::Pupil),
        CardKind::Parent => serde_json::from_value(all).ok().map(Details::Parent),
        CardKind::Staff => serde_json::from_value(all).ok().map(Details::Staff),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(it: &Value) -> Map<String, Value> {
        it.as_object().cloned().unwrap()
    }

    #[test]
    fn empty_fields_are_filled_and_chosen_ones_taken() {
        let kept = map(&json!({ "mobile": "1", "email": "", "born_on": null }));
        let gone = map(&json!({ "mobile": "2", "email": "a@b", "born_on": "2000-01-01" }));
        let all = chosen(&kept, &gone, &[]);
        assert_eq!(
            Value::Object(all),
            json!({ "mobile": "1", "email": "a@b", "born_on": "2000-01-01" })
        );
        let all = chosen(&kept, &gone, &["mobile".to_owned()]);
        assert_eq!(all["mobile"], "2");
        let all = chosen(&gone, &kept, &["email".to_owned()]);
        assert_eq!(all["email"], "a@b", "an empty value takes nothing away");
    }

    #[test]
    fn a_child_is_not_its_parent() {
        use CardKind::{Parent, Pupil, Staff};
        assert!(may_be_one(&[Parent], &[Staff]));
        assert!(may_be_one(&[Pupil], &[Pupil]));
        assert!(!may_be_one(&[Pupil], &[Parent]));
        assert!(!may_be_one(&[Staff], &[Pupil]));
    }
}

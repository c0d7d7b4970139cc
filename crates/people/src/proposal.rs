//! What a family proposes to change in a card (`ux.md` C7).

use chrono::{DateTime, Utc};
use kernel::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{CardKind, Details, Error, FieldError, ParentFields, PersonFields, PupilFields};

kernel::id!(/// One proposal of a family.
    ProposalId);

/// One field that is to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedChange {
    pub field: String,
    /// What the family saw when it proposed.
    pub old: String,
    pub new: String,
}

/// The answer of the school to a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalAnswer {
    /// The parent who proposed.
    pub author: PersonId,
    /// Whose card it is about: «Ерёмин Артём Ильич».
    pub name: String,
    pub accepted: bool,
    /// Why it was refused.
    pub reason: String,
    pub decided_at: DateTime<Utc>,
    /// The author has not read it.
    pub unread: bool,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    Open,
    Accepted,
    Refused,
    /// Taken back by the family.
    Withdrawn,
}

impl ProposalState {
    const ALL: [Self; 4] = [Self::Open, Self::Accepted, Self::Refused, Self::Withdrawn];

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A proposal with what stands on the card now.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub id: ProposalId,
    pub subject: PersonId,
    pub kind: CardKind,
    pub proposed_by: PersonId,
    pub changes: Vec<ProposedChange>,
    /// The paper that a new name needs.
    pub document: String,
    pub state: ProposalState,
    pub reason: String,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// «Иванова Мария Петровна»
    pub subject_name: String,
    /// «Иванова М. П.»
    pub author: String,
    pub decided_by: Option<String>,
    /// The version of the card.
    pub version: i32,
    pub(crate) now: Map<String, Value>,
}

impl Proposal {
    /// What stands in the field now.
    pub fn now(&self, field: &str) -> String {
        text_of(&self.now, field)
    }

    /// Somebody changed one of the fields after the family proposed.
    pub fn is_stale(&self) -> bool {
        self.state == ProposalState::Open
            && self
                .changes
                .iter()
                .any(|it| self.now(&it.field) != it.old && self.now(&it.field) != it.new)
    }
}

/// The fields that a family may propose to change; the number of the file,
/// the birth date, citizenship, teaching at home and whatever is restricted is the office's.
pub(crate) const fn proposable(kind: CardKind) -> &'static [&'static str] {
    match kind {
        CardKind::Pupil => &[
            "last_name",
            "first_name",
            "middle_name",
            "phone",
            "mobile",
            "email",
            "lives_at",
            "registered_at",
            "family",
        ],
        CardKind::Parent => &[
            "last_name",
            "first_name",
            "middle_name",
            "phone",
            "mobile",
            "email",
            "lives_at",
            "registered_at",
            "workplace",
            "job",
            "work_phone",
        ],
        CardKind::Staff => &[],
    }
}

/// A new name needs a paper.
pub(crate) fn needs_document(changes: &[ProposedChange]) -> bool {
    changes.iter().any(|it| it.field.ends_with("_name"))
}

/// Both parts of a card as one object of fields.
pub(crate) fn as_map(fields: &PersonFields, details: &Details) -> Map<String, Value> {
    let mut all = Map::new();
    for part in [json!(fields), json!(details)] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    all
}

/// The text of a field; empty for none.
pub(crate) fn text_of(map: &Map<String, Value>, field: &str) -> String {
    match map.get(field) {
        Some(Value::String(it)) => it.clone(),
        _ => String::new(),
    }
}

/// The card with the changes made.
///
/// # Errors
/// [`Error::Fields`] for a field that a family may not propose.
pub(crate) fn changed(
    fields: &PersonFields,
    details: &Details,
    changes: &[ProposedChange],
) -> Result<(PersonFields, Details), Error> {
    let mut all = as_map(fields, details);
    for it in changes {
        if !proposable(details.kind()).contains(&it.field.as_str()) {
            return Err(Error::field("", "people.not-proposable"));
        }
        let value = match it.new.as_str() {
            "" if it.field == "middle_name" => Value::Null,
            text => json!(text),
        };
        all.insert(it.field.clone(), value);
    }
    let all = Value::Object(all);
    let wrong = |_| Error::Fields(vec![FieldError::new("", "people.not-proposable")]);
    let fields = serde_json::from_value(all.clone()).map_err(wrong)?;
    let details = match details {
        Details::Pupil(_) => {
            Details::Pupil(serde_json::from_value::<PupilFields>(all).map_err(wrong)?)
        }
        Details::Parent(_) => {
            Details::Parent(serde_json::from_value::<ParentFields>(all).map_err(wrong)?)
        }
        Details::Staff(_) => return Err(Error::field("", "people.not-proposable")),
    };
    Ok((fields, details))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: &str, new: &str) -> ProposedChange {
        ProposedChange {
            field: field.to_owned(),
            old: String::new(),
            new: new.to_owned(),
        }
    }

    #[test]
    fn changes_touch_only_their_fields() {
        let fields = PersonFields {
            last_name: "Ким".into(),
            first_name: "Анна".into(),
            middle_name: Some("Олеговна".into()),
            ..PersonFields::default()
        };
        let details = Details::Pupil(PupilFields {
            file_number: "К/1".into(),
            ..PupilFields::default()
        });
        let changes = [change("mobile", "89181234567"), change("middle_name", "")];
        let (fields, details) = changed(&fields, &details, &changes).unwrap();
        assert_eq!(
            (fields.mobile.as_str(), fields.middle_name),
            ("89181234567", None)
        );
        assert!(matches!(details, Details::Pupil(it) if it.file_number == "К/1"));
        assert!(needs_document(&changes));
    }

    #[test]
    fn a_family_does_not_write_what_is_the_schools() {
        let details = Details::Pupil(PupilFields::default());
        for (field, value) in [
            ("file_number", "1"),
            ("citizenship", "ru"),
            ("taught_at_home", "true"),
        ] {
            let wish = [change(field, value)];
            let done = changed(&PersonFields::default(), &details, &wish);
            assert!(done.is_err(), "{field}");
        }
    }
}

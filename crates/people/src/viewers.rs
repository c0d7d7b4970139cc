//! Who looked at a card, at which part of it and for what (SEC-1,
//! `security.md` §4.5).

use chrono::{DateTime, TimeDelta, Utc};
use db::{Tx, audit};
use kernel::PersonId;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{CardKind, Error, RestrictedField};

/// The look at the common part, in the journal.
pub(crate) const COMMON_READ: &str = "people.card-read";
/// The look at restricted fields, in the journal.
pub(crate) const RESTRICTED_READ: &str = "people.restricted-read";
/// A look from the municipality or the region, by name and with a reason.
const OPENED_FROM_ABOVE: &str = "hub.person-opened";
/// All that is kept of the person, taken out as a file or on paper.
const EXPORTED: &str = "privacy.exported";
/// Whatever of the journal is a look at somebody's data.
pub(crate) const LOOKS: [&str; 4] = [COMMON_READ, RESTRICTED_READ, OPENED_FROM_ABOVE, EXPORTED];
/// The looks of one viewer at one part within so long are one look.
pub(crate) const ONE_LOOK: TimeDelta = TimeDelta::minutes(10);

/// For what restricted data are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Ведение личного дела.
    File,
    /// Приказ или справка.
    Order,
    /// Отчёт.
    Report,
    /// Медицинское сопровождение.
    Health,
    /// Работа с семьёй.
    Family,
    /// Запрос органа власти.
    Request,
    /// Проверка полноты и правильности.
    Check,
}

impl Purpose {
    pub const ALL: [Self; 7] = [
        Self::File,
        Self::Order,
        Self::Report,
        Self::Health,
        Self::Family,
        Self::Request,
        Self::Check,
    ];

    /// The name in URLs, in the journal and in the words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Order => "order",
            Self::Report => "report",
            Self::Health => "health",
            Self::Family => "family",
            Self::Request => "request",
            Self::Check => "check",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What the journal keeps of a look at restricted fields: never a value.
pub(crate) fn restricted_look(
    kind: CardKind,
    purpose: Purpose,
    fields: impl Iterator<Item = RestrictedField>,
) -> Value {
    let (mut documents, mut health) = (false, false);
    for it in fields {
        documents |= !it.is_medical();
        health |= it.is_medical();
    }
    let parts: Vec<&str> = [(documents, "documents"), (health, "health")]
        .into_iter()
        .filter_map(|(is, part)| is.then_some(part))
        .collect();
    json!({ "kind": kind, "purpose": purpose.code(), "parts": parts })
}

/// What the journal keeps of a look at the common part.
pub(crate) fn common_look(kind: CardKind) -> Value {
    json!({ "kind": kind, "parts": ["common"] })
}

/// A look at the common part of many cards of pupils, as a report shows them.
pub(crate) async fn looked_at(tx: &mut Tx, pupils: &[PersonId]) -> Result<(), Error> {
    let objects: Vec<String> = pupils
        .iter()
        .map(|it| format!("people.person:{it}"))
        .collect();
    let details = common_look(CardKind::Pupil);
    audit::record_once_each(tx, COMMON_READ, &objects, &details, ONE_LOOK).await?;
    Ok(())
}

/// One look at a card; looks within ten minutes are one.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    pub at: DateTime<Utc>,
    /// The post of the viewer; none where they are not of the staff.
    pub post: Option<String>,
    /// What they are here where they have no post.
    pub kinds: Vec<CardKind>,
    /// «Иванова М. П.», only for whoever watches over the journal.
    pub name: Option<String>,
    /// `common`, `documents`, `health`, `limited`, `everything`.
    pub parts: Vec<String>,
    /// The code of the purpose; none for the common part.
    pub purpose: Option<String>,
    /// Who looked from above, where it was not the own organisation.
    pub above: Option<Above>,
}

/// A look of an organisation above.
#[derive(Clone, Debug, Serialize)]
pub struct Above {
    /// Its name.
    pub unit: String,
    /// Why, as they wrote.
    pub reason: String,
}

impl Look {
    /// The look that an entry of the journal tells of, and who of this
    /// organisation it was. Names are told to `named` readers alone.
    pub(crate) fn read(entry: &audit::Entry, named: bool) -> (Self, Option<PersonId>) {
        let text = |name: &str| {
            let it = entry.details.get(name).and_then(Value::as_str);
            it.map(str::to_owned)
        };
        let from_above = entry.action == OPENED_FROM_ABOVE;
        let look = Self {
            at: entry.at,
            post: None,
            kinds: vec![],
            name: text("by").filter(|_| from_above && named),
            parts: parts(entry),
            purpose: match entry.action.as_str() {
                EXPORTED => Some("export".to_owned()),
                _ => text("purpose"),
            },
            above: from_above.then(|| Above {
                unit: text("unit").unwrap_or_default(),
                reason: text("reason").unwrap_or_default(),
            }),
        };
        (look, entry.person.filter(|_| !from_above))
    }
}

/// What was looked at. Entries of before tell no part: it was the whole section.
fn parts(entry: &audit::Entry) -> Vec<String> {
    let told = entry.details.get("parts").and_then(Value::as_array);
    let told = told.map(|it| it.iter().filter_map(Value::as_str).collect());
    let parts = told.unwrap_or_else(|| match entry.action.as_str() {
        OPENED_FROM_ABOVE => vec!["limited"],
        EXPORTED => vec!["everything"],
        _ => vec!["documents", "health"],
    });
    parts.into_iter().map(str::to_owned).collect()
}

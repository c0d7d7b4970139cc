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
    /// `common`, `documents`, `health`.
    pub parts: Vec<String>,
    /// The code of the purpose; none for the common part.
    pub purpose: Option<String>,
}

impl Look {
    /// The look that an entry of the journal tells of, and who it was.
    pub(crate) fn read(entry: &db::audit::Entry) -> (Self, Option<PersonId>) {
        let text = |it: &Value| it.as_str().map(str::to_owned);
        let parts = entry.details.get("parts").and_then(Value::as_array);
        let known = || vec!["documents".to_owned(), "health".to_owned()];
        let look = Self {
            at: entry.at,
            post: None,
            kinds: vec![],
            name: None,
            // Entries of before tell no part: it was the whole section.
            parts: parts.map_or_else(known, |it| it.iter().filter_map(text).collect()),
            purpose: entry.details.get("purpose").and_then(text),
        };
        (look, entry.person)
    }
}

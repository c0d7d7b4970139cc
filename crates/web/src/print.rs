//! The print kit: what stands under every printed page (S2:4.5).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Views, Visit};

/// System, date of printing and executor. Pages get it from `layout.html` and
/// `print.html` by themselves; files (XLSX, PDF) are given this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Footer {
    pub system: String,
    /// `21.11.2026`, where the organisation is.
    pub date: String,
    pub time: String,
    /// Фамилия И. О.; the word `print.nobody` where nobody is signed in.
    pub executor: String,
    pub org: String,
    /// All of it in the word `print.foot`.
    pub text: String,
}

impl Footer {
    pub fn of(views: &Views, visit: &Visit) -> Self {
        let now = views.now().with_timezone(&visit.zone());
        let date = now.format("%d.%m.%Y").to_string();
        let time = now.format("%H:%M").to_string();
        let executor = visit
            .me()
            .map_or_else(|| views.word("print.nobody"), |it| it.initials.clone());
        let system = views.system().to_owned();
        let args = [
            ("system", &system),
            ("date", &date),
            ("time", &time),
            ("executor", &executor),
        ];
        let args: BTreeMap<String, String> = args
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        let text = views.phrase("print.foot", &args);
        let org = visit
            .membership()
            .map(|it| it.name.clone())
            .unwrap_or_default();
        Self {
            system,
            date,
            time,
            executor,
            org,
            text,
        }
    }
}

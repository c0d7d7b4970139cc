//! The print kit: what stands under every printed page (S2:4.5).

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Views, Visit};

/// System, date of printing and executor. Pages get it from `layout.html` and
/// `print.html` by themselves; files (XLSX, PDF) are given this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The same with the number of the request, by which the log of reports
    /// knows it: «№ запроса 84213» (reports-and-rules.md §9).
    #[must_use]
    pub fn numbered(mut self, views: &Views, number: i64) -> Self {
        let number = BTreeMap::from([("number".to_owned(), number.to_string())]);
        self.text = format!("{} {}", self.text, views.phrase("print.number", &number));
        self
    }

    /// Of the moment, the executor and the organisation, without a visit: for
    /// long work.
    pub fn by(views: &Views, now: DateTime<Tz>, executor: &str, org: &str) -> Self {
        let date = now.format("%d.%m.%Y").to_string();
        let time = now.format("%H:%M").to_string();
        let system = views.system().to_owned();
        let args = [
            ("system", system.as_str()),
            ("date", &date),
            ("time", &time),
            ("executor", executor),
        ];
        let args = args.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            text: views.phrase("print.foot", &BTreeMap::from(args)),
            system,
            date,
            time,
            executor: executor.to_owned(),
            org: org.to_owned(),
        }
    }

    pub fn of(views: &Views, visit: &Visit) -> Self {
        let now = views.now().with_timezone(&visit.zone());
        let executor = visit
            .me()
            .map_or_else(|| views.word("print.nobody"), |it| it.initials.clone());
        let org = visit.membership().map_or("", |it| it.name.as_str());
        Self::by(views, now, &executor, org)
    }
}

//! Reports that left the screen: the log of requests and frozen copies
//! (RPT-4, RPT-7; `reports-and-rules.md` §1.0.2).

mod canonical;
mod copies;
mod kept;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use kernel::{ClassId, PersonId};

use crate::{Asked, Made};

pub(crate) use canonical::hash;
pub(crate) use copies::Newest;
pub use copies::{Copies, Frozen, Hand};
pub(crate) use kept::{Changes, Kept};

kernel::id!(/// One request for a report; its number stands in the foot of what was printed.
    ReportRunId);

/// What left the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Pdf,
    Xlsx,
    Csv,
    /// A frozen copy, with PDF and XLSX of it.
    Copy,
    /// Letters to the parents of a class.
    Mail,
}

impl Output {
    /// The name in the database and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Copy => "copy",
            Self::Mail => "mail",
        }
    }

    /// The file that an address asks for.
    pub fn file(code: &str) -> Option<Self> {
        [Self::Pdf, Self::Xlsx, Self::Csv]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// What was chosen, by name; in the order of the names, so that the same
/// choice is always the same text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, Vec<String>>);

impl Params {
    /// Reads a query as addresses of reports have it, without `as`.
    pub fn of_query(query: &str) -> Self {
        let pairs = query.split('&').filter_map(|it| it.split_once('='));
        let pairs = pairs.filter(|(name, value)| *name != "as" && !value.is_empty());
        let mut params = Self::default();
        for (name, value) in pairs {
            params.add(name, value);
        }
        params
    }

    fn add(&mut self, name: &str, value: &str) {
        let values = self.0.entry(name.to_owned()).or_default();
        values.push(value.to_owned());
        values.sort_unstable();
        values.dedup();
    }

    fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        self.0
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |it| (name, it)))
    }

    /// As an address has it, in canonical order: `class=5&period=quarter-1`.
    pub fn query(&self) -> String {
        let pairs = self.pairs().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let values = |of: &Vec<String>| match of.as_slice() {
            [one] => one.clone().into(),
            many => many.to_vec().into(),
        };
        let pairs = self.0.iter().map(|it| (it.0.clone(), values(it.1)));
        pairs.collect::<serde_json::Map<_, _>>().into()
    }

    pub(crate) fn of_json(value: &serde_json::Value) -> Self {
        let mut params = Self::default();
        for (name, value) in value.as_object().into_iter().flatten() {
            let one = std::slice::from_ref(value);
            let values = value.as_array().map_or(one, Vec::as_slice);
            for it in values.iter().filter_map(serde_json::Value::as_str) {
                params.add(name, it);
            }
        }
        params
    }
}

/// A request that is to be written down.
#[derive(Clone, Debug)]
pub(crate) struct NewRun {
    pub(crate) kind: &'static str,
    pub(crate) params: Params,
    /// The calendar year in which the academic year begins.
    pub(crate) year: i16,
    pub(crate) period: String,
    pub(crate) class: Option<(ClassId, String)>,
    pub(crate) teacher: Option<(PersonId, String)>,
    pub(crate) output: Output,
    pub(crate) made_name: String,
    pub(crate) data_at: DateTime<Utc>,
}

impl NewRun {
    pub(crate) fn of(made: &Made, asked: &Asked, output: Output, made_name: &str) -> Self {
        let kind = asked.kind;
        let class = made.class.as_ref().filter(|_| kind.is_of_class());
        Self {
            kind: kind.code(),
            params: Params::of_query(&crate::pages::chosen(made, asked)),
            year: i16::try_from(made.year.0.year()).unwrap_or(i16::MAX),
            period: made.term.map(|it| it.slot.code()).unwrap_or_default(),
            class: class.map(|it| (it.id, it.name())),
            teacher: made.teacher.as_ref().map(|it| (it.id, it.full())),
            output,
            made_name: made_name.to_owned(),
            data_at: made.made_at,
        }
    }

    /// Copies of one place follow each other.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}?{}", self.year, self.kind, self.params.query())
    }
}

/// A request as the log shows it.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: ReportRunId,
    pub kind: String,
    pub params: Params,
    pub year: i16,
    pub period: String,
    pub class: Option<ClassId>,
    pub class_name: String,
    pub teacher: Option<PersonId>,
    pub teacher_name: String,
    pub output: String,
    pub made_name: String,
    pub made_at: DateTime<Utc>,
    pub data_at: DateTime<Utc>,
}

/// A frozen copy in a list.
#[derive(Clone, Debug)]
pub struct CopyLine {
    pub run: Run,
    pub edition: i32,
    /// How many notes said that something is missing.
    pub gaps: i32,
    /// The copy of the same place that follows it.
    pub superseded: bool,
}

/// What is kept of a frozen copy.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) run: Run,
    pub(crate) edition: i32,
    pub(crate) content: serde_json::Value,
    pub(crate) sha256: Vec<u8>,
    pub(crate) pdf: (db::files::FileId, Vec<u8>),
    pub(crate) xlsx: (db::files::FileId, Vec<u8>),
    pub(crate) frozen_at: DateTime<Utc>,
    /// The newest copy of the same place.
    pub(crate) newest: ReportRunId,
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn the_same_choice_is_the_same_text() {
        let one = Params::of_query("period=quarter-1&class=5&as=pdf&teacher=");
        let other = Params::of_query("class=5&period=quarter-1");
        assert_eq!(one, other);
        assert_eq!(one.query(), "class=5&period=quarter-1");
        assert_eq!(Params::of_json(&one.json()), one);
        let many = Params::of_query("slot=quarter-2&slot=quarter-1&set=1&slot=quarter-2");
        assert_eq!(many.query(), "set=1&slot=quarter-1&slot=quarter-2");
        assert_eq!(Params::of_json(&many.json()), many);
    }
}

//! Reads fields into a struct and finds *every* field that does not fit.
//!
//! Serde stops at the first mistake. So a field that failed is noted, given a
//! stand-in of the right type, and the struct is read again; the value that
//! comes out is only good for finding the mistakes of the other fields.

mod value;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use chrono::NaiveDate;
use kernel::dates::{parse_date, parse_time};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};

use super::Raw;
use value::FieldValue;

/// What reading came to.
pub(super) struct Decoded<T> {
    /// Present where every field has some value; stands only if `errors` is empty.
    pub(super) value: Option<T>,
    /// Field and code.
    pub(super) errors: Vec<(String, String)>,
    /// The fields in the order of the struct.
    pub(super) order: &'static [&'static str],
}

/// How a field is tried next.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Attempt {
    AsSent,
    /// The same day or time in the form that chrono reads.
    Rewritten(String),
    /// Not sent at all: an empty list, an unticked box, nothing.
    Absent,
    /// A value of the right type instead of a wrong one.
    StandIn(usize),
}

/// Texts that some type or other accepts, and what a field that wants one is.
const STAND_INS: [(&str, &str); 4] = [
    ("2000-01-01", "date"),
    ("00:00:00", "time"),
    ("0", "number"),
    ("", "invalid"),
];

#[derive(Debug)]
pub(super) enum Error {
    Missing(&'static str),
    Unknown,
    Bad(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    /// A type may say a code of its own; a sentence is just `invalid`.
    fn custom<M: std::fmt::Display>(message: M) -> Self {
        let text = message.to_string();
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-_.".contains(it);
        let is_code = !text.is_empty() && text.chars().all(plain);
        Self::Bad(if is_code { text } else { "invalid".to_owned() })
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::Unknown
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Bad("choice".to_owned())
    }
}

#[derive(Default)]
struct Trace {
    field: String,
    order: &'static [&'static str],
}

struct Reading<'a> {
    raw: &'a Raw,
    attempts: BTreeMap<String, Attempt>,
    dropped: BTreeSet<String>,
    trace: RefCell<Trace>,
}

/// Reads the fields into `T`; `today` gives «сегодня» and dates without a year their meaning.
pub(super) fn decode<T: DeserializeOwned>(raw: &Raw, today: NaiveDate) -> Decoded<T> {
    let mut reading = Reading {
        raw,
        attempts: BTreeMap::new(),
        dropped: BTreeSet::new(),
        trace: RefCell::default(),
    };
    let mut errors = BTreeMap::new();
    let value = loop {
        let error = match T::deserialize(&reading) {
            Ok(value) => break Some(value),
            Err(error) => error,
        };
        if !reading.go_on(error, &mut errors, today) {
            break None;
        }
    };
    reading.name_by_stand_in(&mut errors);
    let order = reading.trace.borrow().order;
    Decoded {
        value,
        errors: errors.into_iter().collect(),
        order,
    }
}

impl Reading<'_> {
    /// Prepares the next reading after a mistake; `false` where nothing is left to try.
    /// Every call moves one field one step on, so reading comes to an end.
    fn go_on(
        &mut self,
        error: Error,
        errors: &mut BTreeMap<String, String>,
        today: NaiveDate,
    ) -> bool {
        let field = self.trace.borrow().field.clone();
        match error {
            Error::Missing(name) => self
                .attempts
                .insert(name.to_owned(), Attempt::Absent)
                .is_none(),
            Error::Unknown => {
                errors.insert(String::new(), "unknown_field".to_owned());
                self.dropped.insert(field)
            }
            Error::Bad(code) => {
                let text = self.raw.get(&field).unwrap_or_default();
                let tried = self.attempts.get(&field).unwrap_or(&Attempt::AsSent);
                let next = next(tried, text, today);
                if matches!(next, Some(Attempt::StandIn(_))) {
                    let code = if text.is_empty() {
                        "required".to_owned()
                    } else {
                        code
                    };
                    errors.entry(field.clone()).or_insert(code);
                }
                next.map(|it| self.attempts.insert(field, it)).is_some()
            }
        }
    }

    /// A field that took a day as its stand-in wants a day.
    fn name_by_stand_in(&self, errors: &mut BTreeMap<String, String>) {
        for (field, code) in errors.iter_mut().filter(|it| it.1 == "invalid") {
            if let Some(Attempt::StandIn(index)) = self.attempts.get(field) {
                STAND_INS
                    .get(*index)
                    .iter()
                    .for_each(|it| it.1.clone_into(code));
            }
        }
    }

    /// The names to read: each sent one once, and those that are known to be absent.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        let sent = self.raw.iter().map(|it| it.0);
        for name in sent.chain(self.attempts.keys().map(String::as_str)) {
            if !self.dropped.contains(name) && !names.iter().any(|it| it == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

fn next(tried: &Attempt, text: &str, today: NaiveDate) -> Option<Attempt> {
    let day = || parse_date(text, today).ok().map(|it| it.to_string());
    let time = || {
        parse_time(text)
            .ok()
            .map(|it| it.format("%H:%M:%S").to_string())
    };
    match tried {
        Attempt::AsSent => Some(
            day()
                .or_else(time)
                .map_or(Attempt::StandIn(0), Attempt::Rewritten),
        ),
        Attempt::Rewritten(other) if Some(other) == day().as_ref() => {
            Some(time().map_or(Attempt::StandIn(0), Attempt::Rewritten))
        }
        Attempt::Rewritten(_) | Attempt::Absent => Some(Attempt::StandIn(0)),
        Attempt::StandIn(index) if *index < STAND_INS.len() => Some(Attempt::StandIn(index + 1)),
        Attempt::StandIn(_) => None,
    }
}

impl<'de> Deserializer<'de> for &Reading<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Fields {
            reading: self,
            names: self.names().into_iter(),
            name: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.trace.borrow_mut().order = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf option unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct Fields<'a> {
    reading: &'a Reading<'a>,
    names: std::vec::IntoIter<String>,
    name: Option<String>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        self.reading.trace.borrow_mut().field.clone_from(&name);
        self.name = Some(name.clone());
        seed.deserialize(IntoDeserializer::<Error>::into_deserializer(name))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let name = self.name.take().unwrap_or_default();
        let attempt = self
            .reading
            .attempts
            .get(&name)
            .cloned()
            .unwrap_or(Attempt::AsSent);
        let sent: Vec<&str> = self.reading.raw.all(&name).collect();
        seed.deserialize(FieldValue::new(&sent, &attempt))
    }
}

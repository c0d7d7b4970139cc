//! Reading a form field by field.

use std::str::FromStr;

use chrono::NaiveDate;
use kernel::{Fault, Kind};
use serde::Deserialize;
use web::{Checked, Failure, FormState, Views, form::Raw};

use crate::Error;

/// A form that was sent: its fields are asked for one by one, and every one
/// that makes no sense is noted.
pub(super) struct Sent<'a> {
    pub(super) raw: &'a Raw,
    today: NaiveDate,
    pub(super) form: FormState,
}

impl<'a> Sent<'a> {
    pub(super) fn new(raw: &'a Raw, today: NaiveDate, views: &Views) -> Self {
        Self {
            raw,
            today,
            form: form_of(raw, views),
        }
    }

    /// What was typed, empty where the field was not sent.
    pub(super) fn typed(&self, field: &str) -> &'a str {
        self.raw.get(field).unwrap_or_default()
    }

    pub(super) fn text(&mut self, field: &str, most: usize) -> String {
        let text = self.typed(field);
        if text.chars().count() > most {
            self.form.refuse(field, "too_long");
        }
        text.to_owned()
    }

    pub(super) fn required(&mut self, field: &str, most: usize) -> String {
        if self.typed(field).is_empty() {
            self.form.refuse(field, "required");
        }
        self.text(field, most)
    }

    /// What must be a number or an id.
    pub(super) fn parsed<T: FromStr>(&mut self, field: &str, code: &str) -> Option<T> {
        self.made(field, code, |it| it.parse().ok())
    }

    /// The same where it may be left out.
    pub(super) fn optional<T: FromStr>(&mut self, field: &str, code: &str) -> Option<T> {
        if self.typed(field).is_empty() {
            return None;
        }
        self.parsed(field, code)
    }

    /// What must be of a list.
    pub(super) fn choice<T>(&mut self, field: &str, of: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.made(field, "choice", of)
    }

    /// The same where nothing may be chosen.
    pub(super) fn optional_choice<T>(
        &mut self,
        field: &str,
        of: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if self.typed(field).is_empty() {
            return None;
        }
        self.choice(field, of)
    }

    pub(super) fn date(&mut self, field: &str) -> Option<NaiveDate> {
        let today = self.today;
        self.made(field, "date", |it| {
            kernel::dates::parse_date(it, today).ok()
        })
    }

    /// The same where no day may be said.
    pub(super) fn optional_date(&mut self, field: &str) -> Option<NaiveDate> {
        if self.typed(field).is_empty() {
            return None;
        }
        self.date(field)
    }

    /// Whether the box was ticked.
    pub(super) fn ticked(&self, field: &str) -> bool {
        !self.typed(field).is_empty()
    }

    fn made<T>(&mut self, field: &str, code: &str, make: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.typed(field);
        let found = make(text);
        if found.is_none() {
            let code = if text.is_empty() { "required" } else { code };
            self.form.refuse(field, code);
        }
        found
    }

    pub(super) fn seen(&self) -> i32 {
        self.typed("version").parse().unwrap_or_default()
    }

    pub(super) fn is_right(&self) -> bool {
        self.form.errors().is_empty()
    }

    /// Notes what a use case refused at its field, and tells whether somebody
    /// else was faster; what is not about the form passes.
    pub(super) fn note(&mut self, error: Error, field: &str) -> Result<bool, Failure> {
        match error.kind() {
            Kind::Conflict => self.form.fault("", &error),
            Kind::Invalid => self.form.fault(field, &error),
            _ => return Err(error.into()),
        }
        Ok(error.kind() == Kind::Conflict)
    }
}

/// The form that shows these fields.
pub(super) fn form_of(raw: &Raw, views: &Views) -> FormState {
    Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(views.clone())).form
}

/// A form whose fields are read one by one.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

/// The ids that were ticked under that name.
pub(super) fn ids<T: FromStr>(raw: &Raw, name: &str) -> Vec<T> {
    raw.all(name).filter_map(|it| it.parse().ok()).collect()
}

/// Fields as a form has them.
pub(super) fn raw_of<const N: usize>(fields: [(&str, String); N]) -> Raw {
    let named = fields.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A stored choice as a form has it.
pub(super) fn shown(value: Option<impl ToString>) -> String {
    value.map(|it| it.to_string()).unwrap_or_default()
}

/// A stored day as a form has it.
pub(super) fn shown_day(day: Option<NaiveDate>) -> String {
    day.map(kernel::dates::show_date).unwrap_or_default()
}

//! Reading a form field by field.

use std::str::FromStr;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, Kind};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, FormState, Views, Visit,
    form::{Raw, invalid},
};

use crate::Error;

/// A form that was sent: its fields are asked for one by one, and every one
/// that makes no sense is noted.
pub(super) struct Sent<'a> {
    raw: &'a Raw,
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

    /// What must be a number, a code or an id.
    pub(super) fn parsed<T: FromStr>(&mut self, field: &str, code: &str) -> Option<T> {
        let text = self.typed(field);
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let code = if text.is_empty() { "required" } else { code };
            self.form.refuse(field, code);
        }
        parsed
    }

    /// The same where it may be left out.
    pub(super) fn optional<T: FromStr>(&mut self, field: &str, code: &str) -> Option<T> {
        if self.typed(field).is_empty() {
            None
        } else {
            self.parsed(field, code)
        }
    }

    pub(super) fn date(&mut self, field: &str) -> Option<NaiveDate> {
        let text = self.typed(field);
        let day = kernel::dates::parse_date(text, self.today).ok();
        if day.is_none() {
            let code = if text.is_empty() { "required" } else { "date" };
            self.form.refuse(field, code);
        }
        day
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

/// Shows a form again: 409 where somebody else was faster, 422 otherwise.
pub(super) fn again(
    views: &Views,
    visit: &Visit,
    template: &str,
    page: &impl Serialize,
    stale: bool,
) -> Result<Response, Failure> {
    let mut response = invalid(views, visit, template, page)?;
    if stale {
        *response.status_mut() = StatusCode::CONFLICT;
    }
    Ok(response)
}

/// Shows a page.
pub(super) fn show(
    views: &Views,
    visit: &Visit,
    template: &str,
    page: &impl Serialize,
) -> Result<Response, Failure> {
    Ok(views.page(visit, template, page)?.into_response())
}

/// A field that both changed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Difference {
    pub(super) field: String,
    pub(super) label: String,
    pub(super) mine: String,
    pub(super) now: String,
    pub(super) by: String,
}

/// What was typed beside what is stored by now, named by the words `<prefix>.<field>`.
pub(super) fn differences(
    sent: &Raw,
    stored: &[(&str, String)],
    label: impl Fn(&str) -> String,
    readable: impl Fn(&str, &str) -> String,
) -> Vec<Difference> {
    let of = |(field, now): &(&str, String)| {
        let mine = sent.get(field).unwrap_or_default();
        (mine != now).then(|| Difference {
            field: (*field).to_owned(),
            label: label(field),
            mine: readable(field, mine),
            now: readable(field, now),
            by: String::new(),
        })
    };
    stored.iter().filter_map(of).collect()
}

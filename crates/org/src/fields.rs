//! Reading the fields of a form: every fault is found at once and named by
//! its field, and what was typed stays typed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Fault, checked::CheckError, dates, decimal};
use rust_decimal::Decimal;

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFault {
    pub field: &'static str,
    /// The end of the word's key, `form.error.<code>`; for a number with a
    /// check `fault.<code>`.
    pub code: &'static str,
    /// The check that did not pass.
    pub check: Option<CheckError>,
}

impl FieldFault {
    pub(crate) const fn new(field: &'static str, code: &'static str) -> Self {
        Self {
            field,
            code,
            check: None,
        }
    }
}

/// What was typed, by the name of the field.
pub type Typed = BTreeMap<String, String>;

/// Reads typed values into typed ones and collects what is wrong.
pub(crate) struct Reader<'a> {
    typed: &'a Typed,
    today: NaiveDate,
    faults: Vec<FieldFault>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(typed: &'a Typed, today: NaiveDate) -> Self {
        Self {
            typed,
            today,
            faults: Vec::new(),
        }
    }

    /// The value where nothing was wrong.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Vec<FieldFault>> {
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }

    pub(crate) fn fault(&mut self, field: &'static str, code: &'static str) {
        self.faults.push(FieldFault::new(field, code));
    }

    fn raw(&self, field: &'static str) -> &'a str {
        self.typed.get(field).map_or("", |it| it.trim())
    }

    /// A line or more of text, at most so many characters.
    pub(crate) fn text(&mut self, field: &'static str, longest: usize) -> String {
        let text = self.raw(field);
        if text.chars().count() > longest {
            self.fault(field, "too_long");
        }
        text.replace("\r\n", "\n")
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, field: &'static str, longest: usize) -> String {
        let text = self.text(field, longest);
        if text.is_empty() {
            self.fault(field, "required");
        }
        text
    }

    /// A number with a check of its own; empty stays empty.
    pub(crate) fn checked<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<T, CheckError>,
        keep: impl FnOnce(&T) -> String,
    ) -> String {
        let text = self.raw(field);
        if text.is_empty() {
            return String::new();
        }
        match parse(text) {
            Ok(it) => keep(&it),
            Err(fault) => {
                self.faults.push(FieldFault {
                    field,
                    code: fault.code(),
                    check: Some(fault),
                });
                text.to_owned()
            }
        }
    }

    pub(crate) fn date(&mut self, field: &'static str) -> Option<NaiveDate> {
        let text = self.raw(field);
        if text.is_empty() {
            return None;
        }
        let date = dates::parse_date(text, self.today).ok();
        if date.is_none() {
            self.fault(field, "date");
        }
        date
    }

    pub(crate) fn flag(&self, field: &'static str) -> bool {
        matches!(self.raw(field), "1" | "on" | "true")
    }

    /// A whole number between two bounds; nothing for an empty field.
    pub(crate) fn whole(&mut self, field: &'static str, least: i32, most: i32) -> Option<i32> {
        let number = self.number(field, least.into(), most.into())?;
        if !number.fract().is_zero() {
            self.fault(field, "number");
        }
        number.trunc().try_into().ok()
    }

    /// A number between two bounds; nothing for an empty field.
    pub(crate) fn number(
        &mut self,
        field: &'static str,
        least: Decimal,
        most: Decimal,
    ) -> Option<Decimal> {
        let text = self.raw(field);
        if text.is_empty() {
            return None;
        }
        let Ok(number) = decimal::parse(text) else {
            self.fault(field, "number");
            return None;
        };
        if number < least || most < number {
            self.fault(field, "range");
            return None;
        }
        Some(number)
    }

    /// One of few values.
    pub(crate) fn choice<T>(
        &mut self,
        field: &'static str,
        from_code: impl FnOnce(&str) -> Option<T>,
        otherwise: T,
    ) -> T {
        from_code(self.raw(field)).unwrap_or_else(|| {
            self.fault(field, "choice");
            otherwise
        })
    }
}

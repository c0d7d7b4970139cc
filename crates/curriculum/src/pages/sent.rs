//! Reading a form field by field.

use std::{ops::RangeInclusive, str::FromStr};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use web::{FormState, Views, form::Raw};

use super::form::form_of;

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
    fn typed(&self, field: &str) -> &'a str {
        self.raw.get(field).unwrap_or_default()
    }

    /// A text of at most so many letters.
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

    /// A box that is ticked.
    pub(super) fn ticked(&self, field: &str) -> bool {
        !self.typed(field).is_empty()
    }

    /// The version that the writer saw; one that is not there has seen nothing.
    pub(super) fn seen(&self, field: &str) -> i32 {
        self.typed(field).parse().unwrap_or_default()
    }

    /// What must be chosen from a list.
    pub(super) fn chosen<T: FromStr>(&mut self, field: &str) -> Option<T> {
        self.parsed(field, "choice")
    }

    /// What may be chosen from a list.
    pub(super) fn choice<T: FromStr>(&mut self, field: &str) -> Option<T> {
        if self.typed(field).is_empty() {
            None
        } else {
            self.chosen(field)
        }
    }

    pub(super) fn number<T: FromStr>(&mut self, field: &str) -> Option<T> {
        self.parsed(field, "number")
    }

    fn parsed<T: FromStr>(&mut self, field: &str, code: &str) -> Option<T> {
        let text = self.typed(field);
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.form
                .refuse(field, if text.is_empty() { "required" } else { code });
        }
        parsed
    }

    /// Every value of a list of boxes that is an id.
    pub(super) fn ids<T: From<i64>>(&self, field: &str) -> Vec<T> {
        self.raw
            .all(field)
            .filter_map(|it| it.parse::<i64>().ok())
            .map(T::from)
            .collect()
    }

    pub(super) fn date(&mut self, field: &str) -> Option<NaiveDate> {
        let text = self.typed(field);
        let day = kernel::dates::parse_date(text, self.today).ok();
        if day.is_none() {
            self.form
                .refuse(field, if text.is_empty() { "required" } else { "date" });
        }
        day
    }

    pub(super) fn optional_date(&mut self, field: &str) -> Option<NaiveDate> {
        if self.typed(field).is_empty() {
            None
        } else {
            self.date(field)
        }
    }

    pub(super) fn decimal(&mut self, field: &str) -> Option<Decimal> {
        let text = self.typed(field);
        let number = kernel::decimal::parse(text).ok();
        if number.is_none() {
            self.form.refuse(
                field,
                if text.is_empty() {
                    "required"
                } else {
                    "number"
                },
            );
        }
        number
    }

    /// «1–9» or «10».
    pub(super) fn grades(&mut self, field: &str) -> Option<RangeInclusive<i16>> {
        let grades = parse_grades(self.typed(field));
        if grades.is_none() {
            self.form.refuse(field, "grades");
        }
        grades
    }

    pub(super) fn is_right(&self) -> bool {
        self.form.errors().is_empty()
    }
}

fn parse_grades(text: &str) -> Option<RangeInclusive<i16>> {
    let mut ends = text
        .split(['-', '–', '—'])
        .map(|it| it.trim().parse::<i16>().ok());
    let from = ends.next()??;
    let to = match ends.next() {
        Some(to) => to?,
        None => from,
    };
    ends.next().is_none().then_some(from..=to)
}

/// «1–9» or «10».
pub(super) fn show_grades(grades: &RangeInclusive<i16>) -> String {
    let (from, to) = (grades.start(), grades.end());
    if from == to {
        from.to_string()
    } else {
        format!("{from}–{to}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_are_a_number_or_a_range() {
        assert_eq!(parse_grades("1–9"), Some(1..=9));
        assert_eq!(parse_grades(" 10 - 11 "), Some(10..=11));
        assert_eq!(parse_grades("5"), Some(5..=5));
        for wrong in ["", "1-2-3", "а", "1–", "99999999"] {
            assert_eq!(parse_grades(wrong), None, "{wrong}");
        }
        assert_eq!(show_grades(&(1..=9)), "1–9");
    }
}

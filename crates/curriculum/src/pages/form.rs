//! Forms whose fields depend on data, and what all forms here share.

use std::{collections::BTreeMap, fmt::Display};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Fault, Kind};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, FormState, Views, Visit,
    form::{Raw, invalid},
};

use crate::Error;

/// A choice of a form.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

impl Choice {
    pub(super) fn of(value: impl Display, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
        }
    }

    /// The label of the value, as conflicts show it.
    pub(super) fn label(choices: &[Self], value: &str) -> String {
        let found = choices.iter().find(|it| it.value == value);
        found.map_or_else(|| value.to_owned(), |it| it.label.clone())
    }
}

/// One of the lines that a form has many of: `period.17.starts_on` is the
/// field `starts_on` of line 17. The key is the id, or no number where the
/// line is new.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) key: String,
    pub(super) fields: BTreeMap<String, String>,
}

impl Line {
    pub(super) fn id<T: From<i64>>(&self) -> Option<T> {
        self.key.parse::<i64>().ok().map(T::from)
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// Whether nothing stands in these fields.
    pub(super) fn is_empty(&self, fields: &[&str]) -> bool {
        fields.iter().all(|it| self.text(it).is_empty())
    }
}

/// The lines of a form under the prefix `period.`, in their order.
pub(super) fn lines(raw: &Raw, prefix: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    for (rest, value) in raw.under(prefix) {
        let Some((key, field)) = rest.rsplit_once('.') else {
            continue;
        };
        let place = lines
            .iter()
            .position(|it| it.key == key)
            .unwrap_or_else(|| {
                lines.push(Line {
                    key: key.to_owned(),
                    fields: BTreeMap::new(),
                });
                lines.len() - 1
            });
        if let Some(line) = lines.get_mut(place) {
            line.fields.insert(field.to_owned(), value.to_owned());
        }
    }
    lines
}

/// Empty lines at the end of a form, for what is to be added.
pub(super) fn empty_lines(count: usize) -> impl Iterator<Item = Line> {
    (1..=count).map(|it| Line {
        key: format!("n{it}"),
        fields: BTreeMap::new(),
    })
}

/// What was sent, fitted to what is stored by now: lines that somebody took
/// away come back as new ones, lines that somebody added are there too.
pub(super) fn merged(sent: &Raw, stored: &Raw, prefix: &str) -> Raw {
    let there = lines(stored, prefix);
    let mine = lines(sent, prefix);
    let is_gone = |key: &str| key.parse::<i64>().is_ok() && !there.iter().any(|it| it.key == key);
    let renamed = |name: &str| {
        let rest = name.strip_prefix(prefix)?;
        let (key, field) = rest.rsplit_once('.')?;
        is_gone(key).then(|| format!("{prefix}again{key}.{field}"))
    };
    let kept = sent.iter().map(|(name, value)| {
        (
            renamed(name).unwrap_or_else(|| name.to_owned()),
            value.to_owned(),
        )
    });
    let added = there
        .iter()
        .filter(|it| !mine.iter().any(|mine| mine.key == it.key));
    let added = added.flat_map(|line| {
        let name = move |field: &String| format!("{prefix}{}.{field}", line.key);
        line.fields
            .iter()
            .map(move |(field, value)| (name(field), value.clone()))
    });
    kept.chain(added).collect()
}

/// A field that both changed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Difference {
    field: String,
    label: String,
    mine: String,
    now: String,
}

impl Difference {
    /// Whether this is the column of a line.
    pub(super) fn is_about(&self, column: &str) -> bool {
        self.field.rsplit('.').next() == Some(column)
    }
}

/// What was typed beside what is stored by now. `label` names a field, and
/// `show` makes its value readable.
pub(super) fn differences(
    sent: &Raw,
    stored: &Raw,
    label: impl Fn(&str) -> String,
    show: impl Fn(&str, &str) -> String,
) -> Vec<Difference> {
    let difference = |(field, now): (&str, &str)| {
        let mine = sent.get(field).unwrap_or_default();
        (!is_same(mine, now)).then(|| Difference {
            field: field.to_owned(),
            label: label(field),
            mine: show(field, mine),
            now: show(field, now),
        })
    };
    stored.iter().filter_map(difference).collect()
}

/// «1.9.26» and «01.09.2026» are the same, and so are «3,0» and «3».
fn is_same(mine: &str, now: &str) -> bool {
    let number = |it| kernel::decimal::parse(it).ok();
    let day = |it, near| kernel::dates::parse_date(it, near).ok();
    let is_number = || number(mine).is_some() && number(mine) == number(now);
    // A year of two digits is the one near the day that is stored.
    let is_day = || day(now, NaiveDate::default()).is_some_and(|it| day(mine, it) == Some(it));
    mine == now || is_number() || is_day()
}

/// What is stored, as the fields of a form.
#[derive(Debug, Default)]
pub(super) struct Stored(Vec<(String, String)>);

impl Stored {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, field: impl Into<String>, value: impl Display) -> Self {
        self.0.push((field.into(), value.to_string()));
        self
    }

    pub(super) fn date(self, field: impl Into<String>, day: NaiveDate) -> Self {
        self.with(field, kernel::dates::show_date(day))
    }

    /// Nothing where there is none.
    pub(super) fn or_empty(self, field: impl Into<String>, value: Option<impl Display>) -> Self {
        self.with(field, value.map(|it| it.to_string()).unwrap_or_default())
    }

    /// A box is ticked or was not sent at all.
    pub(super) fn flag(self, field: impl Into<String>, is_on: bool) -> Self {
        self.with(field, if is_on { "1" } else { "" })
    }

    pub(super) fn raw(self) -> Raw {
        self.0.into_iter().collect()
    }
}

/// The form that shows these fields.
pub(super) fn form_of(raw: &Raw, views: &Views) -> FormState {
    Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(views.clone())).form
}

/// The form that was sent, with what is stored in the fields that it left out.
pub(super) fn filled(form: FormState, sent: &Raw, stored: &Raw) -> FormState {
    let left_out = stored.iter().filter(|it| sent.get(it.0).is_none());
    left_out.fold(form, |form, (name, value)| form.with(name, value))
}

/// A number as people type it: «2,5».
pub(super) fn show_decimal(number: Decimal) -> String {
    kernel::decimal::show(number.normalize(), number.normalize().scale())
}

/// A form whose fields are read one by one.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

/// Notes at its field what a use case refused, and tells whether somebody
/// else was faster; what is not about the form passes.
pub(super) fn note(
    form: &mut FormState,
    error: Error,
    place: impl FnOnce(&Error) -> String,
) -> Result<bool, Failure> {
    match error.kind() {
        Kind::Conflict => form.fault("", &error),
        Kind::Invalid => form.fault(&place(&error), &error),
        _ => return Err(error.into()),
    }
    Ok(error.kind() == Kind::Conflict)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(fields: &[(&str, &str)]) -> Raw {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn lines_keep_their_order_and_nothing_is_lost_when_two_people_save() {
        let sent = raw(&[
            ("item.3.topic", "моё"),
            ("item.7.topic", "убрано"),
            ("item.n1.topic", "новое"),
        ]);
        let stored = raw(&[("item.3.topic", "их"), ("item.9.topic", "их новое")]);
        let both = lines(&merged(&sent, &stored, "item."), "item.");
        let keys: Vec<&str> = both.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["3", "again7", "n1", "9"]);
        assert_eq!(
            both[1].id::<i64>(),
            None,
            "a line that was taken away is entered anew"
        );
        let different = differences(&sent, &stored, str::to_owned, |_, it| it.to_owned());
        let shown: Vec<(&str, &str)> = different
            .iter()
            .map(|it| (it.mine.as_str(), it.now.as_str()))
            .collect();
        assert_eq!(shown, [("моё", "их"), ("", "их новое")]);
    }

    #[test]
    fn equal_values_typed_otherwise_are_no_conflict() {
        assert!(is_same("1.9.26", "01.09.2026") && is_same("2,50", "2,5") && is_same("", ""));
        assert!(!is_same("2", "2,5") && !is_same("", "0"));
    }
}

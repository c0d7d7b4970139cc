use std::collections::BTreeMap;

use kernel::Fault;
use serde::Serialize;

use super::Raw;
use crate::Views;

/// What a form shows: the values as typed and what is wrong with them.
///
/// Templates see `values.<field>` (the last value), `all.<field>` (every
/// value of a list) and `errors`, in the order of the fields.
#[derive(Clone, Default, Serialize)]
pub struct FormState {
    values: BTreeMap<String, String>,
    all: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
    #[serde(skip)]
    order: Vec<String>,
    #[serde(skip)]
    views: Option<Views>,
}

/// One mistake. Its text is the word `form.<field>.<code>`, or `form.error.<code>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, or empty for the form as a whole.
    pub field: String,
    pub code: String,
    pub text: String,
}

impl FormState {
    /// An empty form.
    pub fn new() -> Self {
        Self::default()
    }

    /// A form filled from what is stored: numbers, texts, flags and dates become
    /// texts as people type them, `null` is empty, lists become several values.
    pub fn of(stored: &impl Serialize) -> Self {
        let mut form = Self::new();
        if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(stored) {
            for (name, value) in fields {
                form.fill(&name, &value);
            }
        }
        form
    }

    /// What was typed, with mistakes in words.
    pub fn typed(raw: &Raw, views: &Views) -> Self {
        Self::sent(raw, &[], Some(views.clone()))
    }

    pub(super) fn sent(raw: &Raw, order: &[&str], views: Option<Views>) -> Self {
        let order = order.iter().map(|it| (*it).to_owned()).collect();
        let mut form = Self {
            order,
            views,
            ..Self::default()
        };
        for (name, value) in raw.iter() {
            form.add_value(name, value);
        }
        form
    }

    /// Sets the value of one field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.all.remove(name);
        self.add_value(name, &value.to_string());
        self
    }

    /// Adds a mistake found after the form itself was right: a login that is taken.
    pub fn refuse(&mut self, field: &str, code: &str) {
        self.add(field, code, &BTreeMap::new());
    }

    /// Adds the fault of a use case, in the words `fault.<code>`, at a field or (`""`) above all.
    pub fn fault(&mut self, field: &str, fault: &dyn Fault) {
        let key = format!("fault.{}", fault.code());
        let text = self
            .views
            .as_ref()
            .map_or_else(|| key.clone(), |it| it.word(&key));
        self.push(FieldError {
            field: field.to_owned(),
            code: fault.code().to_owned(),
            text,
        });
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Adds a mistake; the first one of a field stays the only one.
    pub(super) fn add(&mut self, field: &str, code: &str, args: &BTreeMap<String, String>) {
        let text = self.text(field, code, args);
        self.push(FieldError {
            field: field.to_owned(),
            code: code.to_owned(),
            text,
        });
    }

    fn push(&mut self, error: FieldError) {
        if !error.field.is_empty() && self.errors.iter().any(|it| it.field == error.field) {
            return;
        }
        self.errors.push(error);
        let order = &self.order;
        let place = |it: &FieldError| match it.field.as_str() {
            "" => 0,
            field => order
                .iter()
                .position(|it| it == field)
                .map_or(usize::MAX, |it| it + 1),
        };
        self.errors.sort_by_key(place);
    }

    fn text(&self, field: &str, code: &str, args: &BTreeMap<String, String>) -> String {
        let Some(views) = &self.views else {
            return code.to_owned();
        };
        let own = format!("form.{field}.{code}");
        let key = if views.has_word(&own) {
            own
        } else {
            format!("form.error.{code}")
        };
        let label = views.first_word(&[&format!("field.{field}")]);
        let mut args = args.clone();
        args.insert(
            "label".to_owned(),
            label.unwrap_or_else(|| field.to_owned()),
        );
        views.phrase(&key, &args)
    }

    fn add_value(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
        self.all
            .entry(name.to_owned())
            .or_default()
            .push(value.to_owned());
    }

    fn fill(&mut self, name: &str, value: &serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::Null => self.add_value(name, ""),
            Value::Bool(true) => self.add_value(name, "1"),
            Value::Bool(false) => {}
            Value::String(text) => self.add_value(name, &readable(text)),
            Value::Array(all) => all.iter().for_each(|it| self.fill(name, it)),
            Value::Number(_) | Value::Object(_) => self.add_value(name, &value.to_string()),
        }
    }
}

/// Dates and times as people read them; they are typed as text.
fn readable(text: &str) -> String {
    let day = || {
        text.parse()
            .ok()
            .filter(|_| text.len() == 10)
            .map(kernel::dates::show_date)
    };
    let time = || {
        text.parse()
            .ok()
            .filter(|_| text.len() == 8)
            .map(kernel::dates::show_time)
    };
    day().or_else(time).unwrap_or_else(|| text.to_owned())
}

impl std::fmt::Debug for FormState {
    /// Without the values: they are people's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormState")
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

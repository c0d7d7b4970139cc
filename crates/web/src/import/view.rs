//! What `components/import.html` shows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{ImportSpec, RowError};
use crate::{FormState, Views};

/// Errors on the page; all of them are in the file.
const SHOWN: usize = 100;

/// создать N / обновить N / пропустить N / ошибок N
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    pub create: usize,
    pub update: usize,
    pub skip: usize,
    /// Rows with at least one mistake.
    pub errors: usize,
}

/// One of the three steps, as `page.import` of a template.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    Upload {
        action: String,
        template_href: Option<String>,
        accept: &'static str,
        max_mb: u32,
        form: FormState,
    },
    Preview(Preview),
    Result(Outcome),
}

impl Step {
    /// The first step; `form` holds why the last file was not taken, at field `file`.
    pub fn upload(
        action: impl Into<String>,
        template_href: Option<String>,
        form: FormState,
    ) -> Self {
        Self::Upload {
            action: action.into(),
            template_href,
            accept: ".xlsx,.csv",
            max_mb: 10,
            form,
        }
    }
}

/// What would be written, and what is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    pub file_name: String,
    pub counters: Counters,
    errors: Vec<ErrorView>,
    errors_shown: usize,
    pub errors_href: Option<String>,
    /// `None` where there is nothing to write.
    pub commit_action: Option<String>,
    pub cancel_action: String,
    /// Titles of the file that mean nothing here.
    pub unknown: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ErrorView {
    row: u32,
    column: String,
    value: String,
    text: String,
    expected: String,
}

impl Preview {
    /// Counts the rows with errors; `create`, `update` and `skip` are the domain's.
    pub fn new(
        file_name: &str,
        counters: Counters,
        spec: &ImportSpec,
        errors: &[RowError],
        views: &Views,
    ) -> Self {
        let shown: Vec<ErrorView> = errors
            .iter()
            .take(SHOWN)
            .map(|it| ErrorView::of(it, spec, views))
            .collect();
        Self {
            file_name: file_name.to_owned(),
            counters: Counters {
                errors: bad_rows(errors),
                ..counters
            },
            errors_shown: bad_rows(&errors[..shown.len()]),
            errors: shown,
            errors_href: None,
            commit_action: None,
            cancel_action: String::new(),
            unknown: vec![],
        }
    }
}

fn bad_rows(errors: &[RowError]) -> usize {
    let mut rows: Vec<u32> = errors.iter().map(|it| it.row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.len()
}

impl ErrorView {
    fn of(error: &RowError, spec: &ImportSpec, views: &Views) -> Self {
        Self {
            row: error.row,
            column: spec.label(error.column).to_owned(),
            value: error.value.clone(),
            text: error.text(views),
            expected: error.expected(spec, views),
        }
    }
}

impl RowError {
    /// What is wrong, in words.
    pub fn text(&self, views: &Views) -> String {
        let own = format!("import.error.{}", self.code);
        let keys = [own.as_str(), &format!("fault.{}", self.code)];
        views.first_word(&keys).unwrap_or_else(|| views.word(&own))
    }

    /// What is expected instead, in words.
    pub fn expected(&self, spec: &ImportSpec, views: &Views) -> String {
        let label = spec.label(self.column).to_owned();
        let row = self.same_as.unwrap_or_default().to_string();
        let args = BTreeMap::from([("label".to_owned(), label), ("row".to_owned(), row)]);
        // A mistake with words of its own says what it expects; the column otherwise.
        let own = format!("import.expected.{}", self.code);
        if !is_of_kind(&self.code) && views.has_word(&own) {
            return views.phrase(&own, &args);
        }
        spec.column(self.column)
            .map(|it| it.expected(views))
            .unwrap_or_default()
    }
}

/// Codes whose expectation depends on the column.
fn is_of_kind(code: &str) -> bool {
    [
        "number", "integer", "date", "time", "flag", "choice", "digits",
    ]
    .contains(&code)
}

/// A column as the page of an import explains it.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnView {
    pub label: String,
    pub required: bool,
    pub expected: String,
    /// What else it may be called.
    pub titles: Vec<String>,
}

impl ImportSpec {
    /// The columns in the order of the template.
    pub fn described(&self, views: &Views) -> Vec<ColumnView> {
        let view = |it: &super::Column| ColumnView {
            label: it.label().to_owned(),
            required: it.required,
            expected: it.expected(views),
            titles: it.titles.iter().skip(1).cloned().collect(),
        };
        self.columns.iter().map(view).collect()
    }
}

/// What was written.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub file_name: String,
    pub counters: Counters,
    /// `None` when it is too late to revert.
    pub revert_action: Option<String>,
    pub revert_until: Option<String>,
    pub list_href: Option<String>,
}

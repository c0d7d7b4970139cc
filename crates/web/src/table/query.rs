use std::{collections::BTreeMap, convert::Infallible};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::shelf::Kept;
use crate::form::{Raw, encode};

/// In what form the list is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum As {
    #[default]
    Page,
    Csv,
    Xlsx,
    Pdf,
    Print,
}

/// The state of a list, all of it in the URL: `q`, `f.<column>`, `sort`, `cols`, `page`, `as`, `view`.
///
/// What it does not know stays in every link, so `?year=2026` is not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableQuery {
    pub q: String,
    pub filters: BTreeMap<String, String>,
    /// Column, and whether from the end.
    pub sort: Option<(String, bool)>,
    pub cols: Vec<String>,
    pub page: usize,
    pub shown_as: As,
    /// The saved view of a link; 0 where none is wanted, not even the default.
    pub(super) view: Option<i64>,
    /// Whether the address says anything of what the list shows.
    pub(super) says_something: bool,
    /// What the reader keeps of this list.
    pub(super) kept: Option<Kept>,
    pub(super) rest: Vec<(String, String)>,
}

impl TableQuery {
    /// Reads the query of a URL; what makes no sense is as if it were not there.
    pub fn parse(query: &str) -> Self {
        let mut it = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in Raw::parse(query.as_bytes()).unwrap_or_default().iter() {
            it.take(name, value);
        }
        it
    }

    /// A parameter that belongs to the page, such as `year`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.rest
            .iter()
            .find(|it| it.0 == name)
            .map(|it| it.1.as_str())
    }

    /// Whether the list is to show that column, sort or filter by it, where it
    /// is not among those shown at first.
    pub fn asks_for(&self, column: &str) -> bool {
        self.cols.iter().any(|it| it == column)
            || self.filters.contains_key(column)
            || self.sort.as_ref().is_some_and(|it| it.0 == column)
    }

    fn take(&mut self, name: &str, value: &str) {
        self.says_something |= !matches!(name, "view" | "page" | "as");
        match name {
            "q" => value.clone_into(&mut self.q),
            "sort" => self.sort = sort(value),
            "cols" => self.cols.extend(
                value
                    .split(',')
                    .filter(|it| !it.is_empty())
                    .map(str::to_owned),
            ),
            "view" => self.view = value.parse().ok(),
            "page" => self.page = value.parse().unwrap_or(1).max(1),
            "as" => self.shown_as = shown_as(value),
            _ => self.take_other(name, value),
        }
    }

    fn take_other(&mut self, name: &str, value: &str) {
        match name.strip_prefix("f.") {
            Some(_) if value.is_empty() => {}
            Some(column) => {
                self.filters.insert(column.to_owned(), value.to_owned());
            }
            None => self.rest.push((name.to_owned(), value.to_owned())),
        }
    }

    /// The query of a link to this state; `?` alone where there is nothing to say.
    pub fn href(&self) -> String {
        let mut parts: Vec<String> = self
            .rest
            .iter()
            .map(|(name, value)| pair(name, value))
            .collect();
        if !self.q.is_empty() {
            parts.push(pair("q", &self.q));
        }
        parts.extend(
            self.filters
                .iter()
                .map(|(key, value)| pair(&format!("f.{key}"), value)),
        );
        if let Some((key, down)) = &self.sort {
            parts.push(pair(
                "sort",
                &format!("{}{key}", if *down { "-" } else { "" }),
            ));
        }
        if !self.cols.is_empty() {
            parts.push(pair("cols", &self.cols.join(",")));
        }
        if let Some(view) = self.view.filter(|_| parts.is_empty()) {
            parts.push(pair("view", &view.to_string()));
        }
        if self.page > 1 {
            parts.push(pair("page", &self.page.to_string()));
        }
        match self.shown_as {
            As::Page => {}
            As::Csv => parts.push("as=csv".to_owned()),
            As::Xlsx => parts.push("as=xlsx".to_owned()),
            As::Pdf => parts.push("as=pdf".to_owned()),
            As::Print => parts.push("as=print".to_owned()),
        }
        format!("?{}", parts.join("&"))
    }

    /// The same state changed, from the first page again.
    pub(super) fn href_with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self {
            page: 1,
            shown_as: As::Page,
            ..self.clone()
        };
        change(&mut other);
        other.href()
    }
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encode(name), encode(value))
}

fn sort(value: &str) -> Option<(String, bool)> {
    let key = value.strip_prefix('-').unwrap_or(value);
    (!key.is_empty()).then(|| (key.to_owned(), key.len() != value.len()))
}

fn shown_as(value: &str) -> As {
    match value {
        "csv" => As::Csv,
        "xlsx" => As::Xlsx,
        "pdf" => As::Pdf,
        "print" => As::Print,
        _ => As::Page,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TableQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_survives_the_url() {
        let url = "?year=2026&q=%D0%B8%D0%B2%D0%B0&f.class=7%D0%91&sort=-avg&cols=name,class&page=3&as=csv";
        let query = TableQuery::parse(url.trim_start_matches('?'));
        assert_eq!(query.filters["class"], "7Б");
        assert_eq!(query.sort, Some(("avg".to_owned(), true)));
        assert_eq!(query.param("year"), Some("2026"));
        assert_eq!(query.href(), url);
        assert_eq!(TableQuery::parse("cols=a&cols=b").cols, ["a", "b"]);
    }

    proptest::proptest! {
        #[test]
        fn any_query_is_read_and_settles(text in "\\PC{0,60}") {
            let once = TableQuery::parse(&text).href();
            proptest::prop_assert_eq!(&TableQuery::parse(&once[1..]).href(), &once);
        }
    }
}

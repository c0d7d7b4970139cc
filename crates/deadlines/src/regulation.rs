//! The rules that come with the application: every record of the seeds, as
//! data. What a region and a school change of them lies in the database.

use std::{collections::HashMap, sync::LazyLock};

use crate::Rule;

const TEXT: &str = include_str!("../rules.json");

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| read(TEXT).unwrap_or_default());
static PLACES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let ids = RULES.iter().map(|it| it.id.as_str());
    ids.zip(0..).collect()
});

fn read(text: &str) -> Result<Vec<Rule>, serde_json::Error> {
    serde_json::from_str(text)
}

/// All rules, in the order of the regulation.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    PLACES.get(id).map(|it| &RULES[*it])
}

/// The place of a rule among all, for sorting; unknown ones come last.
pub fn place(id: &str) -> usize {
    PLACES.get(id).copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
#[path = "regulation_tests.rs"]
mod tests;

//! The language of the forms: what a cell counts or sums, and what a check
//! compares. Parsed and typed when a version is read, so that a mistake in a
//! file of a form is found by a test and never by a school.
//!
//! ```text
//! count pupils where grade = 5..9 and gender = female and age >= 11
//! cell(2.1.1, 02, 3) - cols(4..7) + row(01)
//! ```

mod lex;
mod parse;

use std::collections::BTreeSet;

pub(crate) use parse::{Around, parse_check, parse_cond, parse_formula};

use crate::fact::{Fact, Field, Source, Value};

/// What a cell is worked out from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Number(i64),
    /// How many facts of the source fulfil the condition.
    Count(Source, Cond),
    Cell(Place),
    /// Cells added up.
    Sum(Vec<Place>),
    Add(Box<Formula>, Box<Formula>),
    Take(Box<Formula>, Box<Formula>),
}

/// A cell: section, row and column by their codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub section: String,
    pub row: String,
    pub col: String,
}

impl Place {
    pub fn new(section: &str, row: &str, col: &str) -> Self {
        Self {
            section: section.to_owned(),
            row: row.to_owned(),
            col: col.to_owned(),
        }
    }

    /// The place of that name: `2.1.1/01/3`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (section, row, col) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none();
        (whole && !section.is_empty()).then(|| Self::new(section, row, col))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.section, self.row, self.col)
    }
}

/// What a fact has to fulfil. A test of something unknown is not fulfilled,
/// whichever way it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cond {
    Always,
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    Test(Field, Test),
}

/// What is asked of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// From … to, both ends included; open where none is named.
    Within(Option<i64>, Option<i64>),
    /// One of these codes or numbers.
    OneOf(Vec<Value>),
    /// None of these.
    NoneOf(Vec<Value>),
    /// The text has this in it, whatever its case.
    Has(String),
    /// A flag is set.
    IsSet,
    Unknown,
}

impl Cond {
    /// Whether the fact fulfils it.
    pub fn holds(&self, fact: &Fact) -> bool {
        match self {
            Self::Always => true,
            Self::All(all) => all.iter().all(|it| it.holds(fact)),
            Self::Any(any) => any.iter().any(|it| it.holds(fact)),
            Self::Not(it) => !it.holds(fact),
            Self::Test(field, test) => test.holds(fact.value(*field)),
        }
    }

    /// Both at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, it) | (it, Self::Always) => it,
            (Self::All(mut all), Self::All(more)) => {
                all.extend(more);
                Self::All(all)
            }
            (Self::All(mut all), it) => {
                all.push(it);
                Self::All(all)
            }
            (it, other) => Self::All(vec![it, other]),
        }
    }

    /// The fields that it looks at; asking whether one is unknown is no look.
    pub fn fields(&self, into: &mut BTreeSet<Field>) {
        match self {
            Self::Always | Self::Test(_, Test::Unknown) => {}
            Self::All(all) | Self::Any(all) => all.iter().for_each(|it| it.fields(into)),
            Self::Not(it) => it.fields(into),
            Self::Test(field, _) => {
                into.insert(*field);
            }
        }
    }
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return matches!(self, Self::Unknown);
        };
        match (self, value) {
            (Self::Within(from, to), Value::Number(it)) => {
                from.is_none_or(|from| from <= *it) && to.is_none_or(|to| *it <= to)
            }
            (Self::OneOf(any), it) => any.contains(it),
            (Self::NoneOf(any), it) => !any.contains(it),
            (Self::Has(part), Value::Text(it)) => it.to_lowercase().contains(part.as_str()),
            (Self::IsSet, Value::Flag(it)) => *it,
            _ => false,
        }
    }
}

impl Formula {
    /// The cells that it needs.
    pub fn cells(&self) -> Vec<&Place> {
        match self {
            Self::Number(_) | Self::Count(..) => vec![],
            Self::Cell(it) => vec![it],
            Self::Sum(all) => all.iter().collect(),
            Self::Add(one, two) | Self::Take(one, two) => {
                let mut cells = one.cells();
                cells.extend(two.cells());
                cells
            }
        }
    }

    /// What it counts, with the conditions.
    pub fn counts(&self) -> Vec<(Source, &Cond)> {
        match self {
            Self::Count(source, cond) => vec![(*source, cond)],
            Self::Add(one, two) | Self::Take(one, two) => {
                let mut counts = one.counts();
                counts.extend(two.counts());
                counts
            }
            _ => vec![],
        }
    }

    /// Its value, cells being told by `cell`; an empty cell counts as 0.
    pub fn value(
        &self,
        count: &impl Fn(Source, &Cond) -> i64,
        cell: &mut impl FnMut(&Place) -> Option<i64>,
    ) -> i64 {
        match self {
            Self::Number(it) => *it,
            Self::Count(source, cond) => count(*source, cond),
            Self::Cell(it) => cell(it).unwrap_or_default(),
            Self::Sum(all) => all.iter().filter_map(&mut *cell).sum(),
            Self::Add(one, two) => one.value(count, cell) + two.value(count, cell),
            Self::Take(one, two) => one.value(count, cell) - two.value(count, cell),
        }
    }
}

/// How two sides of a check compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    AtMost,
    AtLeast,
}

impl Compare {
    /// Whether the two values stand so.
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
        }
    }

    /// The sign between the two.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::AtMost => "≤",
            Self::AtLeast => "≥",
        }
    }
}

/// Two sides that must stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub left: Formula,
    pub compare: Compare,
    pub right: Formula,
}

#[cfg(test)]
#[path = "expr_tests.rs"]
mod tests;

//! The language of the forms: what a cell counts or sums, and what a check
//! compares. Parsed and typed when a version is read, so that a mistake in a
//! file of a form is found by a test and never by a school.
//!
//! ```text
//! count pupils where grade = 5..9 and gender = female and age >= 11
//! sum quantity of equipment where state = good
//! 2 - any classes where grade <= 4
//! cell(2.1.1, 02, 3) - cols(4..7) + row(01)
//! here(2.1.1, 02) = last(2.12, 01, 3)
//! ```

mod lex;
mod parse;

use std::collections::BTreeSet;

pub(crate) use parse::{Around, parse_check, parse_cond, parse_formula, parse_measure};

use crate::fact::{Fact, Field, Source, Value};

/// What a cell is worked out from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Number(i64),
    /// What the facts of the source come to that fulfil the condition.
    Count(Source, Measure, Cond),
    Cell(Place),
    /// The cell of the form handed in a year before; checks alone look at it.
    Last(Place),
    /// Cells added up.
    Sum(Vec<Place>),
    Add(Box<Formula>, Box<Formula>),
    Take(Box<Formula>, Box<Formula>),
}

/// What facts come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// So many there are.
    Each,
    /// 1 where there is one at all, else 0.
    Any,
    /// The numbers of the field together.
    Sum(Field),
}

impl Measure {
    /// The value over these facts.
    pub fn of<'a>(self, source: Source, facts: impl Iterator<Item = &'a Fact>) -> i64 {
        match self {
            Self::Each if source.counts_people() => {
                let people: BTreeSet<&Option<String>> = facts.map(|it| &it.path).collect();
                i64::try_from(people.len()).unwrap_or(i64::MAX)
            }
            Self::Each => i64::try_from(facts.count()).unwrap_or(i64::MAX),
            Self::Any => i64::from(facts.take(1).count() == 1),
            Self::Sum(field) => {
                let numbers = facts.filter_map(|it| match it.value(field) {
                    Some(Value::Number(it)) => Some(*it),
                    _ => None,
                });
                let (sum, unit) = (numbers.sum::<i64>(), field.unit());
                (sum + unit / 2) / unit
            }
        }
    }
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
            Self::Number(_) | Self::Count(..) | Self::Last(_) => vec![],
            Self::Cell(it) => vec![it],
            Self::Sum(all) => all.iter().collect(),
            Self::Add(one, two) | Self::Take(one, two) => {
                let mut cells = one.cells();
                cells.extend(two.cells());
                cells
            }
        }
    }

    /// The cells of last year that it looks at.
    pub fn last_cells(&self) -> Vec<&Place> {
        match self {
            Self::Last(it) => vec![it],
            Self::Add(one, two) | Self::Take(one, two) => {
                let mut cells = one.last_cells();
                cells.extend(two.last_cells());
                cells
            }
            _ => vec![],
        }
    }

    /// The fields whose numbers it adds up.
    pub fn summed(&self) -> Vec<(Source, Field)> {
        match self {
            Self::Count(source, Measure::Sum(field), _) => vec![(*source, *field)],
            Self::Add(one, two) | Self::Take(one, two) => {
                let mut fields = one.summed();
                fields.extend(two.summed());
                fields
            }
            _ => vec![],
        }
    }

    /// What it counts, with the conditions.
    pub fn counts(&self) -> Vec<(Source, &Cond)> {
        match self {
            Self::Count(source, _, cond) => vec![(*source, cond)],
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
        count: &impl Fn(Source, Measure, &Cond) -> i64,
        cell: &mut impl FnMut(At<'_>) -> Option<i64>,
    ) -> i64 {
        match self {
            Self::Number(it) => *it,
            Self::Count(source, how, cond) => count(*source, *how, cond),
            Self::Cell(it) => cell(At::Now(it)).unwrap_or_default(),
            Self::Last(it) => cell(At::Last(it)).unwrap_or_default(),
            Self::Sum(all) => all.iter().filter_map(|it| cell(At::Now(it))).sum(),
            Self::Add(one, two) => one.value(count, cell) + two.value(count, cell),
            Self::Take(one, two) => one.value(count, cell) - two.value(count, cell),
        }
    }
}

/// A cell that a formula asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At<'a> {
    Now(&'a Place),
    /// Of the form handed in a year before.
    Last(&'a Place),
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

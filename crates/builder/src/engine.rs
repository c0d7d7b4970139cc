//! Rows into lines: filter, group, measure, sort. Pure.

mod order;
mod sum;

use std::collections::HashMap;

use rust_decimal::Decimal;
use sources::{Field, Value, folded};

use crate::{
    How,
    plan::{Bound, Key, Plan, Shape, Test},
};
use order::Place;
use sum::Sum;

/// A column of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    Field(&'static Field),
    Measure(How, Option<&'static Field>),
}

/// A finished report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<Head>,
    pub lines: Vec<Vec<Value>>,
    /// The measures of all rows together, where the lines are groups.
    pub total: Option<Vec<Value>>,
    /// So many lines there are, shown or not.
    pub of: usize,
    /// So many rows went into them.
    pub rows: usize,
}

impl Table {
    /// Whether not all lines are shown.
    pub fn is_cut(&self) -> bool {
        self.lines.len() < self.of
    }
}

/// Carries out the plan over rows that have its fields, in their order. At
/// most so many lines are kept.
pub fn run(plan: &Plan, rows: &[Vec<Value>], most: usize) -> Table {
    let kept: Vec<&Vec<Value>> = rows.iter().filter(|it| passes(plan, it)).collect();
    match &plan.shape {
        Shape::Rows(columns) => list(plan, columns, kept, most),
        Shape::Groups { by, measures } => group(plan, by, measures, &kept, most),
    }
}

fn list(plan: &Plan, columns: &[usize], mut rows: Vec<&Vec<Value>>, most: usize) -> Table {
    let keys = |row: &&Vec<Value>| -> Vec<Place> {
        let sort = plan.sort.iter();
        let keys = sort.map(|(key, down)| match key {
            Key::Field(at) => Place::of(&row[*at], plan.fields[*at].kind, *down),
            Key::Measure(_) => Place::default(),
        });
        keys.collect()
    };
    if !plan.sort.is_empty() {
        rows.sort_by_cached_key(keys);
    }
    let line = |row: &&Vec<Value>| columns.iter().map(|at| row[*at].clone()).collect();
    Table {
        head: columns
            .iter()
            .map(|at| Head::Field(plan.fields[*at]))
            .collect(),
        lines: rows.iter().take(most).map(line).collect(),
        total: None,
        of: rows.len(),
        rows: rows.len(),
    }
}

fn group(
    plan: &Plan,
    by: &[usize],
    measures: &[(How, Option<usize>)],
    rows: &[&Vec<Value>],
    most: usize,
) -> Table {
    let mut places: HashMap<Vec<&Value>, usize> = HashMap::new();
    let mut groups: Vec<(Vec<&Value>, Vec<Sum>)> = vec![];
    let mut whole = vec![Sum::default(); measures.len()];
    for row in rows {
        let key: Vec<&Value> = by.iter().map(|at| &row[*at]).collect();
        let at = *places.entry(key.clone()).or_insert_with(|| {
            groups.push((key, vec![Sum::default(); measures.len()]));
            groups.len() - 1
        });
        for (place, (_, field)) in measures.iter().enumerate() {
            let value = field.map(|at| &row[at]);
            groups[at].1[place].add(value);
            whole[place].add(value);
        }
    }
    let all = Decimal::from(rows.len());
    let told = |sums: &[Sum]| -> Vec<Value> {
        let each = measures.iter().zip(sums);
        each.map(|((how, field), sum)| sum.tell(*how, field.is_some(), all))
            .collect()
    };
    let mut lines: Vec<(Vec<&Value>, Vec<Value>)> = groups
        .into_iter()
        .map(|(key, sums)| (key, told(&sums)))
        .collect();
    if by.is_empty() && lines.is_empty() {
        // Nothing at all is one line too: «0».
        lines.push((vec![], told(&whole)));
    }
    lines.sort_by_cached_key(|(key, values)| group_place(plan, by, key, values));
    let of = lines.len();
    let fields = by.iter().map(|at| Head::Field(plan.fields[*at]));
    let sums = measures
        .iter()
        .map(|(how, field)| Head::Measure(*how, field.map(|at| plan.fields[at])));
    let line = |(key, values): (Vec<&Value>, Vec<Value>)| {
        key.into_iter().cloned().chain(values).collect::<Vec<_>>()
    };
    Table {
        head: fields.chain(sums).collect(),
        lines: lines.into_iter().take(most).map(line).collect(),
        total: (!by.is_empty() && !measures.is_empty()).then(|| told(&whole)),
        of,
        rows: rows.len(),
    }
}

/// As the definition says, then by the groups themselves.
fn group_place(plan: &Plan, by: &[usize], key: &[&Value], values: &[Value]) -> Vec<Place> {
    let of_field = |at: usize, down| {
        let value = by.iter().position(|it| *it == at).map(|it| key[it]);
        value.map_or(Place::default(), |it| {
            Place::of(it, plan.fields[at].kind, down)
        })
    };
    let sorted = plan.sort.iter().map(|(it, down)| match it {
        Key::Field(at) => of_field(*at, *down),
        Key::Measure(at) => Place::number(&values[*at], *down),
    });
    sorted
        .chain(by.iter().map(|at| of_field(*at, false)))
        .collect()
}

/// Whether a row fulfils every condition.
fn passes(plan: &Plan, row: &[Value]) -> bool {
    let mut tests = plan.tests.iter();
    tests.all(|(at, test)| holds(test, &row[*at]))
}

fn holds(test: &Test, value: &Value) -> bool {
    match test {
        Test::Filled => *value != Value::Empty,
        Test::Blank => *value == Value::Empty,
        Test::Among(values) => told(value).is_some_and(|it| values.contains(&it)),
        Test::NotAmong(values) => told(value).is_none_or(|it| !values.contains(&it)),
        Test::Contains(part) => told(value).is_some_and(|it| it.contains(part)),
        Test::Least(bound) => compared(value, *bound).is_some_and(std::cmp::Ordering::is_ge),
        Test::Most(bound) => compared(value, *bound).is_some_and(std::cmp::Ordering::is_le),
    }
}

fn compared(value: &Value, bound: Bound) -> Option<std::cmp::Ordering> {
    match (value, bound) {
        (Value::Number(it), Bound::Number(bound)) => Some(it.cmp(&bound)),
        (Value::Date(it), Bound::Day(bound)) => Some(it.cmp(&bound)),
        _ => None,
    }
}

/// A value as the lists of conditions have it; none where there is none.
fn told(value: &Value) -> Option<String> {
    match value {
        Value::Empty => None,
        Value::Text(text) => Some(folded(text)),
        Value::Number(number) => Some(number.normalize().to_string()),
        Value::Date(day) => Some(day.to_string()),
        Value::Choice(code) => Some((*code).to_owned()),
        Value::Flag(it) => Some(if *it { "yes" } else { "no" }.to_owned()),
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;

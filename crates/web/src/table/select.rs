use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, NaiveDate, Utc};
use foldhash::fast::RandomState;
use kernel::{
    checked::Phone,
    names::{ClassName, CollationKey, collation_key, matches, query_variants, search_key},
};
use rust_decimal::Decimal;

use super::{Column, Filter, Kind, List, Row, TableQuery, Value};
use crate::Views;

/// The rows and columns that the state of the list leaves, before paging.
pub(super) struct Selection<'a> {
    pub(super) list: &'a List,
    pub(super) views: &'a Views,
    /// Positions of the columns shown, in their order.
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<&'a Row>,
    /// The choices of each column that is filtered by its values.
    pub(super) options: Vec<Vec<String>>,
}

impl<'a> Selection<'a> {
    pub(super) fn of(list: &'a List, query: &TableQuery, views: &'a Views) -> Self {
        let mut it = Self {
            list,
            views,
            columns: columns(list, query),
            rows: list.rows.iter().collect(),
            options: vec![],
        };
        it.options = (0..list.columns.len())
            .map(|column| it.options_of(column))
            .collect();
        it.filter(query);
        it.search(&query.q);
        it.sort(query);
        it
    }

    pub(super) fn label(&self, column: &Column) -> String {
        self.views
            .word(&format!("{}.col.{}", self.list.id, column.key))
    }

    /// The name of the list, or nothing where no word is given.
    pub(super) fn title(&self) -> String {
        self.views
            .first_word(&[&format!("{}.title", self.list.id)])
            .unwrap_or_default()
    }

    /// The cell as people read it; moments as UTC days are enough to filter by.
    pub(super) fn text(&self, row: &Row, column: usize) -> String {
        let places = self.list.columns.get(column).and_then(|it| it.places);
        match row.cells.get(column).map_or(&Value::Empty, |it| &it.value) {
            Value::Empty => String::new(),
            Value::Text(text) => text.clone(),
            Value::Number(number) => {
                kernel::decimal::show(*number, places.unwrap_or(number.scale()))
            }
            Value::Date(day) => kernel::dates::show_date(*day),
            Value::Moment(at) => at.format("%d.%m.%Y %H:%M").to_string(),
            Value::Word(key) => self.views.word(key),
            Value::Phone(stored) => Phone::show_stored(stored),
        }
    }

    fn options_of(&self, column: usize) -> Vec<String> {
        if self.list.columns[column].filter != Filter::Select {
            return vec![];
        }
        // Many rows have few values: each is read and put in order once.
        let mut seen = HashSet::<_, RandomState>::default();
        let mut texts: Vec<(Key, String)> = self
            .rows
            .iter()
            .filter(|row| seen.insert(row.cells.get(column).map(|it| &it.value)))
            .map(|row| (self.key(row, column), self.text(row, column)))
            .filter(|it| !it.1.is_empty())
            .collect();
        texts.sort();
        texts.dedup_by(|one, other| one.1 == other.1);
        texts.into_iter().map(|it| it.1).collect()
    }

    fn filter(&mut self, query: &TableQuery) {
        for (column, it) in self.list.columns.iter().enumerate() {
            let Some(wanted) = query.filters.get(it.key) else {
                continue;
            };
            let wanted_key = search_key(wanted);
            let mut rows = std::mem::take(&mut self.rows);
            // Many rows have few values: each is read once.
            let mut known: HashMap<Option<&Value>, bool, RandomState> = HashMap::default();
            let mut is_wanted = |row: &'a Row| {
                let value = row.cells.get(column).map(|it| &it.value);
                *known
                    .entry(value)
                    .or_insert_with(|| self.text(row, column) == *wanted)
            };
            match it.filter {
                Filter::None => {}
                Filter::Select => rows.retain(|row| is_wanted(row)),
                Filter::Text => {
                    rows.retain(|row| matches(&search_key(&self.text(row, column)), &wanted_key));
                }
            }
            self.rows = rows;
        }
    }

    /// Searches all columns; the first way to read the query that finds anything counts.
    fn search(&mut self, q: &str) {
        if q.is_empty() || !self.list.search {
            return;
        }
        let keys: Vec<String> = self.rows.iter().map(|it| self.search_key(it)).collect();
        for variant in query_variants(q) {
            let wanted = variant.tokens.join(" ");
            let found: Vec<&Row> = self
                .rows
                .iter()
                .zip(&keys)
                .filter(|(_, key)| matches(key, &wanted))
                .map(|(row, _)| *row)
                .collect();
            if !found.is_empty() {
                self.rows = found;
                return;
            }
        }
        self.rows.clear();
    }

    fn search_key(&self, row: &Row) -> String {
        let texts: Vec<String> = (0..self.list.columns.len())
            .map(|column| self.text(row, column))
            .collect();
        search_key(&texts.join(" "))
    }

    fn sort(&mut self, query: &TableQuery) {
        let Some((key, down)) = &query.sort else {
            return;
        };
        let Some(column) = self.list.columns.iter().position(|it| it.key == key) else {
            return;
        };
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_cached_key(|row| Placed {
            key: self.key(row, column),
            down: *down,
        });
        self.rows = rows;
    }

    fn key(&self, row: &Row, column: usize) -> Key {
        let kind = self.list.columns[column].kind;
        match row.cells.get(column).map_or(&Value::Empty, |it| &it.value) {
            Value::Empty => Key::Last,
            Value::Number(number) => Key::Number(*number),
            Value::Date(day) => Key::Date(*day),
            Value::Moment(at) => Key::Moment(*at),
            Value::Text(text) => text_key(kind, text),
            Value::Word(key) => text_key(kind, &self.views.word(key)),
            Value::Phone(stored) => text_key(kind, &Phone::show_stored(stored)),
        }
    }
}

fn text_key(kind: Kind, text: &str) -> Key {
    let class = || text.parse::<ClassName>().ok().map(Key::Class);
    let name = || Key::Text(collation_key(text));
    if kind == Kind::Class {
        class().unwrap_or_else(name)
    } else {
        name()
    }
}

/// The columns chosen that exist, or those shown at first.
fn columns(list: &List, query: &TableQuery) -> Vec<usize> {
    let chosen: Vec<usize> = query
        .cols
        .iter()
        .filter_map(|key| list.columns.iter().position(|it| it.key == key))
        .fold(vec![], |mut all, it| {
            if !all.contains(&it) {
                all.push(it);
            }
            all
        });
    if chosen.is_empty() {
        let shown = |it: &(usize, &Column)| it.1.shown;
        return list
            .columns
            .iter()
            .enumerate()
            .filter(shown)
            .map(|it| it.0)
            .collect();
    }
    chosen
}

/// What a cell is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(Decimal),
    Date(NaiveDate),
    Moment(DateTime<Utc>),
    Class(ClassName),
    Text(CollationKey),
    Last,
}

/// A key in the direction asked for; empty cells are last in both.
#[derive(PartialEq, Eq)]
struct Placed {
    key: Key,
    down: bool,
}

impl Ord for Placed {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.key.cmp(&other.key);
        let empty = self.key == Key::Last || other.key == Key::Last;
        if self.down && !empty {
            order.reverse()
        } else {
            order
        }
    }
}

impl PartialOrd for Placed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

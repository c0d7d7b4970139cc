use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;

/// What a column holds: how its cells look and in what order they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In the Russian order, ё beside е.
    Text,
    Number,
    Date,
    /// A moment, in the zone of the organisation.
    Moment,
    /// A name of a class: 2А before 10Б.
    Class,
    /// Words with a tone, see [`Cell::badge`].
    Badge,
}

/// How a column is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    None,
    /// By the beginning of words.
    Text,
    /// By one of the values that occur.
    Select,
}

/// One column of a list. Its label is the word `<list id>.col.<key>`.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    pub(super) shown: bool,
    pub(super) filter: Filter,
    pub(super) places: Option<u32>,
}

impl Column {
    pub const fn new(key: &'static str, kind: Kind) -> Self {
        Self {
            key,
            kind,
            shown: true,
            filter: Filter::None,
            places: None,
        }
    }
    pub const fn text(key: &'static str) -> Self {
        Self::new(key, Kind::Text)
    }
    pub const fn number(key: &'static str) -> Self {
        Self::new(key, Kind::Number)
    }
    pub const fn date(key: &'static str) -> Self {
        Self::new(key, Kind::Date)
    }
    pub const fn class(key: &'static str) -> Self {
        Self::new(key, Kind::Class)
    }
    pub const fn badge(key: &'static str) -> Self {
        Self::new(key, Kind::Badge)
    }

    /// Shown only when chosen.
    #[must_use]
    pub const fn off(mut self) -> Self {
        self.shown = false;
        self
    }

    /// With a box to filter by the beginning of words.
    #[must_use]
    pub const fn filtered(mut self) -> Self {
        self.filter = Filter::Text;
        self
    }

    /// With a choice of the values that occur.
    #[must_use]
    pub const fn selectable(mut self) -> Self {
        self.filter = Filter::Select;
        self
    }

    /// Numbers are shown with so many places.
    #[must_use]
    pub const fn places(mut self, places: u32) -> Self {
        self.places = Some(places);
        self
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Empty,
    Text(String),
    Number(Decimal),
    Date(NaiveDate),
    Moment(DateTime<Utc>),
    /// The key of a word.
    Word(Cow<'static, str>),
    /// A telephone number as it is stored; written out for the rows that are shown.
    Phone(String),
}

/// How a badge looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Tone {
    Plain,
    Ok,
    Warn,
    Bad,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    pub(super) value: Value,
    pub(super) tone: Option<Tone>,
    /// Few cells have any of it, and lists have many cells.
    pub(super) dress: Option<Box<Dress>>,
}

/// Where a cell leads, and a class of the style sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Dress {
    pub(super) href: Option<String>,
    pub(super) class: Option<&'static str>,
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self {
            value,
            tone: None,
            dress: None,
        }
    }
}

impl Cell {
    /// A text; an empty one is an empty cell.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Value::Empty.into()
        } else {
            Value::Text(text).into()
        }
    }
    /// A telephone number as it is stored; an empty one is an empty cell.
    pub fn phone(stored: impl Into<String>) -> Self {
        match Self::text(stored).value {
            Value::Text(stored) => Value::Phone(stored).into(),
            value => value.into(),
        }
    }
    pub fn number(number: impl Into<Decimal>) -> Self {
        Value::Number(number.into()).into()
    }
    pub fn date(day: NaiveDate) -> Self {
        Value::Date(day).into()
    }
    pub fn moment(at: DateTime<Utc>) -> Self {
        Value::Moment(at).into()
    }
    /// The word under the key.
    pub fn word(key: impl Into<Cow<'static, str>>) -> Self {
        Value::Word(key.into()).into()
    }
    /// The word under the key, as a badge.
    pub fn badge(tone: Tone, key: impl Into<Cow<'static, str>>) -> Self {
        Self {
            tone: Some(tone),
            ..Self::word(key)
        }
    }
    pub fn empty() -> Self {
        Value::Empty.into()
    }
    /// The cell of a value, empty for `None`: `Cell::or_empty(it.born, Cell::date)`.
    pub fn or_empty<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or_else(Self::empty, cell)
    }

    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.dress.get_or_insert_default().href = Some(href.into());
        self
    }

    /// A class of the style sheet.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.dress.get_or_insert_default().class = Some(class);
        self
    }
}

/// One row: as many cells as there are columns, in their order; those that are
/// missing at the end are empty.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) id: String,
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    pub fn new(id: &(impl ToString + ?Sized), cells: impl Into<Vec<Cell>>) -> Self {
        Self {
            id: id.to_string(),
            href: None,
            cells: cells.into(),
        }
    }

    /// Where the first cell leads.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// What can be done with the rows that are ticked: a POST of `action` and `ids`.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub action: String,
    /// The key of the word over the choice.
    pub label: &'static str,
    /// Value and the key of its word.
    pub options: Vec<(&'static str, &'static str)>,
}

/// A list: its columns, and its rows in the order of their natural sort.
#[derive(Clone, Debug)]
pub struct List {
    /// In words and names of files: `people.pupils`.
    pub(super) id: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    pub(super) search: bool,
    pub(super) paged: bool,
    pub(super) bulk: Option<Bulk>,
    /// Rows lead there, each with its id behind a slash.
    pub(super) opens: Option<String>,
}

impl List {
    pub fn new(id: &'static str, columns: impl Into<Vec<Column>>) -> Self {
        Self {
            id,
            columns: columns.into(),
            rows: vec![],
            search: true,
            paged: true,
            bulk: None,
            opens: None,
        }
    }

    /// Rows without an address of their own lead to `path` with their id behind it.
    #[must_use]
    pub fn opening(mut self, path: String) -> Self {
        self.opens = Some(path);
        self
    }

    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Without the search box over all columns.
    #[must_use]
    pub const fn without_search(mut self) -> Self {
        self.search = false;
        self
    }

    /// All rows on one page: a table to look across, and never long.
    #[must_use]
    pub const fn whole(mut self) -> Self {
        self.paged = false;
        self
    }

    #[must_use]
    pub fn bulk(mut self, bulk: Bulk) -> Self {
        self.bulk = Some(bulk);
        self
    }
}

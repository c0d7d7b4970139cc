use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime};
use rust_decimal::{Decimal, prelude::FromPrimitive};

use super::{Column, ImportSpec, Kind, RawValue, Sheet, SheetRow, spec::title_key};

/// What a cell came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Decimal(Decimal),
    Date(NaiveDate),
    Time(NaiveTime),
    Flag(bool),
    /// The code of the choice.
    Choice(&'static str),
}

/// One row that can be written, by the keys of its columns; empty cells are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The row's number in the file, for errors found later.
    pub row: u32,
    pub values: BTreeMap<&'static str, Value>,
}

impl Record {
    /// A text, or empty.
    pub fn text(&self, key: &str) -> &str {
        match self.values.get(key) {
            Some(Value::Text(it)) => it,
            _ => "",
        }
    }
    pub fn integer(&self, key: &str) -> Option<i64> {
        match self.values.get(key) {
            Some(Value::Integer(it)) => Some(*it),
            _ => None,
        }
    }
    pub fn decimal(&self, key: &str) -> Option<Decimal> {
        match self.values.get(key) {
            Some(Value::Decimal(it)) => Some(*it),
            _ => None,
        }
    }
    pub fn date(&self, key: &str) -> Option<NaiveDate> {
        match self.values.get(key) {
            Some(Value::Date(it)) => Some(*it),
            _ => None,
        }
    }
    pub fn time(&self, key: &str) -> Option<NaiveTime> {
        match self.values.get(key) {
            Some(Value::Time(it)) => Some(*it),
            _ => None,
        }
    }
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.values.get(key) {
            Some(Value::Flag(it)) => Some(*it),
            _ => None,
        }
    }
    pub fn choice(&self, key: &str) -> Option<&'static str> {
        match self.values.get(key) {
            Some(Value::Choice(it)) => Some(*it),
            _ => None,
        }
    }
}

/// Where, what, expected and found of one mistake (check 25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row's number in the file.
    pub row: u32,
    /// The key of the column.
    pub column: &'static str,
    pub value: String,
    /// The word is `import.error.<code>`, or `fault.<code>` for the fault of a domain.
    pub code: String,
    /// A row this one repeats.
    pub(super) same_as: Option<u32>,
}

impl RowError {
    /// A mistake that the domain found: no such class, a СНИЛС of somebody else.
    pub fn new(
        row: u32,
        column: &'static str,
        value: impl Into<String>,
        code: impl Into<String>,
    ) -> Self {
        Self {
            row,
            column,
            value: value.into(),
            code: code.into(),
            same_as: None,
        }
    }
}

/// What the rows of a sheet came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Rows without a mistake.
    pub records: Vec<Record>,
    pub errors: Vec<RowError>,
    /// Titles of the file that mean nothing here; their cells are not read.
    pub unknown: Vec<String>,
}

/// Makes typed records of the rows. A row with a mistake is no record; a
/// required column that is not in the file is one error of the header row.
pub fn check(spec: &ImportSpec, sheet: &Sheet, today: NaiveDate) -> Parsed {
    let places: Vec<Option<usize>> = places(spec, sheet);
    let mut parsed = Parsed {
        unknown: unknown(spec, sheet),
        ..Parsed::default()
    };
    for (column, _) in spec
        .columns
        .iter()
        .zip(&places)
        .filter(|it| it.0.required && it.1.is_none())
    {
        parsed
            .errors
            .push(RowError::new(sheet.header_row, column.key, "", "no-column"));
    }
    if !parsed.errors.is_empty() {
        return parsed;
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    for row in &sheet.rows {
        match record(spec, &places, row, today) {
            Err(errors) => parsed.errors.extend(errors),
            Ok(record) => {
                let first = *seen
                    .entry(format!("{:?}", record.values))
                    .or_insert(row.number);
                if first == row.number {
                    parsed.records.push(record);
                } else {
                    parsed.errors.push(repeated(spec, row.number, first));
                }
            }
        }
    }
    parsed
}

fn repeated(spec: &ImportSpec, row: u32, first: u32) -> RowError {
    let column = spec.columns.first().map_or("", |it| it.key);
    RowError {
        same_as: Some(first),
        ..RowError::new(row, column, "", "duplicate")
    }
}

/// The first column of the file with a title of each column of the spec.
fn places(spec: &ImportSpec, sheet: &Sheet) -> Vec<Option<usize>> {
    let known: Vec<Option<usize>> = sheet.headers.iter().map(|it| spec.by_title(it)).collect();
    let place = |column: usize| known.iter().position(|it| *it == Some(column));
    (0..spec.columns.len()).map(place).collect()
}

/// Titles like «№ п/п» count rows and are not worth a word, but they are said all the same.
fn unknown(spec: &ImportSpec, sheet: &Sheet) -> Vec<String> {
    let mut seen = vec![];
    let strange = |it: &&String| match spec.by_title(it) {
        Some(column) if seen.contains(&column) => true,
        Some(column) => {
            seen.push(column);
            false
        }
        None => !title_key(it).is_empty(),
    };
    let mut strange = strange;
    sheet
        .headers
        .iter()
        .filter(|it| strange(it))
        .cloned()
        .collect()
}

fn record(
    spec: &ImportSpec,
    places: &[Option<usize>],
    row: &SheetRow,
    today: NaiveDate,
) -> Result<Record, Vec<RowError>> {
    let mut record = Record {
        row: row.number,
        values: BTreeMap::new(),
    };
    let mut errors = vec![];
    for (column, place) in spec.columns.iter().zip(places) {
        let raw = place
            .and_then(|it| row.cells.get(it))
            .unwrap_or(&RawValue::Empty);
        match value(spec, column, raw, today) {
            Ok(Some(value)) => {
                record.values.insert(column.key, value);
            }
            Ok(None) => {}
            Err(code) => errors.push(RowError::new(row.number, column.key, raw.show(), code)),
        }
    }
    if errors.is_empty() {
        Ok(record)
    } else {
        Err(errors)
    }
}

fn value(
    spec: &ImportSpec,
    column: &Column,
    raw: &RawValue,
    today: NaiveDate,
) -> Result<Option<Value>, &'static str> {
    if is_nothing(raw) {
        return if column.required {
            Err("required")
        } else {
            Ok(None)
        };
    }
    let value = typed(spec, column, raw, today)?;
    if let (Some(rule), Value::Text(text)) = (column.rule, &value) {
        rule(text)?;
    }
    Ok(Some(value))
}

/// Empty, or a dash as offices write it.
fn is_nothing(raw: &RawValue) -> bool {
    match raw {
        RawValue::Empty => true,
        RawValue::Text(text) => text.chars().all(|it| "-–—_".contains(it)),
        _ => false,
    }
}

fn typed(
    spec: &ImportSpec,
    column: &Column,
    raw: &RawValue,
    today: NaiveDate,
) -> Result<Value, &'static str> {
    let shown = raw.show();
    match &column.kind {
        Kind::Text(limit) | Kind::Document(limit) if shown.chars().count() > *limit => {
            Err("too-long")
        }
        Kind::Document(_) if matches!(raw, RawValue::Number(_)) => {
            Ok(integer(raw).map_or(Value::Text(shown), Value::Integer))
        }
        Kind::Text(_) | Kind::Document(_) => Ok(Value::Text(shown)),
        Kind::Integer => integer(raw).map(Value::Integer),
        Kind::Decimal => decimal(raw).map(Value::Decimal),
        Kind::Date => date(raw, today).map(Value::Date),
        Kind::Time => time(raw).map(Value::Time),
        Kind::Flag => flag(spec, raw).map(Value::Flag),
        Kind::Choice(_) => choice(column, &shown).map(Value::Choice),
        Kind::Digits(count) => digits(raw, *count).map(Value::Text),
    }
}

fn decimal(raw: &RawValue) -> Result<Decimal, &'static str> {
    match raw {
        RawValue::Number(number) => Decimal::from_f64(*number).ok_or("number"),
        RawValue::Text(text) => kernel::decimal::parse(text).map_err(|_| "number"),
        _ => Err("number"),
    }
}

fn integer(raw: &RawValue) -> Result<i64, &'static str> {
    let number = decimal(raw).map_err(|_| "integer")?;
    if !number.fract().is_zero() {
        return Err("integer");
    }
    i64::try_from(number.trunc()).map_err(|_| "integer")
}

/// A cell formatted as a number may hold a day: 41725 is 27.03.2014.
fn date(raw: &RawValue, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    let day = match raw {
        RawValue::Date(day) => Some(*day),
        RawValue::Number(serial) => from_serial(*serial),
        RawValue::Text(text) => {
            // «27.03.2014 0:00:00» of 1С and «27.03.2014 г.» of Word.
            let first = text.split(' ').next().unwrap_or_default();
            let read = |it: &str| kernel::dates::parse_date(it, today).ok();
            read(text).or_else(|| read(first).filter(|_| first.len() >= 6))
        }
        _ => None,
    };
    day.ok_or("date")
}

fn from_serial(serial: f64) -> Option<NaiveDate> {
    let is_day = serial.fract() == 0.0 && (1.0..=80_000.0).contains(&serial);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be a small whole number"
    )]
    let days = is_day.then_some(serial as i64)?;
    // Excel counts from 30.12.1899, with the 29.02.1900 that never was.
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(chrono::Duration::days(days))
}

fn time(raw: &RawValue) -> Result<NaiveTime, &'static str> {
    match raw {
        RawValue::Time(time) => Ok(*time),
        RawValue::Number(part) if (0.0..1.0).contains(part) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "below 86,400"
            )]
            let seconds = (part * 86_400.0).round() as u32;
            NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).ok_or("time")
        }
        RawValue::Text(_) | RawValue::Number(_) => {
            let text = raw.show();
            let short = text
                .strip_suffix(":00")
                .filter(|it| it.contains(':'))
                .unwrap_or(&text);
            kernel::dates::parse_time(short).map_err(|_| "time")
        }
        _ => Err("time"),
    }
}

fn flag(spec: &ImportSpec, raw: &RawValue) -> Result<bool, &'static str> {
    if let RawValue::Flag(flag) = raw {
        return Ok(*flag);
    }
    let shown = raw.show().to_lowercase();
    if spec.yes.contains(&shown) {
        return Ok(true);
    }
    if spec.no.contains(&shown) {
        Ok(false)
    } else {
        Err("flag")
    }
}

fn choice(column: &Column, shown: &str) -> Result<&'static str, &'static str> {
    let wanted = title_key(shown);
    let means = |texts: &[String]| texts.iter().any(|it| title_key(it) == wanted);
    column
        .choices
        .iter()
        .find(|it| means(&it.1))
        .map(|it| it.0)
        .ok_or("choice")
}

/// Spaces, hyphens, brackets and «№» between the digits do not matter.
fn digits(raw: &RawValue, count: usize) -> Result<String, &'static str> {
    let shown = raw.show();
    let plain = |it: char| it.is_ascii_digit() || " -–().№N".contains(it);
    if !shown.chars().all(plain) {
        return Err("digits");
    }
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let digits = match raw {
        RawValue::Number(_) => format!("{digits:0>count$}"),
        _ => digits,
    };
    if digits.len() == count {
        Ok(digits)
    } else {
        Err("digits")
    }
}

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// What stood in a cell of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RawValue {
    Empty,
    /// Trimmed, with ordinary spaces.
    Text(String),
    Number(f64),
    Date(NaiveDate),
    Time(NaiveTime),
    Flag(bool),
}

impl RawValue {
    /// A text of the file, with its no-break spaces and line breaks made ordinary.
    pub(super) fn text(text: &str) -> Self {
        let words: Vec<&str> = text
            .split(|it: char| it.is_whitespace() || "\u{feff}\u{200b}\0".contains(it))
            .filter(|it| !it.is_empty())
            .collect();
        if words.is_empty() {
            Self::Empty
        } else {
            Self::Text(words.join(" "))
        }
    }

    /// A day, a moment or a time of day as Excel keeps them.
    pub(super) fn moment(at: NaiveDateTime) -> Self {
        Self::Date(at.date())
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The cell as people see it: whole numbers without a point, dates as `27.03.2014`.
    pub fn show(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => show_number(*number),
            Self::Date(day) => kernel::dates::show_date(*day),
            Self::Time(time) => kernel::dates::show_time(*time),
            Self::Flag(flag) => if *flag { "1" } else { "0" }.to_owned(),
        }
    }
}

/// `11223344595` and not `1.1223344595e10`.
fn show_number(number: f64) -> String {
    let text = format!("{number:.6}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

/// One row of the file below the header, with its number as the program shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SheetRow {
    pub number: u32,
    /// As many as there are headers.
    pub cells: Vec<RawValue>,
}

/// The table of a file: header found, empty rows and columns dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The number of the (last) header row.
    pub header_row: u32,
    pub headers: Vec<String>,
    pub rows: Vec<SheetRow>,
}

/// Rows as read, before the header is looked for; numbered from 1, all of one width.
pub(super) type Grid = Vec<SheetRow>;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::{Fault, Kind};

const NBSP: char = '\u{a0}';
/// Months as they stand after a day; their first three letters are enough.
const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const WEEKDAYS: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];
/// A year of two digits is at most so many years ahead; otherwise it is of
/// the century before.
const YEARS_AHEAD: i32 = 20;

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("this is not written as a date")]
    Shape,
    #[error("the calendar has no such day")]
    NoSuchDay,
}

impl Fault for DateError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Shape => "date.shape",
            Self::NoSuchDay => "date.no-such-day",
        }
    }
}

/// Reads a day: `21.11.2026`, `21.11.26`, `21/11/2026`, `21112026`,
/// `2026-11-21`, `21.11`, «21 ноя», «21 ноября 2026 г.», «сегодня», «вчера».
///
/// Without a year it is the year of `today`.
///
/// # Errors
/// The text is of no such form, or the calendar has no such day.
pub fn parse_date(text: &str, today: NaiveDate) -> Result<NaiveDate, DateError> {
    let text = text.trim().to_lowercase();
    if let Some(day) = by_word(&text, today) {
        return Ok(day);
    }
    let (year, month, day) = parts(&text, today).ok_or(DateError::Shape)?;
    if !(1800..=2999).contains(&year) {
        return Err(DateError::NoSuchDay);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateError::NoSuchDay)
}

fn by_word(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text {
        "позавчера" => today.checked_sub_days(Days::new(2)),
        "вчера" => today.checked_sub_days(Days::new(1)),
        "сегодня" => Some(today),
        "завтра" => today.checked_add_days(Days::new(1)),
        _ => None,
    }
}

/// Year, month and day as the text says them.
fn parts(text: &str, today: NaiveDate) -> Option<(i32, u32, u32)> {
    let text = text
        .strip_suffix("г.")
        .or_else(|| text.strip_suffix('г'))
        .unwrap_or(text)
        .trim_end();
    let split: Vec<&str> = text
        .split(|it: char| it.is_whitespace() || matches!(it, '.' | '/' | '-' | ','))
        .filter(|it| !it.is_empty())
        .collect();
    match split.as_slice() {
        [digits] if digits.len() == 8 && digits.is_ascii() => Some((
            year(&digits[4..], today)?,
            month(&digits[2..4])?,
            number(&digits[..2])?,
        )),
        [digits] if digits.len() == 6 && digits.is_ascii() => Some((
            year(&digits[4..], today)?,
            month(&digits[2..4])?,
            number(&digits[..2])?,
        )),
        [day, name] if day.len() <= 2 => Some((today.year(), month(name)?, number(day)?)),
        [full, name, day] if full.len() == 4 && day.len() <= 2 => {
            Some((year(full, today)?, month(name)?, number(day)?))
        }
        [day, name, full] if day.len() <= 2 => {
            Some((year(full, today)?, month(name)?, number(day)?))
        }
        _ => None,
    }
}

fn number(digits: &str) -> Option<u32> {
    let are_digits = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if are_digits {
        digits.parse().ok()
    } else {
        None
    }
}

/// A month by number or by at least three letters of its name.
fn month(text: &str) -> Option<u32> {
    if let Some(number) = number(text) {
        return (text.len() <= 2).then_some(number);
    }
    let is_meant = |name: &&str| text.chars().count() >= 3 && name.starts_with(text);
    let nominative = |name: &str| match name.strip_suffix(['а', 'я']) {
        Some("ма") => text == "май",
        Some(stem) => text == stem || text.strip_suffix('ь') == Some(stem),
        None => false,
    };
    let at = MONTHS
        .iter()
        .position(|name| is_meant(name) || nominative(name))?;
    u32::try_from(at + 1).ok()
}

/// A year of four digits, or of two near the present.
fn year(digits: &str, today: NaiveDate) -> Option<i32> {
    let year = i32::try_from(number(digits)?).ok()?;
    match digits.len() {
        4 => Some(year),
        2 => {
            let latest = today.year() + YEARS_AHEAD;
            Some(latest - (latest - year).rem_euclid(100))
        }
        _ => None,
    }
}

/// «21.11.2026».
pub fn show_date(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

/// «21.11», as in grids.
pub fn show_day(day: NaiveDate) -> String {
    day.format("%d.%m").to_string()
}

/// «21 ноября 2026 г.», as in texts.
pub fn show_long(day: NaiveDate) -> String {
    format!("{} {}{NBSP}г.", day_and_month(day), day.year())
}

/// «1–7 сентября» or «28 сентября – 4 октября».
pub fn show_range(from: NaiveDate, to: NaiveDate) -> String {
    if (from.year(), from.month()) == (to.year(), to.month()) {
        return format!("{}–{}", from.day(), day_and_month(to));
    }
    format!("{} – {}", day_and_month(from), day_and_month(to))
}

fn day_and_month(day: NaiveDate) -> String {
    let month = MONTHS.get(day.month0() as usize).unwrap_or(&"");
    format!("{}{NBSP}{month}", day.day())
}

/// «пн» … «вс».
pub const fn show_weekday(weekday: Weekday) -> &'static str {
    WEEKDAYS[weekday.num_days_from_monday() as usize]
}

/// The Monday of the day's week.
pub fn week_start(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// The seven days of the day's week, Monday first.
pub fn week_of(day: NaiveDate) -> [NaiveDate; 7] {
    let monday = week_start(day);
    [0, 1, 2, 3, 4, 5, 6].map(|days| monday + Days::new(days))
}

#[cfg(test)]
#[path = "day_tests.rs"]
mod tests;

use chrono::NaiveTime;

use crate::{Fault, Kind};

/// Why a text is not a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a time of day")]
pub struct NotATime;

impl Fault for NotATime {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        "time.shape"
    }
}

/// Reads a time of day: `08:30`, `8.30`, `8-30`, `8 30`, `830`, `0830`, `8`.
///
/// # Errors
/// The text is of no such form, or names a time that no day has.
pub fn parse_time(text: &str) -> Result<NaiveTime, NotATime> {
    let text = text.trim();
    let parts: Vec<&str> = text.split([':', '.', ',', '-', ' ']).collect();
    let (hours, minutes) = match parts.as_slice() {
        [digits] => split_digits(digits).ok_or(NotATime)?,
        // Seconds are how spreadsheets and the browser's own field send it.
        [hours, minutes] | [hours, minutes, "00"] => (*hours, *minutes),
        _ => return Err(NotATime),
    };
    let hours = number(hours, 1..=2).ok_or(NotATime)?;
    let minutes = number(minutes, 2..=2).ok_or(NotATime)?;
    NaiveTime::from_hms_opt(hours, minutes, 0).ok_or(NotATime)
}

/// `830` is 8 and 30, `8` is 8 and 00.
fn split_digits(digits: &str) -> Option<(&str, &str)> {
    match digits.len() {
        1..=2 => Some((digits, "00")),
        3..=4 => digits.split_at_checked(digits.len() - 2),
        _ => None,
    }
}

fn number(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let are_digits = digits.bytes().all(|it| it.is_ascii_digit());
    if !are_digits || !lengths.contains(&digits.len()) {
        return None;
    }
    digits.parse().ok()
}

/// «08:30».
pub fn show_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// «08:30–09:15».
pub fn show_period(from: NaiveTime, to: NaiveTime) -> String {
    format!("{}–{}", show_time(from), show_time(to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_typed() {
        let half_past_eight = NaiveTime::from_hms_opt(8, 30, 0).unwrap();
        for text in [
            "830", "8.30", "08:30", "0830", " 8:30 ", "8-30", "8 30", "8,30", "08:30:00",
        ] {
            assert_eq!(parse_time(text), Ok(half_past_eight), "{text}");
        }
        assert_eq!(parse_time("8").map(show_time).as_deref(), Ok("08:00"));
        assert_eq!(parse_time("0:05").map(show_time).as_deref(), Ok("00:05"));
        for text in [
            "",
            "24:00",
            "860",
            "8:3",
            "12345",
            "8:30:15",
            "полдень",
            "-8",
            "8:",
            ":30",
        ] {
            assert_eq!(parse_time(text), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn a_period_has_a_dash() {
        let time = |text| parse_time(text).unwrap();
        assert_eq!(show_period(time("830"), time("915")), "08:30–09:15");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(hours in 0..24_u32, minutes in 0..60_u32) {
            let time = NaiveTime::from_hms_opt(hours, minutes, 0).unwrap();
            prop_assert_eq!(parse_time(&show_time(time)), Ok(time));
        }

        #[test]
        fn any_text_is_survived(text in ".{0,20}") {
            let _ = parse_time(&text);
        }
    }
}

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Fault, Kind};

/// An academic year, 1 September to 31 August, named by the year it starts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct AcademicYear(i32);

/// Why a text or number is not an academic year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an academic year")]
pub struct NotAYear;

impl Fault for NotAYear {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        "date.not-a-year"
    }
}

impl AcademicYear {
    /// The year in which the day lies.
    pub fn of(day: NaiveDate) -> Self {
        Self(if day.month() >= 9 {
            day.year()
        } else {
            day.year() - 1
        })
    }

    /// The calendar year of its 1 September.
    pub const fn start_year(self) -> i32 {
        self.0
    }

    /// 1 September.
    pub fn starts(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 9, 1).unwrap_or_default()
    }

    /// 31 August.
    pub fn ends(self) -> NaiveDate {
        self.next().starts() - Days::new(1)
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }

    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0 - 1)
    }
}

impl TryFrom<i32> for AcademicYear {
    type Error = NotAYear;
    fn try_from(start: i32) -> Result<Self, NotAYear> {
        if (1900..=2999).contains(&start) {
            Ok(Self(start))
        } else {
            Err(NotAYear)
        }
    }
}

impl From<AcademicYear> for i32 {
    fn from(year: AcademicYear) -> Self {
        year.0
    }
}

/// «2026/2027».
impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.0 + 1)
    }
}

/// «2026/2027», «2026-2027», «2026/27» or «2026».
impl FromStr for AcademicYear {
    type Err = NotAYear;
    fn from_str(text: &str) -> Result<Self, NotAYear> {
        let mut parts = text.split(['/', '-', '–']).map(str::trim);
        let start: i32 = parts
            .next()
            .and_then(|it| it.parse().ok())
            .ok_or(NotAYear)?;
        let year = Self::try_from(start)?;
        let end = start + 1;
        let agrees = match parts.next() {
            None => true,
            Some(short) if short.len() == 2 => short == format!("{:02}", end % 100),
            Some(long) => long == end.to_string(),
        };
        if agrees && parts.next().is_none() {
            Ok(year)
        } else {
            Err(NotAYear)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_runs_from_september_to_august() {
        let year = AcademicYear::of(day("2026-09-01"));
        assert_eq!(year.start_year(), 2026);
        assert_eq!(year.starts(), day("2026-09-01"));
        assert_eq!(year.ends(), day("2027-08-31"));
        assert!(year.contains(day("2027-02-01")));
        assert!(!year.contains(day("2026-08-31")));
        assert_eq!(year.previous().next(), year);
    }

    #[test]
    fn a_year_is_written_and_read() {
        let year = AcademicYear::of(day("2026-11-21"));
        assert_eq!(year.to_string(), "2026/2027");
        for text in ["2026/2027", "2026-2027", "2026/27", "2026", "2026 – 2027"] {
            assert_eq!(text.parse(), Ok(year), "{text}");
        }
        for text in ["", "26", "2026/2028", "2026/2027/2028", "год", "99999"] {
            assert_eq!(text.parse::<AcademicYear>(), Err(NotAYear), "{text}");
        }
    }
}

//! How long what is kept (security.md §6.4). The numbers that the application
//! comes with have to be checked against the current list of archives; a
//! region decides otherwise, with the clause it read.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A kind of records with a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Passport, health, social status.
    Restricted,
    /// Login, letters.
    Access,
    /// The personal file of a pupil, with parents and portfolio.
    PupilFile,
    /// The personal file of the staff.
    StaffFile,
    /// The current journal.
    Journal,
    /// The sheet of final marks, movement.
    Summary,
    /// The log of who looked.
    Log,
    /// Acts of what was destroyed.
    Act,
    /// Copies of the whole database.
    Backup,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Restricted,
        Self::Access,
        Self::PupilFile,
        Self::StaffFile,
        Self::Journal,
        Self::Summary,
        Self::Log,
        Self::Act,
        Self::Backup,
    ];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Access => "access",
            Self::PupilFile => "pupil_file",
            Self::StaffFile => "staff_file",
            Self::Journal => "journal",
            Self::Summary => "summary",
            Self::Log => "log",
            Self::Act => "act",
            Self::Backup => "backup",
        }
    }

    /// The kind with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// As the application comes; its clause is the word
    /// `privacy.law.<kind>`, where it was found `privacy.source.<kind>`.
    pub const fn default_rule(self) -> Rule {
        let (amount, unit, from_year, confirmed) = match self {
            Self::Restricted | Self::Access | Self::Backup => (30, Unit::Day, false, false),
            Self::PupilFile | Self::Log => (3, Unit::Year, false, false),
            Self::StaffFile => (50, Unit::Year, true, false),
            Self::Journal => (5, Unit::Year, true, false),
            Self::Summary => (25, Unit::Year, true, false),
            Self::Act => (3, Unit::Year, false, true),
        };
        Rule {
            kind: self,
            amount,
            unit,
            from_year,
            confirmed,
            law: None,
            source: None,
            version: 0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    Month,
    Year,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The unit with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// How long one kind is kept, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    pub kind: Kind,
    pub amount: u32,
    pub unit: Unit,
    /// Counted from the first of January after the day, as archives count.
    pub from_year: bool,
    /// Somebody has read the clause.
    pub confirmed: bool,
    /// The clause, where a region named one.
    pub law: Option<String>,
    /// Where it was read.
    pub source: Option<String>,
    /// 0: nobody decided anything here.
    pub version: i32,
}

impl Rule {
    /// From that day on it need not be kept, counted from the day of leaving;
    /// none where the calendar ends before.
    pub fn over_on(&self, left_on: NaiveDate) -> Option<NaiveDate> {
        let from = if self.from_year {
            NaiveDate::from_ymd_opt(left_on.year() + 1, 1, 1)?
        } else {
            left_on
        };
        match self.unit {
            Unit::Day => from.checked_add_days(Days::new(self.amount.into())),
            Unit::Month => from.checked_add_months(Months::new(self.amount)),
            Unit::Year => from.checked_add_months(Months::new(self.amount.checked_mul(12)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// SEC-1: terms are counted as archives count them.
    #[test]
    fn a_term_ends_on_its_day() {
        let over = |kind: Kind, left: &str| kind.default_rule().over_on(day(left));
        assert_eq!(
            over(Kind::Restricted, "2026-05-31"),
            Some(day("2026-06-30"))
        );
        assert_eq!(over(Kind::PupilFile, "2024-02-29"), Some(day("2027-02-28")));
        assert_eq!(over(Kind::Journal, "2020-05-25"), Some(day("2026-01-01")));
        assert_eq!(over(Kind::Summary, "2001-06-01"), Some(day("2027-01-01")));
    }

    #[test]
    fn codes_go_there_and_back() {
        assert!(
            Kind::ALL
                .iter()
                .all(|it| Kind::from_code(it.code()) == Some(*it))
        );
        assert!(
            Unit::ALL
                .iter()
                .all(|it| Unit::from_code(it.code()) == Some(*it))
        );
    }
}

//! The academic year: periods of marks, holidays, and the standard ones.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use kernel::dates::AcademicYear;

use crate::{Error, PeriodId, PeriodKind, Year, defaults};

kernel::id!(/// Days without lessons.
    HolidayId);

/// A year as its page edits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearCard {
    pub year: Year,
    pub version: i32,
    pub periods: Vec<PeriodRow>,
    pub holidays: Vec<HolidayRow>,
}

/// The dates of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearDates {
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// 5 or 6.
    pub days_a_week: i16,
}

/// A period as it is or shall be; without an id it is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRow {
    pub id: Option<PeriodId>,
    pub kind: PeriodKind,
    pub number: i16,
    pub grades: RangeInclusive<i16>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// Days without lessons as they are or shall be; without an id they are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayRow {
    pub id: Option<HolidayId>,
    pub name: String,
    pub kind: HolidayKind,
    pub grades: RangeInclusive<i16>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolidayKind {
    Vacation,
    /// A public holiday.
    Public,
}

/// A whole year to be created (CUR-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewYear {
    pub dates: YearDates,
    pub periods: Vec<PeriodRow>,
    pub holidays: Vec<HolidayRow>,
}

impl PeriodKind {
    pub const ALL: [Self; 4] = [Self::Quarter, Self::Trimester, Self::Half, Self::Year];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Trimester => "trimester",
            Self::Half => "half",
            Self::Year => "year",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl HolidayKind {
    pub const ALL: [Self; 2] = [Self::Vacation, Self::Public];

    /// The name in the database, in forms and in keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vacation => "vacation",
            Self::Public => "public",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

impl NewYear {
    /// Quarters for 1–9, half-years for 10–11, the usual holidays, extra ones
    /// for grade 1, and the public holidays on working days: at least 30 days
    /// of holidays besides summer (`reports-and-rules.md` §8.3).
    pub fn standard(year: AcademicYear, days_a_week: i16) -> Self {
        let cut = Cuts::of(year);
        let dates = YearDates {
            starts_on: cut.begins,
            ends_on: cut.ends,
            days_a_week,
        };
        let quarters = [
            (cut.begins, day_before(cut.autumn.0)),
            (day_after(cut.autumn.1), day_before(cut.winter.0)),
            (day_after(cut.winter.1), day_before(cut.spring.0)),
            (day_after(cut.spring.1), cut.ends),
        ];
        let halves = [
            (cut.begins, day_before(cut.winter.0)),
            (day_after(cut.winter.1), cut.ends),
        ];
        let mut periods = numbered(PeriodKind::Quarter, 1..=9, &quarters);
        periods.extend(numbered(PeriodKind::Half, 10..=11, &halves));
        periods.extend(numbered(
            PeriodKind::Year,
            1..=11,
            &[(cut.begins, cut.ends)],
        ));
        Self {
            dates,
            periods,
            holidays: cut.holidays(),
        }
    }
}

fn numbered(
    kind: PeriodKind,
    grades: RangeInclusive<i16>,
    spans: &[(NaiveDate, NaiveDate)],
) -> Vec<PeriodRow> {
    (1..)
        .zip(spans)
        .map(|(number, &(starts_on, ends_on))| {
            let grades = grades.clone();
            PeriodRow {
                id: None,
                kind,
                number,
                grades,
                starts_on,
                ends_on,
            }
        })
        .collect()
}

/// Where the holidays cut a standard year.
struct Cuts {
    begins: NaiveDate,
    ends: NaiveDate,
    autumn: (NaiveDate, NaiveDate),
    winter: (NaiveDate, NaiveDate),
    spring: (NaiveDate, NaiveDate),
    extra: (NaiveDate, NaiveDate),
}

impl Cuts {
    fn of(year: AcademicYear) -> Self {
        let (autumn_year, spring_year) = (year.start_year(), year.start_year() + 1);
        // Nine days from a Saturday, so that they take a week of lessons and two weekends.
        let nine = |from: NaiveDate| (from, from + Days::new(8));
        // From the Christmas holiday to a Sunday, twelve days in all.
        let school_again = on_or_after(day(spring_year, 1, 8), Weekday::Sun);
        let winter_begins = day(autumn_year, 12, 30).min(school_again - Days::new(11));
        Self {
            begins: day(autumn_year, 9, 1),
            ends: day(spring_year, 5, 26),
            // The week of 4 November.
            autumn: nine(on_or_before(day(autumn_year, 11, 3), Weekday::Sat)),
            winter: (winter_begins, school_again),
            spring: nine(on_or_after(day(spring_year, 3, 25), Weekday::Sat)),
            extra: nine(on_or_after(day(spring_year, 2, 10), Weekday::Sat)),
        }
    }

    fn holidays(&self) -> Vec<HolidayRow> {
        let vacation = |key: &str, grades, (starts_on, ends_on)| HolidayRow {
            id: None,
            name: defaults::name(key).to_owned(),
            kind: HolidayKind::Vacation,
            grades,
            starts_on,
            ends_on,
        };
        let mut all = vec![
            vacation("autumn", 1..=12, self.autumn),
            vacation("winter", 1..=12, self.winter),
            vacation("extra", 1..=1, self.extra),
            vacation("spring", 1..=12, self.spring),
        ];
        all.extend(self.public());
        all.sort_by_key(|it| it.starts_on);
        all
    }

    /// Public holidays of the law (ТК РФ 112) with the Monday that a weekend
    /// gives; what the government moves besides, the school enters itself.
    fn public(&self) -> impl Iterator<Item = HolidayRow> {
        let (autumn, spring) = (self.begins.year(), self.ends.year());
        [
            ("unity", day(autumn, 11, 4)),
            ("defender", day(spring, 2, 23)),
            ("women", day(spring, 3, 8)),
            ("labour", day(spring, 5, 1)),
            ("victory", day(spring, 5, 9)),
        ]
        .into_iter()
        .map(|(key, date)| HolidayRow {
            id: None,
            name: defaults::name(key).to_owned(),
            kind: HolidayKind::Public,
            grades: 1..=12,
            starts_on: date,
            ends_on: match date.weekday() {
                Weekday::Sat => date + Days::new(2),
                Weekday::Sun => date + Days::new(1),
                _ => date,
            },
        })
    }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn day_before(it: NaiveDate) -> NaiveDate {
    it - Days::new(1)
}

fn day_after(it: NaiveDate) -> NaiveDate {
    it + Days::new(1)
}

fn on_or_after(from: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = weekday.days_since(from.weekday());
    from + Days::new(u64::from(ahead))
}

fn on_or_before(from: NaiveDate, weekday: Weekday) -> NaiveDate {
    let back = from.weekday().days_since(weekday);
    from - Days::new(u64::from(back))
}

/// The part of a year that is wrong: its dates, or a line by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Dates,
    Period(usize),
    Holiday(usize),
}

/// Decides whether these dates can be a year with these periods and holidays.
pub(crate) fn check(
    dates: YearDates,
    periods: &[PeriodRow],
    holidays: &[HolidayRow],
) -> Result<(), Error> {
    let year = NewYear {
        dates,
        periods: periods.to_vec(),
        holidays: holidays.to_vec(),
    };
    year.first_fault().map_or(Ok(()), |(_, error)| Err(error))
}

impl NewYear {
    /// The first thing that cannot be, and where it stands.
    pub(crate) fn first_fault(&self) -> Option<(Part, Error)> {
        if let Err(error) = self.dates.check() {
            return Some((Part::Dates, error));
        }
        for (index, it) in self.periods.iter().enumerate() {
            let before = self.periods.iter().take(index);
            if let Err(error) = it.check(self.dates, before) {
                return Some((Part::Period(index), error));
            }
        }
        let mut holidays = self.holidays.iter().enumerate();
        holidays.find_map(|(index, it)| {
            it.check(self.dates)
                .err()
                .map(|error| (Part::Holiday(index), error))
        })
    }
}

impl YearDates {
    fn check(self) -> Result<(), Error> {
        if !(5..=6).contains(&self.days_a_week) {
            return Err(Error::BadWeek);
        }
        if self.ends_on <= self.starts_on {
            return Err(Error::DatesBackwards);
        }
        if self.starts_on + Days::new(366) < self.ends_on {
            return Err(Error::YearTooLong);
        }
        Ok(())
    }

    fn hold(
        self,
        from: NaiveDate,
        to: NaiveDate,
        grades: &RangeInclusive<i16>,
    ) -> Result<(), Error> {
        if *grades.start() < 1 || *grades.end() > 12 || grades.is_empty() {
            return Err(Error::NoSuchGrade);
        }
        if from < self.starts_on || self.ends_on < to {
            return Err(Error::OutsideYear);
        }
        Ok(())
    }
}

impl HolidayRow {
    fn check(&self, dates: YearDates) -> Result<(), Error> {
        if self.ends_on < self.starts_on {
            return Err(Error::DatesBackwards);
        }
        if self.name.trim().is_empty() {
            return Err(Error::NameMissing);
        }
        dates.hold(self.starts_on, self.ends_on, &self.grades)
    }
}

impl PeriodRow {
    fn check<'a>(
        &self,
        dates: YearDates,
        mut others: impl Iterator<Item = &'a Self>,
    ) -> Result<(), Error> {
        if self.ends_on <= self.starts_on {
            return Err(Error::DatesBackwards);
        }
        if !(1..=6).contains(&self.number) {
            return Err(Error::BadNumber);
        }
        dates.hold(self.starts_on, self.ends_on, &self.grades)?;
        if others.any(|it| self.meets(it)) {
            Err(Error::PeriodsOverlap)
        } else {
            Ok(())
        }
    }

    /// Whether both cannot be: the same day of the same parallel in two
    /// periods. The year lies over all of them.
    fn meets(&self, other: &Self) -> bool {
        let year = |it: &Self| it.kind == PeriodKind::Year;
        year(self) == year(other)
            && self.grades.start() <= other.grades.end()
            && other.grades.start() <= self.grades.end()
            && self.starts_on <= other.ends_on
            && other.starts_on <= self.ends_on
    }
}

#[cfg(test)]
#[path = "year_tests.rs"]
mod tests;

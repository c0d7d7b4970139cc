//! The dates of the coming year, proposed by weekday: a week of holidays
//! begins on the weekday it began on, in the same week of the year.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use curriculum::{HolidayKind, HolidayRow, NewYear, PeriodRow, YearCard, YearDates};
use kernel::dates::week_start;

/// The coming year after this one, without ids.
pub fn shifted(card: &YearCard) -> NewYear {
    let year = &card.year;
    let starts_on = same_day_next_year(year.starts_on);
    let weeks = Weeks {
        from: week_start(year.starts_on),
        to: week_start(starts_on),
    };
    let ends_on = weeks.shift(year.ends_on);
    // Weeks do not carry the last bell from May into June.
    let ends_on = if ends_on.month() > year.ends_on.month() {
        ends_on - Days::new(7)
    } else {
        ends_on
    };
    // What began or ended with the year still does.
    let day = |it: NaiveDate| {
        if it == year.starts_on {
            starts_on
        } else {
            weeks.shift(it).clamp(starts_on, ends_on)
        }
    };
    let period = |it: &PeriodRow| PeriodRow {
        id: None,
        starts_on: day(it.starts_on),
        ends_on: day(it.ends_on),
        ..it.clone()
    };
    let holiday = |it: &HolidayRow| {
        let (from, to) = match it.kind {
            HolidayKind::Vacation => (day(it.starts_on), day(it.ends_on)),
            HolidayKind::Public => public(it.starts_on),
        };
        HolidayRow {
            id: None,
            starts_on: from.clamp(starts_on, ends_on),
            ends_on: to.clamp(starts_on, ends_on),
            ..it.clone()
        }
    };
    let mut holidays: Vec<HolidayRow> = card.holidays.iter().map(holiday).collect();
    holidays.sort_by_key(|it| it.starts_on);
    NewYear {
        dates: YearDates {
            starts_on,
            ends_on,
            days_a_week: year.days_a_week,
        },
        periods: card.periods.iter().map(period).collect(),
        holidays,
    }
}

/// The Mondays of the weeks in which the two years begin.
struct Weeks {
    from: NaiveDate,
    to: NaiveDate,
}

impl Weeks {
    fn shift(&self, day: NaiveDate) -> NaiveDate {
        self.to + (day - self.from)
    }
}

/// The same date; 29 February has none and becomes the 28th.
fn same_day_next_year(day: NaiveDate) -> NaiveDate {
    let next = day.year() + 1;
    day.with_year(next)
        .or_else(|| NaiveDate::from_ymd_opt(next, 2, 28))
        .unwrap_or(day)
}

/// A public holiday keeps its date; a weekend gives the next working day.
fn public(was: NaiveDate) -> (NaiveDate, NaiveDate) {
    let day = same_day_next_year(was);
    let more = match day.weekday() {
        Weekday::Sat => 2,
        Weekday::Sun => 1,
        _ => 0,
    };
    (day, day + Days::new(more))
}

#[cfg(test)]
mod tests {
    use curriculum::{PeriodKind, Year};
    use kernel::dates::AcademicYear;
    use proptest::prelude::*;

    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn card(new: &NewYear) -> YearCard {
        YearCard {
            year: Year {
                id: 1.into(),
                starts_on: new.dates.starts_on,
                ends_on: new.dates.ends_on,
                archived: false,
                planned: false,
                days_a_week: new.dates.days_a_week,
            },
            version: 1,
            periods: new.periods.clone(),
            holidays: new.holidays.clone(),
        }
    }

    fn year_of(day: NaiveDate) -> AcademicYear {
        AcademicYear::of(day)
    }

    /// MOV-4: the weekdays stay, 1 September stays, public holidays keep their date.
    #[test]
    fn the_coming_year_has_the_same_weeks() {
        let this = NewYear::standard(year_of(d("2026-09-01")), 5);
        let next = shifted(&card(&this));
        assert_eq!(next.dates.starts_on, d("2027-09-01"));
        assert_eq!(next.dates.ends_on.weekday(), this.dates.ends_on.weekday());
        let day = |year: &NewYear, kind| -> Vec<NaiveDate> {
            let all = year.holidays.iter().filter(|it| it.kind == kind);
            all.map(|it| it.starts_on).collect()
        };
        let weekdays =
            |days: Vec<NaiveDate>| -> Vec<Weekday> { days.iter().map(Datelike::weekday).collect() };
        assert_eq!(
            weekdays(day(&this, HolidayKind::Vacation)),
            weekdays(day(&next, HolidayKind::Vacation))
        );
        assert!(day(&next, HolidayKind::Public).contains(&d("2027-11-04")));
        assert!(day(&next, HolidayKind::Public).contains(&d("2028-05-09")));
    }

    proptest! {
        /// MOV-4: copied year after year, the year stays near 1 September to
        /// the end of May, its periods stay apart and cover as many days.
        #[test]
        fn years_of_copies_do_not_drift(start in 2020i32..2040, copies in 1usize..12, six in any::<bool>()) {
            let first = NaiveDate::from_ymd_opt(start, 9, 1).unwrap();
            let mut year = NewYear::standard(year_of(first), if six { 6 } else { 5 });
            let was = year.clone();
            for _ in 0..copies {
                year = shifted(&card(&year));
            }
            prop_assert_eq!((year.dates.starts_on.month(), year.dates.starts_on.day()), (9, 1));
            prop_assert_eq!(year.dates.ends_on.month(), 5);
            prop_assert!(year.dates.ends_on.day() >= 18);
            prop_assert_eq!(year.periods.len(), was.periods.len());
            prop_assert_eq!(year.holidays.len(), was.holidays.len());
            for (at, it) in year.periods.iter().enumerate() {
                prop_assert!(it.starts_on < it.ends_on);
                prop_assert!(year.dates.starts_on <= it.starts_on && it.ends_on <= year.dates.ends_on);
                for other in &year.periods[..at] {
                    let both = it.grades.start() <= other.grades.end() && other.grades.start() <= it.grades.end();
                    let whole = (it.kind == PeriodKind::Year) == (other.kind == PeriodKind::Year);
                    prop_assert!(!(both && whole) || it.ends_on < other.starts_on || other.ends_on < it.starts_on);
                }
            }
        }
    }
}

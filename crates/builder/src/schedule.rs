//! When the owner of a report is told to look at it.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    Day,
    Week,
    Month,
}

impl Every {
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The name in the database, in forms and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Why letters stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The owner lost the right to the report or to one of its fields.
    Rights,
    /// The owner is not in the school any more.
    Gone,
    /// The report makes no sense any more: its source lost a field.
    Broken,
}

impl Stopped {
    pub const ALL: [Self; 3] = [Self::Rights, Self::Gone, Self::Broken];

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rights => "rights",
            Self::Gone => "gone",
            Self::Broken => "broken",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// The days and the hour of the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    pub every: Every,
    /// The day of the week from 1, or of the month; the last one where the
    /// month has fewer.
    pub day: u32,
    pub hour: u32,
}

/// The letters of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub timing: Timing,
    pub next_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub stopped: Option<Stopped>,
}

impl Timing {
    /// None where the numbers make no sense.
    pub fn new(every: Every, day: u32, hour: u32) -> Option<Self> {
        let days = match every {
            Every::Week => 1..=7,
            Every::Day | Every::Month => 1..=31,
        };
        (days.contains(&day) && hour < 24).then_some(Self { every, day, hour })
    }

    /// The first moment of a letter after this one.
    pub fn next(self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let mut day = now.with_timezone(&zone).date_naive();
        // A month and a day hold at least one of each; the change of a clock
        // may take one away.
        for _ in 0..70 {
            if self.is_on(day) {
                let at = moment(day, self.hour, zone);
                if now < at {
                    return at;
                }
            }
            day = day + Days::new(1);
        }
        now + chrono::TimeDelta::days(1)
    }

    fn is_on(self, day: NaiveDate) -> bool {
        match self.every {
            Every::Day => true,
            Every::Week => day.weekday().number_from_monday() == self.day,
            Every::Month => day.day() == self.day.min(last_day(day)),
        }
    }
}

/// The number of the month's last day.
fn last_day(of: NaiveDate) -> u32 {
    let first = of.with_day(1).unwrap_or(of);
    let last = first + Months::new(1) - Days::new(1);
    last.day()
}

/// That hour of the day; the same hour of UTC where the clock leaves it out.
fn moment(day: NaiveDate, hour: u32, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN));
    zone.from_local_datetime(&local)
        .earliest()
        .map_or_else(|| local.and_utc(), |it| it.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn next(every: Every, day: u32, hour: u32, now: &str) -> String {
        let timing = Timing::new(every, day, hour).expect("sensible");
        let at = timing.next(now.parse().expect("a moment"), Tz::Europe__Moscow);
        at.with_timezone(&Tz::Europe__Moscow)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// RPT-2: daily, weekly, monthly; the hour is the school's.
    #[test]
    fn the_next_letter_is_the_first_after_now() {
        for (every, day, now, wanted) in [
            // 08:00 in Moscow is 05:00 of UTC.
            (Every::Day, 1, "2026-11-20T04:59:00Z", "2026-11-20 08:00"),
            (Every::Day, 1, "2026-11-20T05:00:00Z", "2026-11-21 08:00"),
            (Every::Week, 1, "2026-11-20T05:00:00Z", "2026-11-23 08:00"),
            (Every::Week, 5, "2026-11-20T04:00:00Z", "2026-11-20 08:00"),
            (Every::Month, 20, "2026-11-20T06:00:00Z", "2026-12-20 08:00"),
            (Every::Month, 31, "2027-01-31T06:00:00Z", "2027-02-28 08:00"),
            (Every::Month, 30, "2027-02-28T04:00:00Z", "2027-02-28 08:00"),
        ] {
            assert_eq!(next(every, day, 8, now), wanted, "{every:?} {day} {now}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_no_timing() {
        assert!(Timing::new(Every::Week, 8, 8).is_none());
        assert!(Timing::new(Every::Month, 0, 8).is_none());
        assert!(Timing::new(Every::Day, 1, 24).is_none());
    }

    proptest! {
        /// Each letter comes later than the one before, and within a month and a day.
        #[test]
        fn letters_go_on(every in 0_usize..3, day in 1_u32..=7, hour in 0_u32..24, seconds in 0_i64..100_000_000) {
            let timing = Timing::new(Every::ALL[every], day, hour).expect("sensible");
            let now = DateTime::from_timestamp(1_750_000_000 + seconds, 0).expect("a moment");
            let one = timing.next(now, Tz::Asia__Yekaterinburg);
            let two = timing.next(one, Tz::Asia__Yekaterinburg);
            prop_assert!(now < one && one < two);
            prop_assert!(two - one <= chrono::TimeDelta::days(31));
        }
    }
}
